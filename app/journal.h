#pragma once

#include <QDir>
#include <QLockFile>
#include <QObject>
#include <QThreadPool>
#include <QTimer>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace heddle::app {

/// Unsaved text as it is on disk between two starts of the program.
struct JournalEntry {
    QString id;       // names the entry within its journal
    QString path;     // the workbook's file; empty: it was never saved
    QByteArray bytes; // as Workbook::toBytes() gives them
    int line = 1;     // where the caret was
    bool operator==(const JournalEntry &) const = default;
};

/// Keeps unsaved text safe: what changes() tells of is on disk at most a second later, whatever
/// happens to the process.
///
/// Every process has a folder of its own below the journal's, held by a lock file. A folder whose
/// lock nobody alive holds belongs to a process that crashed or was killed (or that ended with
/// unsaved text): takeOrphans() gives its entries. Files are written off the GUI thread, in order.
class Journal final : public QObject {
    Q_OBJECT

public:
    static constexpr int delayMs =
        400; // from the first change to writing; well below the second that may be lost

    explicit Journal(const QString &folder, QObject *parent = nullptr);
    /// Writes what is pending and waits for it. The entries stay.
    ~Journal() override;

    /// The text behind an id has changed. `current` gives it when the time to write has come; it is
    /// called on this object's thread, until remove() of that id.
    void changed(const QString &id, std::function<JournalEntry()> current);
    /// Saved or given up: nothing to keep.
    void remove(const QString &id);
    /// Writes what is pending now; does not wait.
    void flush();
    /// Until everything handed over is on disk.
    void waitForWritten();

    /// Entries that dead processes left. They stay on disk until forget(), so that a crash in
    /// between loses nothing.
    std::vector<JournalEntry> orphans();
    /// The orphans have been taken over (and written again as this process's own entries).
    void forgetOrphans();

Q_SIGNALS:
    /// Text could not be written: one sentence. Told once until writing works again.
    void failed(const QString &sentence);

private:
    QString fileOf(const QString &id) const;
    void reportFailure(const QString &sentence);

    QString m_base;
    QString m_folder; // this process's
    std::unique_ptr<QLockFile> m_lock;
    QThreadPool m_writer; // one thread: files are written in order
    QTimer m_timer;
    std::map<QString, std::function<JournalEntry()>> m_pending;
    std::vector<std::pair<QString, std::unique_ptr<QLockFile>>> m_orphanFolders;
    bool m_failed = false;
};

/// The form of an entry's file: one line of JSON, then the text's bytes.
QByteArray toFile(const JournalEntry &entry);
bool fromFile(const QByteArray &file, JournalEntry *entry);

} // namespace heddle::app
