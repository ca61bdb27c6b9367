#include "ui/builder/sqltext.h"

#include <QRegularExpression>
#include <QtTest>

using namespace heddle::ui;
using namespace Qt::Literals::StringLiterals;

class TestSqlText final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void operatorsStayWhole_data();
    void operatorsStayWhole();
    void clausesStandOnLinesOfTheirOwn();
    void onlyBlanksChangeAtAnyWidth();
};

void TestSqlText::operatorsStayWhole_data()
{
    QTest::addColumn<QString>("sql");
    const QString all[] = {
        u"SELECT \"book\".\"title\"::text LIKE $1"_s,
        u"SELECT a::numeric(7, 2), (b)::timestamp"_s,
        u"SELECT a <= b, a >= b, a <> b, a != b, a || b"_s,
        u"SELECT data -> 'a' ->> 'b', data #>> '{a,b}'"_s,
        u"SELECT data @> '{}', tags && $2, name ~* 'x', name !~ 'y'"_s,
        u"SELECT data ?| $1, data ?& $2, data ? $3"_s,
        u"SELECT E'a\\\\b', X'00ff', 'it''s :: so'"_s,
        u"SELECT COUNT(*), a * b, a % 2, a / b"_s,
        u"SELECT title LIKE ?1 ESCAPE '\\'"_s,
    };
    for (const QString &sql : all)
        QTest::newRow(qPrintable(sql)) << sql;
}

void TestSqlText::operatorsStayWhole()
{
    QFETCH(QString, sql);
    QCOMPARE(layOutSql(sql, 200), sql);
}

void TestSqlText::clausesStandOnLinesOfTheirOwn()
{
    QCOMPARE(layOutSql(u"SELECT a FROM b LEFT OUTER JOIN c ON (b.x = c.x) WHERE a IN "
                       "(SELECT d FROM e) ORDER BY a ASC LIMIT 3"_s),
             u"SELECT a\nFROM b\nLEFT OUTER JOIN c ON (b.x = c.x)\nWHERE a IN (SELECT d FROM e)\n"
             "ORDER BY a ASC\nLIMIT 3"_s);
}

void TestSqlText::onlyBlanksChangeAtAnyWidth()
{
    const QString sql = u"SELECT \"b\".\"id\", \"b\".\"a long name, with blanks\", CAST(x AS text) "
                        "FROM \"b\" WHERE (\"b\".\"t\"::text LIKE '%  two  %' AND NOT (y <= 3)) "
                        "GROUP BY 1 HAVING COUNT(*) > 2"_s;
    static const QRegularExpression blanks(u"\\s+"_s);
    for (int width = 1; width < 120; ++width) {
        const QString laidOut = layOutSql(sql, width);
        QCOMPARE(QString(laidOut).remove(blanks), QString(sql).remove(blanks));
        QVERIFY(laidOut.contains(u"'%  two  %'"_s));
        QVERIFY(laidOut.contains(u"\"a long name, with blanks\""_s));
        QVERIFY(laidOut.contains(u"::text"_s));
        QVERIFY(laidOut.contains(u"<="_s));
    }
}

QTEST_MAIN(TestSqlText)
#include "tst_sqltext.moc"
