#include "app/journal.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QUuid>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

const QString lockName = u"lock"_s;
const QString suffix = u".swap"_s;

std::unique_ptr<QLockFile> lockOf(const QString &folder)
{
    auto lock = std::make_unique<QLockFile>(folder + u'/' + lockName);
    lock->setStaleLockTime(0); // only a dead process makes it stale, not a long life
    return lock;
}

} // namespace

QByteArray toFile(const JournalEntry &entry)
{
    const QJsonObject header{{u"heddle"_s, 1}, {u"path"_s, entry.path}, {u"line"_s, entry.line}};
    return QJsonDocument(header).toJson(QJsonDocument::Compact) + '\n' + entry.bytes;
}

bool fromFile(const QByteArray &file, JournalEntry *entry)
{
    const auto end = file.indexOf('\n');
    const QJsonObject header =
        QJsonDocument::fromJson(file.first(std::max<qsizetype>(0, end))).object();
    if (end < 0 || header.value(u"heddle"_s).toInt() != 1)
        return false;
    entry->path = header.value(u"path"_s).toString();
    entry->line = header.value(u"line"_s).toInt(1);
    entry->bytes = file.sliced(end + 1);
    return true;
}

Journal::Journal(const QString &folder, QObject *parent) : QObject(parent), m_base(folder)
{
    m_writer.setMaxThreadCount(1);
    m_folder = m_base + u'/' + QUuid::createUuid().toString(QUuid::WithoutBraces);
    QDir().mkpath(m_folder);
    m_lock = lockOf(m_folder);
    m_lock->tryLock(0);
    m_timer.setSingleShot(true);
    m_timer.setInterval(delayMs);
    connect(&m_timer, &QTimer::timeout, this, &Journal::flush);
}

Journal::~Journal()
{
    flush();
    m_writer.waitForDone();
    m_lock->unlock();
    m_lock.reset();
    QDir().rmdir(m_folder); // succeeds only if no entry is left
}

QString Journal::fileOf(const QString &id) const
{
    return m_folder + u'/' + id + suffix;
}

void Journal::changed(const QString &id, std::function<JournalEntry()> current)
{
    m_pending[id] = std::move(current);
    // Not started again by each key: somebody who never pauses must be saved too.
    if (!m_timer.isActive())
        m_timer.start();
}

void Journal::remove(const QString &id)
{
    m_pending.erase(id);
    m_writer.start([file = fileOf(id)] { QFile::remove(file); });
}

void Journal::flush()
{
    m_timer.stop();
    const auto pending = std::exchange(m_pending, {});
    for (const auto &[id, current] : pending) {
        const JournalEntry entry = current();
        m_writer.start([this, entry, file = fileOf(id)] {
            QSaveFile out(file);
            const QByteArray bytes = toFile(entry);
            const bool ok =
                out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size() && out.commit();
            const QString sentence =
                ok ? QString()
                   : tr("Unsaved text cannot be kept safe: %1. Save your workbooks.")
                         .arg(out.errorString());
            QMetaObject::invokeMethod(
                this, [this, sentence] { reportFailure(sentence); }, Qt::QueuedConnection);
        });
    }
}

void Journal::waitForWritten()
{
    m_writer.waitForDone();
}

void Journal::reportFailure(const QString &sentence)
{
    if (!sentence.isEmpty() && !m_failed)
        Q_EMIT failed(sentence);
    m_failed = !sentence.isEmpty();
}

std::vector<JournalEntry> Journal::orphans()
{
    std::vector<JournalEntry> result;
    const QFileInfoList folders =
        QDir(m_base).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Time | QDir::Reversed);
    for (const QFileInfo &info : folders) {
        const QString folder = info.absoluteFilePath();
        if (QFileInfo(folder) == QFileInfo(m_folder))
            continue;
        auto lock = lockOf(folder);
        if (!lock->tryLock(0))
            continue; // another window is alive and keeps its text itself
        const QFileInfoList files =
            QDir(folder).entryInfoList({u'*' + suffix}, QDir::Files, QDir::Time | QDir::Reversed);
        for (const QFileInfo &entryInfo : files) {
            QFile file(entryInfo.absoluteFilePath());
            JournalEntry entry;
            if (file.open(QIODevice::ReadOnly) && fromFile(file.readAll(), &entry)) {
                entry.id = entryInfo.completeBaseName();
                result.push_back(entry);
            }
        }
        m_orphanFolders.emplace_back(folder, std::move(lock));
    }
    return result;
}

void Journal::forgetOrphans()
{
    for (auto &[folder, lock] : m_orphanFolders) {
        lock->unlock();
        QDir(folder).removeRecursively();
    }
    m_orphanFolders.clear();
}

} // namespace heddle::app
