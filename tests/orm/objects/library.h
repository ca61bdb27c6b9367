#pragma once

#include "orm/heddle.h"
#include "orm/objects/raw.h"
#include "orm/objects/relatedrecords.h"
#include "orm/objects/writes.h"
#include "tests/support/querybuilder.h"
#include "tests/support/querycounter.h"
#include "tests/support/raises.h"
#include "tests/support/sqlitedatabase.h"

namespace heddle::test {

/// A small library to write into: keys that cascade, that are set to NULL and that are left to the
/// database, a self reference, a link table, defaults. A SQLite file of its own.
class Library {
public:
    explicit Library(const QString &moreSql = {})
    {
        const QString path = m_folder.filePath(QStringLiteral("library.db"));
        {
            const std::unique_ptr<Runner> runner =
                openDatabase(QStringLiteral("sqlite:///%1?mode=rwc").arg(path));
            // Nobody pulls the plug on a test: waiting for the disk at each statement is what
            // making it would take longest over.
            execute(*runner, "PRAGMA synchronous = OFF");
            for (const QString &statement : statements(QStringLiteral("INTEGER PRIMARY KEY")) +
                                                moreSql.split(QLatin1Char(';'), Qt::SkipEmptyParts))
                write(*runner, statement.toUtf8().constData());
        }
        m_database = Database::open(path);
    }

    /// The same tables for any database; `key`: how it declares an automatic key.
    static QStringList statements(const QString &key)
    {
        QStringList out = {
            QStringLiteral("CREATE TABLE author (id %1, name VARCHAR(40) NOT NULL, code INTEGER "
                           "UNIQUE, mentor_id INTEGER REFERENCES author(id) ON DELETE SET NULL)"),
            QStringLiteral(
                "CREATE TABLE book (id %1, title VARCHAR(40) NOT NULL, author_id INTEGER "
                "NOT NULL REFERENCES author(id) ON DELETE CASCADE, price NUMERIC(8,2), "
                "stock INTEGER NOT NULL DEFAULT 7)"),
            QStringLiteral("CREATE TABLE page (id %1, number INTEGER NOT NULL, book_id INTEGER NOT "
                           "NULL REFERENCES book(id) ON DELETE CASCADE)"),
            QStringLiteral("CREATE TABLE tag (id %1, name VARCHAR(40) NOT NULL)"),
            QStringLiteral("CREATE TABLE book_tag (book_id INTEGER NOT NULL REFERENCES book(id) ON "
                           "DELETE CASCADE, tag_id INTEGER NOT NULL REFERENCES tag(id) ON DELETE "
                           "CASCADE, PRIMARY KEY (book_id, tag_id))"),
            QStringLiteral(
                "CREATE TABLE note (id %1, words VARCHAR(40) NOT NULL, author_id INTEGER "
                "REFERENCES author(id))"),
            QStringLiteral("INSERT INTO author (name, code, mentor_id) VALUES ('Ada', 1, NULL), "
                           "('Bo', 2, 1), ('Cy', 3, 1)"),
            QStringLiteral("INSERT INTO book (title, author_id, price, stock) VALUES ('Tides', 1, "
                           "10.50, 1), ('Winter', 1, NULL, 2), ('Embers', 2, 3.00, 3)"),
            QStringLiteral("INSERT INTO page (number, book_id) VALUES (1, 1), (2, 1), (1, 3)"),
            QStringLiteral("INSERT INTO tag (name) VALUES ('sea'), ('cold'), ('fire')"),
            QStringLiteral("INSERT INTO book_tag (book_id, tag_id) VALUES (1, 1), (1, 2), (2, 2)"),
            QStringLiteral("INSERT INTO note (words, author_id) VALUES ('kind', 3)"),
        };
        for (QString &statement : out)
            statement.replace(QStringLiteral("%1"), key);
        return out;
    }

    const Database &database() const { return m_database; }

private:
    QTemporaryDir m_folder;
    Database m_database;
};

inline Value text(const char *utf8)
{
    return Value::text(utf8);
}

/// One object by its key.
inline Record one(const Database &db, const char *model, int key)
{
    return db.objects(QString::fromUtf8(model)).get(q("pk", key))->record(0);
}

/// A column of all rows in the order of the key, as Python shows them.
inline QString all(const Database &db, const char *model, const char *field)
{
    const QuerySet<Record> rows = db.objects(QString::fromUtf8(model));
    const ResultSetPtr found = rows.orderBy({QStringLiteral("pk")}).fetch();
    QStringList out;
    for (qint64 i = 0; i < found->rowCount(); ++i)
        out << found->record(i).value(QString::fromUtf8(field)).toRepr();
    return out.join(QStringLiteral(", "));
}

inline QString shown(const DeleteResult &result)
{
    QStringList parts;
    for (const auto &[model, number] : result.perModel)
        parts << model.section(QLatin1Char('.'), -1) + QLatin1Char(' ') + QString::number(number);
    parts.sort();
    return QString::number(result.total) + QStringLiteral(": ") + parts.join(QStringLiteral(", "));
}
inline QString shown(const Record &record)
{
    return record.display();
}
inline QString shown(const RecordAndCreated &result)
{
    return result.record.display() +
           (result.created ? QStringLiteral(" created") : QStringLiteral(" found"));
}
inline QString shown(const std::vector<Record> &records)
{
    QStringList parts;
    for (const Record &record : records)
        parts << record.display();
    return parts.join(QStringLiteral(", "));
}
inline QString shown(qint64 number)
{
    return QString::number(number);
}
inline QString shown(bool yes)
{
    return yes ? QStringLiteral("True") : QStringLiteral("False");
}

} // namespace heddle::test
