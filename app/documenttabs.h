#pragma once

#include "app/document.h"
#include "app/journal.h"
#include "app/messagebar.h"

#include <QTabWidget>
#include <functional>
#include <vector>

namespace heddle::app {

/// The open workbooks as tabs, and the journal that keeps their unsaved text. There is always at
/// least one tab.
class DocumentTabs final : public QTabWidget {
    Q_OBJECT

public:
    DocumentTabs(Session &session, MessageBar &messages, const QString &journalFolder,
                 QWidget *parent = nullptr);
    ~DocumentTabs() override;

    Document *current() const;
    const std::vector<Document *> &documents() const { return m_documents; }
    Document *documentOf(const ui::CodeEditor *editor) const;
    QStringList paths() const;

    Document *addUntitled(const QString &title = {}, const ui::Workbook &workbook = {});
    /// Opens a file, or shows its tab if it is open. Null if it cannot be read; a message then says
    /// why.
    Document *openFile(const QString &path);
    /// Text that earlier processes left unsaved comes back into tabs.
    void restoreUnsaved();
    bool save(Document *document, const QString &path);
    /// Unsaved text is not asked about: a message offers to bring it back.
    void closeDocument(Document *document);
    /// Asked before a document is closed; false: not now.
    void setCloseGuard(std::function<bool(Document *)> guard) { m_mayClose = std::move(guard); }
    Journal &journal() { return m_journal; }

Q_SIGNALS:
    void currentDocumentChanged(heddle::app::Document *document);
    void documentAdded(heddle::app::Document *document);
    void documentRemoved(heddle::app::Document *document);
    void saved(const QString &path);

private:
    Document *add();
    QWidget *closeButton(Document *document);
    void updateTitle(Document *document);
    void keepSafe(Document *document);
    void restore(const JournalEntry &entry);
    JournalEntry entryOf(const Document *document) const;

    Session &m_session;
    MessageBar &m_messages;
    Journal m_journal;
    std::vector<Document *> m_documents;
    std::function<bool(Document *)> m_mayClose; // owned as QObject children
};

} // namespace heddle::app
