#pragma once

#include "tests/support/sqlitedatabase.h"

#include <functional>

namespace heddle::test {

/// A folder for the SQLite files of one test.
class SqliteFolder {
public:
    QString path() const { return m_folder.path(); }
    QString path(const char *name) const { return m_folder.filePath(QString::fromUtf8(name)); }
    /// The URL of a file that opening makes.
    QString creating(const char *name) const
    {
        return QStringLiteral("sqlite:///%1?mode=rwc").arg(path(name));
    }

private:
    QTemporaryDir m_folder;
};

/// "OperationalError: no such table: t", or "no error".
inline QString failure(const std::function<void()> &call)
{
    try {
        call();
    } catch (const OrmError &e) {
        return e.className() + QStringLiteral(": ") + e.message();
    }
    return QStringLiteral("no error");
}

} // namespace heddle::test
