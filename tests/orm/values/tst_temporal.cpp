#include "orm/values/errors.h"
#include "orm/values/temporal.h"

#include <QDate>
#include <QTest>
#include <memory>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;

class TestTemporal : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyDayIsWhereTheCalendarHasIt();
    void datesAndTimesReadBackTheirText_data();
    void datesAndTimesReadBackTheirText();
    void malformedMomentsAreRefused_data();
    void malformedMomentsAreRefused();
    void durationsAreReadInEverySpelling_data();
    void durationsAreReadInEverySpelling();
    void errorsAreCaughtByTheirBases();
};

void TestTemporal::everyDayIsWhereTheCalendarHasIt()
{
    for (int days = Date::fromCivil(1, 1, 1).days; days <= Date::fromCivil(9999, 12, 31).days;
         days += 97) {
        const Date date{days};
        const QDate qt = QDate(1970, 1, 1).addDays(days);
        const auto [year, month, day] = date.civil();
        QVERIFY(qt == QDate(year, month, day));
        QVERIFY(Date::fromCivil(year, month, day) == date);
        QCOMPARE(date.isoWeekday(), qt.dayOfWeek());
        QVERIFY(Date::parse(date.toString().toStdString()) == date);
    }
}

void TestTemporal::datesAndTimesReadBackTheirText_data()
{
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *text, const char *expected) {
        QTest::newRow(text) << QString::fromLatin1(expected);
    };
    row("2021-03-04", "2021-03-04T00:00:00");
    row("2021-03-04 05:06", "2021-03-04T05:06:00");
    row("2021-03-04T05:06:07.5", "2021-03-04T05:06:07.500000");
    row("2021-03-04 05:06:07.1234567", "2021-03-04T05:06:07.123456");
    row("1969-12-31 23:59:59.999999", "1969-12-31T23:59:59.999999");
    row("0001-01-01T00:00:00", "0001-01-01T00:00:00");
    row("2021-03-04 05:06:07Z", "2021-03-04T05:06:07+00:00");
    row("2021-03-04 05:06:07+02", "2021-03-04T05:06:07+02:00");
    row("2021-03-04 05:06:07 -0530", "2021-03-04T05:06:07-05:30");
    row("2021-03-04 05:06:07+00:19:32", "2021-03-04T05:06:07+00:19:32");
}

void TestTemporal::datesAndTimesReadBackTheirText()
{
    const auto value = DateTime::parse(QTest::currentDataTag());
    QVERIFY(value);
    QTEST(value->toString(), "expected");
    QVERIFY(DateTime::parse(value->toString().toStdString()) == value);
}

void TestTemporal::malformedMomentsAreRefused_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text :
         {"", "2021", "2021-13-01", "2021-02-29", "0000-01-01", "2021-03-04T", "2021-03-04 25:00",
          "2021-03-04 05", "2021-03-04 05:60", "2021-03-04 05:06:07.", "2021-03-04 05:06x",
          "2021-03-04 05:06+1", "2021-03-04 05:06+25:00", "2021-03-04  05:06", "today"})
        QTest::newRow(*text ? text : "nothing") << QString::fromLatin1(text);
}

void TestTemporal::malformedMomentsAreRefused()
{
    QFETCH(QString, text);
    QVERIFY(!DateTime::parse(text.toStdString()));
}

void TestTemporal::durationsAreReadInEverySpelling_data()
{
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *text, const char *expected) {
        QTest::newRow(text) << QString::fromLatin1(expected);
    };
    row("1 day, 2:03:04.000005", "1 day, 2:03:04.000005");
    row("-1 day, 23:59:59", "-1 day, 23:59:59");
    row("3 02:03:04", "3 days, 2:03:04");
    row("1 day 02:03:04", "1 day, 2:03:04");
    row("-2 days", "-2 days, 0:00:00");
    row("-00:00:01", "-1 day, 23:59:59");
    row("100:00:00", "4 days, 4:00:00");
    row("P1DT2H3M4.5S", "1 day, 2:03:04.500000");
    row("-PT1S", "-1 day, 23:59:59");
    row("P2W", "14 days, 0:00:00");
    row("15", "0:00:15");
    row("P", "none");
    row("P1M", "none");
    row("1 day,", "none");
    row("x", "none");
    row("P9999999999W", "none");
}

void TestTemporal::durationsAreReadInEverySpelling()
{
    const auto value = Duration::parse(QTest::currentDataTag());
    QTEST((value ? value->toString() : u"none"_s), "expected");
}

void TestTemporal::errorsAreCaughtByTheirBases()
{
    const DoesNotExist missing(u"Track"_s, u"Track matching query does not exist."_s);
    for (const char *name :
         {"Track.DoesNotExist", "DoesNotExist", "ObjectDoesNotExist", "Exception"})
        QVERIFY2(missing.isA(QString::fromLatin1(name)), name);
    QVERIFY(!missing.isA(u"Album.DoesNotExist"_s));
    QVERIFY(!missing.isA(u"DatabaseError"_s));
    QCOMPARE(missing.qualifiedName(), u"Track.DoesNotExist"_s);
    QCOMPARE(missing.what(), "Track matching query does not exist.");
    // A cancelled query is not an error that a script may swallow.
    QVERIFY(!QueryCancelled(u"stop"_s).isA(u"Exception"_s));
    QVERIFY(QueryCancelled(u"stop"_s).isA(u"BaseException"_s));
    const std::unique_ptr<OrmError> copy(IntegrityError(u"no"_s).clone());
    QVERIFY(copy->isA(u"DatabaseError"_s));
    QVERIFY_THROWS_EXCEPTION(IntegrityError, copy->raise());
}

QTEST_GUILESS_MAIN(TestTemporal)
#include "tst_temporal.moc"
