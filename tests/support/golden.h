#pragma once

#include "orm/sql/compiledquery.h"
#include "orm/sql/dialect.h"

#include <QTest>

namespace heddle::test {

/// One golden row: a question, its text in both dialects, and its parameters.
///
/// In the expected text `?` stands for the next parameter, whatever the dialect writes there, and a
/// leading `SELECT *` for all columns of the query's own model. `postgresql` null: the same text;
/// likewise its parameters. Parameters are written as Python shows them: "'x', 1, Decimal('1.50')".
struct Golden {
    Query query;
    Ask ask = Ask::Rows;
    std::vector<NamedExpression> aggregates;
    QByteArray sqlite, postgresql, parameters, postgresqlParameters;
};

inline QByteArray expandedGolden(QByteArray text, const Query &query, const Dialect &dialect)
{
    if (text.startsWith("SELECT * ")) {
        QList<QByteArray> columns;
        for (const auto &field : query.model()->fields())
            columns << dialect.quoted(query.model()->table) + '.' + dialect.quoted(field->column);
        text.replace(0, 8, "SELECT " + columns.join(", "));
    }
    QByteArray out;
    int number = 0;
    for (char c : text)
        out += c == '?' ? dialect.placeholder(++number) : QByteArray(1, c);
    return out;
}

inline QByteArray parametersText(const ValueList &parameters)
{
    QList<QByteArray> texts;
    for (const Value &value : parameters)
        texts << value.toRepr().toUtf8();
    return texts.join(", ");
}

inline void addGolden(const char *name, const Golden &golden)
{
    QTest::newRow(name) << golden;
}
inline void rows(const char *name, const Query &query, const char *sql, const char *parameters = "",
                 const char *postgresql = nullptr, const char *postgresqlParameters = nullptr)
{
    addGolden(name, {query, Ask::Rows, {}, sql, postgresql, parameters, postgresqlParameters});
}
inline void asked(const char *name, const Query &query, Ask ask, const char *sql,
                  const char *parameters = "", const char *postgresql = nullptr,
                  const char *postgresqlParameters = nullptr)
{
    addGolden(name, {query, ask, {}, sql, postgresql, parameters, postgresqlParameters});
}
inline void aggregated(const char *name, const Query &query,
                       std::vector<NamedExpression> aggregates, const char *sql,
                       const char *parameters = "", const char *postgresql = nullptr,
                       const char *postgresqlParameters = nullptr)
{
    addGolden(name, {query, Ask::Aggregate, std::move(aggregates), sql, postgresql, parameters,
                     postgresqlParameters});
}

/// Compiles the row for both dialects and compares; the text that a query compiles to is empty if
/// nothing can match.
inline void compareGolden(const Golden &golden)
{
    for (const char *name : {"sqlite", "postgresql"}) {
        const bool postgres = QByteArrayView(name) == "postgresql";
        const Dialect &dialect = *dialectByName(QString::fromLatin1(name));
        const CompiledQuery compiled =
            compile(golden.query, golden.ask, dialect, golden.aggregates);
        const QByteArray wanted = expandedGolden(
            postgres && !golden.postgresql.isNull() ? golden.postgresql : golden.sqlite,
            golden.query, dialect);
        const QByteArray text = compiled.empty ? QByteArray() : compiled.sql;
        QVERIFY2(text == wanted,
                 QByteArray("in ") + name + "\n  wanted: " + wanted + "\n  got:    " + text);
        const QByteArray parameters = parametersText(compiled.parameters);
        const QByteArray wantedParameters = postgres && !golden.postgresqlParameters.isNull()
                                                ? golden.postgresqlParameters
                                                : golden.parameters;
        QVERIFY2(parameters == wantedParameters, QByteArray("parameters in ") + name +
                                                     "\n  wanted: " + wantedParameters +
                                                     "\n  got:    " + parameters);
    }
}

} // namespace heddle::test

Q_DECLARE_METATYPE(heddle::test::Golden)

/// The body of a golden test: `GOLDEN_TEST` in a slot whose _data() function calls rows().
#define GOLDEN_COLUMN QTest::addColumn<heddle::test::Golden>("golden")
#define GOLDEN_TEST                                                                                \
    QFETCH(heddle::test::Golden, golden);                                                          \
    heddle::test::compareGolden(golden)
