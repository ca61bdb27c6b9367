#pragma once

#include "orm/backends/postgres/postgresadapter.h"
#include "orm/backends/sqlite/sqliteadapter.h"
#include "orm/objects/database.h"
#include "orm/objects/operations.h"
#include "tests/support/postgresserver.h"

#include <QTemporaryDir>
#include <QTest>

namespace heddle::test {

/// New, empty databases of either kind. One PostgreSQL server a test program; without one, url() of
/// "postgresql" is empty and problem() says why.
class EmptyDatabases {
public:
    EmptyDatabases()
    {
        registerSqliteAdapter();
        registerPostgresAdapter();
    }

    QString url(const QString &backend)
    {
        const QString name = QStringLiteral("test%1").arg(++m_count);
        if (backend == QLatin1String("sqlite"))
            return QStringLiteral("sqlite:///%1/%2.sqlite?mode=rwc").arg(m_folder.path(), name);
        if (!m_tried) {
            m_tried = true;
            m_hasServer = m_server.start();
        }
        if (!m_hasServer || !m_server.createDatabase(name))
            return {};
        return m_server.url(name);
    }
    QString problem() const { return m_server.problem(); }

private:
    QTemporaryDir m_folder;
    PostgresServer m_server;
    bool m_tried = false, m_hasServer = false;
    int m_count = 0;
};

/// Opens a new database of the data row's "backend", or skips the test.
#define HEDDLE_OPEN_EMPTY(databases, database)                                                     \
    QFETCH(QString, backend);                                                                      \
    const QString database##Url = (databases).url(backend);                                        \
    if (database##Url.isEmpty())                                                                   \
        QSKIP(qPrintable((databases).problem()));                                                  \
    const Database database = Database::open(database##Url)

inline void bothBackends()
{
    QTest::addColumn<QString>("backend");
    QTest::newRow("sqlite") << QStringLiteral("sqlite");
    QTest::newRow("postgresql") << QStringLiteral("postgresql");
}

inline Plan<StatementResult> oneStatement(Statement statement)
{
    co_return co_await send(std::move(statement));
}

/// Runs one statement; rows come as the database types them.
inline StatementResult execute(const Database &db, const QByteArray &sql, ValueList parameters = {},
                               TraceKind kind = TraceKind::Write)
{
    Statement statement;
    statement.sql = sql;
    statement.parameters = std::move(parameters);
    statement.columns = std::make_shared<const std::vector<ColumnType>>();
    statement.kind = kind;
    PlanContext context;
    context.method = "execute";
    return db.runner().run(oneStatement(std::move(statement)), context);
}

/// The cells of an answer as text, rows by '\n', cells by '|'.
inline QString rows(const Database &db, const QByteArray &sql)
{
    QStringList lines;
    for (const RowBatchPtr &batch : execute(db, sql, {}, TraceKind::Read).batches) {
        for (int row = 0; row < batch->rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < batch->columnCount(); ++column)
                cells << batch->value(row, column).toDisplay();
            lines << cells.join(QLatin1Char('|'));
        }
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace heddle::test
