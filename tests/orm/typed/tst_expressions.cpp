#include "tests/orm/typed/bookshop.h"

#include "tests/support/bookshopdatabase.h"
#include "tests/support/querycounter.h"
#include "tests/support/raises.h"

#include <QTest>

using namespace heddle;
using heddle::test::BookshopDatabase;
using heddle::test::errorOf;
using heddle::test::QueryCounter;
using namespace shop;
using namespace Qt::Literals::StringLiterals;

namespace {

template <typename T>
T waited(QFuture<T> future)
{
    future.waitForFinished();
    return future.result();
}

} // namespace

/// Cases, windows, dates, raw texts and plans of the typed face, each in both variants; and that
/// every call knows its place.
class TestTypedExpressions : public QObject {
    Q_OBJECT

private:
    BookshopDatabase m_shop;
    const Database &db() const { return m_shop.database(); }
    QuerySet<Book> books() const { return db().objects<Book>().orderBy<&Book::id>(); }

private Q_SLOTS:
    void aCaseIsTheFirstBranchThatHolds()
    {
        const auto kind =
            caseWhen(when(f<&Book::price> > 20, "dear"), when(f<&Book::price> > 8, "fair"))
                .otherwise("cheap");
        const auto labelled = books().valuesList(f<&Book::price>, kind);
        const auto rows = labelled.list();
        QVERIFY(rows.size() > 3);
        for (const auto &[price, label] : rows)
            QCOMPARE(label, price > *Decimal::parse("20")  ? u"dear"_s
                            : price > *Decimal::parse("8") ? u"fair"_s
                                                           : u"cheap"_s);
        QCOMPARE(waited(labelled.alist()), rows);
    }

    void aCaseWithoutADefaultMayBeNull()
    {
        const auto rows =
            books().valuesList(f<&Book::pages>, caseWhen(when(f<&Book::pages>.isNull(), 1))).list();
        for (const auto &[pages, missing] : rows)
            QCOMPARE(missing.has_value(), !pages.has_value());
    }

    void aCaseOnAComputedValueNeedsAName()
    {
        QCOMPARE(
            errorOf([&] { caseWhen(when(f<&Book::pages> * 2 > 100, 1)); }),
            u"TypeError: A branch of a case asks for a computed value: give it a name with alias() and ask for ref<T>(name)."_s);
    }

    void windowsNumberAndSumByPartition()
    {
        const auto publisher = f<&Book::publisher, &Publisher::id>;
        const auto query = books().valuesList(
            publisher, f<&Book::price>,
            over(rowNumber()).partitionBy(publisher).orderBy(f<&Book::id>.asc()),
            over(sum<&Book::price>())
                .partitionBy(publisher)
                .orderBy(f<&Book::id>.asc())
                .rows({}, 0),
            over(lag(f<&Book::price>)).partitionBy(publisher).orderBy(f<&Book::id>.asc()));
        const auto rows = query.list();
        QHash<qint64, QList<Decimal>> seen;
        for (const auto &[id, price, number, total, before] : rows) {
            QList<Decimal> &prices = seen[id];
            QCOMPARE(before, prices.isEmpty() ? std::optional<Decimal>() : prices.last());
            prices << price;
            QCOMPARE(number, qint64(prices.size()));
            double sum = 0;
            for (const Decimal &one : prices)
                sum += one.toDouble();
            QCOMPARE(total->toDouble(), sum);
        }
        QCOMPARE(waited(query.alist()), rows);
    }

    void datesAreTheDifferentFirstDays()
    {
        const auto years = db().objects<Book>().dates<&Book::published>(DatePart::Year);
        QSet<int> wanted;
        for (const Book &book : books())
            if (book.published)
                wanted << book.published->year();
        const QList<QDate> found = years.list();
        QCOMPARE(found.size(), wanted.size());
        for (const QDate &day : found)
            QVERIFY(wanted.contains(day.year()) && day.month() == 1 && day.day() == 1);
        QVERIFY(std::is_sorted(found.begin(), found.end()));
        QCOMPARE(waited(years.alist()), found);
        QList<QDate> backwards = db().objects<Book>()
                                     .dates<&Book::published>(DatePart::Year, Direction::Descending)
                                     .list();
        std::reverse(backwards.begin(), backwards.end());
        QCOMPARE(backwards, found);
    }

    void datetimesAreCutOff()
    {
        const auto days = db().objects<Book>().datetimes<&Book::added>(DatePart::Day);
        QSet<QDate> wanted;
        for (const Book &book : books())
            wanted << book.added.date();
        const QList<QDateTime> found = days.list();
        QCOMPARE(found.size(), wanted.size());
        for (const QDateTime &day : found)
            QVERIFY(wanted.contains(day.date()) && day.time() == QTime(0, 0));
        QCOMPARE(waited(days.alist()), found);
    }

    void aRawTextGivesObjects()
    {
        const QString sql = u"SELECT id, title FROM book WHERE id < %s ORDER BY id"_s;
        const QList<Book> rows = db().objects<Book>().raw(sql, ValueList{Value(4)});
        QCOMPARE(rows.size(), qsizetype(3));
        QCOMPARE(rows[0].title, books().first()->title);
        const QList<Book> again = waited(db().objects<Book>().araw(sql, ValueList{Value(4)}));
        QCOMPARE(again.size(), rows.size());
        QCOMPARE(again[2].title, rows[2].title);
        QVERIFY(errorOf([&] { db().objects<Book>().raw(sql); }).startsWith(u"ProgrammingError"));
    }

    void explainTellsThePlan()
    {
        const auto query = books().filter(f<&Book::pages> == 300);
        const QString plan = query.explain();
        QVERIFY2(plan.contains(u"book"), qPrintable(plan));
        QCOMPARE(waited(query.aexplain()), plan);
    }

    void everyCallKnowsItsPlace()
    {
        QueryCounter counter(db());
        QList<int> lines;
        lines << __LINE__ + 1;
        books().aggregate(count(), max<&Book::pages>());
        lines << __LINE__ + 1;
        books().filter(f<&Book::id> == -1).update(set<&Book::pages>(3));
        lines << __LINE__ + 1;
        for (const Book &book : books())
            QVERIFY(book.id > 0);
        lines << __LINE__ + 1;
        books().explain();
        QList<int> found;
        for (const TraceRecord &record : counter.records())
            found << record.site.line;
        QCOMPARE(found, lines);
    }
};

QTEST_GUILESS_MAIN(TestTypedExpressions)
#include "tst_expressions.moc"
