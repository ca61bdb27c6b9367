#pragma once

#include "orm/heddle.h"
#include "tests/support/querybuilder.h"
#include "tests/support/sqlitedatabase.h"

#include <QFile>

namespace heddle::test {

/// The bookshop of tests/data/bookshop.sql as a SQLite file of its own, gone with this object.
class BookshopDatabase {
public:
    BookshopDatabase()
    {
        const QString path = m_folder.filePath(QStringLiteral("bookshop.db"));
        {
            const std::unique_ptr<Runner> runner =
                openDatabase(QStringLiteral("sqlite:///%1?mode=rwc").arg(path));
            QFile script(qEnvironmentVariable("HEDDLE_SOURCE_DIR") +
                         QStringLiteral("/tests/data/bookshop.sql"));
            if (!script.open(QIODevice::ReadOnly))
                qFatal("%s cannot be read; HEDDLE_SOURCE_DIR must name the source tree",
                       qPrintable(script.fileName()));
            for (const QString &statement : QString::fromUtf8(script.readAll())
                                                .split(QStringLiteral(";\n"), Qt::SkipEmptyParts))
                write(*runner, statement.toUtf8().constData());
        }
        m_database = Database::open(path);
    }

    const Database &database() const { return m_database; }
    QuerySet<Record> objects(const char *model) const
    {
        return m_database.objects(QString::fromUtf8(model));
    }
    StatementResult write(const char *sql, ValueList parameters = {}) const
    {
        return write(m_database.runner(), sql, std::move(parameters));
    }

private:
    static StatementResult write(Runner &runner, const char *sql, ValueList parameters = {})
    {
        return heddle::test::write(runner, sql, std::move(parameters));
    }
    QTemporaryDir m_folder;
    Database m_database;
};

/// A result as text: one line a row, its columns as Python shows them.
inline QString described(const ResultSetPtr &rows)
{
    QStringList lines;
    for (qint64 row = 0; row < rows->rowCount(); ++row) {
        QStringList cells;
        for (std::size_t column = 0; column < rows->shape().types.size(); ++column)
            cells << rows->value(row, int(column)).toRepr();
        lines << cells.join(QStringLiteral(", "));
    }
    return lines.join(QLatin1Char('\n'));
}
inline QString described(qint64 number)
{
    return QString::number(number);
}
inline QString described(bool yes)
{
    return yes ? QStringLiteral("True") : QStringLiteral("False");
}
inline QString described(const AggregateResult &result)
{
    QStringList parts;
    for (const auto &[name, value] : result)
        parts << name + u'=' + value.toRepr();
    return parts.join(QStringLiteral(", "));
}
inline QString described(const RecordMap &map)
{
    QStringList parts;
    for (const auto &[key, record] : map)
        parts << key.toRepr() + QStringLiteral(": ") + record.display();
    return parts.join(QStringLiteral(", "));
}

/// A column of the objects of a result: titles of books.
inline QStringList column(const ResultSetPtr &rows, const char *field)
{
    QStringList out;
    for (qint64 i = 0; i < rows->rowCount(); ++i)
        out << rows->record(i).value(QString::fromUtf8(field)).toDisplay();
    return out;
}

} // namespace heddle::test
