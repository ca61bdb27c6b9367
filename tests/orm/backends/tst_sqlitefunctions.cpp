#include "tests/support/sqlitedatabase.h"

#include <QTest>
#include <cmath>

using namespace heddle;
using namespace heddle::test;

class TestSqliteFunctions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void functionsGiveWhatDjangosDo_data();
    void functionsGiveWhatDjangosDo();
    void nullGivesNull_data();
    void nullGivesNull();
    void wrongArgumentsAreErrorsNotCrashes_data();
    void wrongArgumentsAreErrorsNotCrashes();
    void statisticsAreExact();
    void functionsWorkInsideViewsOfAForeignSchema();
};

void TestSqliteFunctions::functionsGiveWhatDjangosDo_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QString>("expected"); // Python's repr
    const auto row = [](const char *sql, const char *expected) {
        QTest::newRow(sql) << QByteArray(sql) << QString::fromUtf8(expected);
    };
    row("heddle_date_extract('year', '2021-01-03')", "2021");
    row("heddle_date_extract('iso_year', '2021-01-03')", "2020");
    row("heddle_date_extract('week', '2021-01-03')", "53");
    row("heddle_date_extract('week_day', '2021-01-03')", "1");
    row("heddle_date_extract('iso_week_day', '2021-01-03')", "7");
    row("heddle_date_extract('quarter', '2021-10-01')", "4");
    row("heddle_date_extract('day', '2021-10-09')", "9");
    row("heddle_datetime_extract('hour', '2021-10-09 22:53:30.5')", "22");
    row("heddle_datetime_extract('month', '2021-10-09T22:53:30')", "10");
    row("heddle_datetime_extract('second', '2021-10-09 22:53:30.5')", "30");
    row("heddle_time_extract('minute', '22:53:30')", "53");
    row("heddle_date_trunc('quarter', '2021-05-17')", "'2021-04-01'");
    row("heddle_date_trunc('week', '2021-01-03')", "'2020-12-28'");
    row("heddle_datetime_trunc('month', '2021-05-17 10:11:12')", "'2021-05-01 00:00:00'");
    row("heddle_datetime_trunc('hour', '2021-05-17 10:11:12.25')", "'2021-05-17 10:00:00'");
    row("heddle_time_trunc('minute', '10:11:12.25')", "'10:11:00'");
    row("heddle_datetime_cast_date('2021-05-17 10:11:12')", "'2021-05-17'");
    row("heddle_datetime_cast_time('2021-05-17 10:11:12.25')", "'10:11:12.250000'");
    row("heddle_timestamp_diff('2021-01-02 00:00:00', '2021-01-01 23:59:59')", "1000000");
    row("heddle_format_dtdelta('+', '2021-01-01 00:00:00', 1500000)",
        "'2021-01-01 00:00:01.500000'");
    row("heddle_format_dtdelta('-', '2021-01-01 00:00:00', 1000000)", "'2020-12-31 23:59:59'");
    row("heddle_format_dtdelta('-', '2021-01-01 00:00:01', '2021-01-01 00:00:00')", "1000000");
    row("heddle_format_dtdelta('+', '2021-01-01', 86400000000)", "'2021-01-02'");
    row("heddle_format_dtdelta('+', 5, 6)", "11");
    row("heddle_format_dtdelta('*', 5, 1.5)", "8");
    row("heddle_regexp('^Le', 'Les', 0)", "1");
    row("heddle_regexp('^le', 'Les', 0)", "0");
    row("heddle_regexp('^le', 'Les', 1)", "1");
    row("heddle_regexp('\\w+\\Z', 'naïve', 0)", "1");
    row("heddle_regexp('é', 'CAFÉ', 1)", "1");
    row("heddle_regexp('2', 123, 0)", "1");
    row("LPAD('ä', 3, 'xy')", "'xyä'");
    row("LPAD('abc', 2, 'x')", "'ab'");
    row("RPAD('a', 4, 'xy')", "'axyx'");
    row("REPEAT('ab', 3)", "'ababab'");
    row("REPEAT('ab', -3)", "''");
    row("REVERSE('naïve\U0001F9F5')", "'\U0001F9F5evïan'");
    row("MD5('')", "'d41d8cd98f00b204e9800998ecf8427e'");
    row("SHA1('abc')", "'a9993e364706816aba3e25717850c26c9cd0d89d'");
    row("length(SHA512('x'))", "128");
    row("BITXOR(5, 3)", "6");
    row("SIGN(-3)", "-1");
    row("MOD(-7, 3)", "-1.0");
    row("POWER(2, 10)", "1024.0");
    row("CEILING(1.2)", "2.0");
    row("LOG(2, 8)", "3.0");
    row("round(COT(1), 6)", "0.642093");
    row("ANY_VALUE(column1) FROM (VALUES (NULL), (4), (5))", "4");
}

void TestSqliteFunctions::functionsGiveWhatDjangosDo()
{
    QFETCH(QByteArray, sql);
    const auto db = openDatabase(QStringLiteral(":memory:"));
    QTEST(scalar(*db, ("SELECT " + sql).constData()).toRepr(), "expected");
}

void TestSqliteFunctions::nullGivesNull_data()
{
    QTest::addColumn<QByteArray>("sql");
    for (const char *sql :
         {"heddle_date_extract('year', NULL)", "heddle_datetime_trunc(NULL, '2021-01-01')",
          "heddle_regexp('a', NULL, 0)", "heddle_regexp(NULL, 'a', 0)",
          "heddle_timestamp_diff('2021-01-01', NULL)", "heddle_format_dtdelta('+', NULL, 1)",
          "LPAD('a', NULL, 'b')", "REPEAT(NULL, 2)", "REVERSE(NULL)", "MD5(NULL)",
          "BITXOR(NULL, 1)", "COT(NULL)", "STDDEV_POP(NULL)", "ANY_VALUE(NULL)", "VAR_SAMP(1)",
          "heddle_date_extract('year', 'no date')"})
        QTest::newRow(sql) << QByteArray(sql);
}

void TestSqliteFunctions::nullGivesNull()
{
    QFETCH(QByteArray, sql);
    const auto db = openDatabase(QStringLiteral(":memory:"));
    QVERIFY(scalar(*db, ("SELECT " + sql).constData()).isNull());
}

void TestSqliteFunctions::wrongArgumentsAreErrorsNotCrashes_data()
{
    QTest::addColumn<QByteArray>("sql");
    for (const char *sql :
         {"heddle_date_extract('century', '2021-01-01')", "heddle_regexp('(', 'a', 0)",
          "heddle_time_trunc('day', '10:00')", "REPEAT('abc', 9000000000000000000)",
          "LPAD('a', 9000000000000000000, 'b')", "heddle_regexp('a', 'b')"})
        QTest::newRow(sql) << QByteArray(sql);
}

void TestSqliteFunctions::wrongArgumentsAreErrorsNotCrashes()
{
    QFETCH(QByteArray, sql);
    const auto db = openDatabase(QStringLiteral(":memory:"));
    QVERIFY_THROWS_EXCEPTION(DatabaseError, scalar(*db, ("SELECT " + sql).constData()));
}

void TestSqliteFunctions::statisticsAreExact()
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    const char *rows = " FROM (VALUES (2), (4), (4), (4), (5), (5), (7), (9), (NULL))";
    const auto of = [&](const char *function) {
        return scalar(*db, (QByteArray("SELECT ") + function + "(column1)" + rows).constData())
            .asDouble();
    };
    QCOMPARE(of("STDDEV_POP"), 2.0);
    QCOMPARE(of("VAR_POP"), 4.0);
    QCOMPARE(of("VAR_SAMP"), 32.0 / 7);
    QCOMPARE(of("STDDEV_SAMP"), std::sqrt(32.0 / 7));
}

void TestSqliteFunctions::functionsWorkInsideViewsOfAForeignSchema()
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    write(*db, "CREATE TABLE t (d)");
    write(*db, "INSERT INTO t VALUES ('2021-05-06')");
    write(*db, "CREATE VIEW v AS SELECT heddle_date_extract('month', d) AS m FROM t");
    QCOMPARE(scalar(*db, "SELECT m FROM v").asInt(), 5);
}

QTEST_GUILESS_MAIN(TestSqliteFunctions)
#include "tst_sqlitefunctions.moc"
