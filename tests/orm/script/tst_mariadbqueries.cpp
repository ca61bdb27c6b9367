#include "orm/backends/qtsql/qtsqladapter.h"
#include "tests/orm/script/scripting.h"
#include "tests/support/bookshopdatabase.h"
#include "tests/support/mariadbserver.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

using namespace heddle;
using namespace heddle::script;
using namespace Qt::Literals::StringLiterals;

namespace {

/// What the bookshop lacks: JSON documents, times with microseconds, floats.
constexpr char notes[] = R"(CREATE TABLE note (
    id INTEGER PRIMARY KEY,
    data JSON,
    made DATETIME NOT NULL,
    begins TIME,
    score DOUBLE
);
INSERT INTO note VALUES
    (1, '{"kind": "plan", "size": 3, "tags": ["a", "b"], "deep": {"on": true}}',
     '2021-03-04 05:06:07.123456', '08:30:00.000001', 1.5),
    (2, '{"kind": "list", "size": 12, "tags": [], "none": null}',
     '2021-03-04 23:59:59.999999', '23:59:59.999999', -2.25),
    (3, '[1, 2, {"kind": "item"}]', '1999-12-31 00:00:00', NULL, 0),
    (4, '{"kind": "Plan 100%", "size": 2.5, "deep": {"on": false, "by": "Ada"}}',
     '2020-02-29 12:00:00.5', '12:00:00', NULL),
    (5, NULL, '2022-01-03 00:00:00.000001', '00:00:00', 3);
)";

/// The bookshop's SQL as MariaDB spells it: its dates have whole seconds unless told otherwise.
QString forMariadb(QString sql)
{
    sql.replace(QRegularExpression(u"\\bDATETIME\\b"_s), u"DATETIME(6)"_s);
    sql.replace(QRegularExpression(u"\\bTIME\\b"_s), u"TIME(6)"_s);
    sql.replace(QRegularExpression(u"\\bid INTEGER PRIMARY KEY\\b"_s),
                u"id INTEGER AUTO_INCREMENT PRIMARY KEY"_s);
    return sql;
}

} // namespace

/// The same bookshop in SQLite and in MariaDB answers the same questions with the same rows.
class TestMariadbQueries : public QObject {
    Q_OBJECT

private:
    heddle::test::BookshopDatabase m_shop;
    MariadbServer m_server;
    Database m_mariadb;

    static QString answer(const Database &database, const QString &source)
    {
        InterpreterOptions options;
        options.database = database;
        return printedBy(source, options, false);
    }
    void ask(const char *name, const char *expression)
    {
        QTest::newRow(name) << QString::fromUtf8(expression);
    }

private Q_SLOTS:
    void initTestCase()
    {
        registerMariadbAdapter();
        if (!m_server.start())
            QSKIP(qPrintable(m_server.problem()));
        QFile script(qEnvironmentVariable("HEDDLE_SOURCE_DIR") + u"/tests/data/bookshop.sql"_s);
        QVERIFY(script.open(QIODevice::ReadOnly));
        const QString shop = QString::fromUtf8(script.readAll());
        for (const QString &statement :
             QString::fromUtf8(notes).split(u";\n"_s, Qt::SkipEmptyParts))
            m_shop.write(statement.toUtf8().constData());
        // MariaDB's own default collation, as most databases have it: texts are equal whatever
        // their case.
        QVERIFY2(m_server.run(u"CREATE DATABASE shop COLLATE utf8mb4_general_ci; USE shop;"_s +
                              forMariadb(shop + QString::fromUtf8(notes))),
                 qPrintable(m_server.problem()));
        m_mariadb = Database::open(m_server.url(u"shop"_s));
        m_sqlite = Database::open(m_shop.database().url());
    }
    void cleanupTestCase() { m_mariadb = Database(); }

    void queriesAnswerAsOnSqlite_data()
    {
        QTest::addColumn<QString>("expression");
        askForRows();
        askForTexts();
        askForDates();
        askForNumbers();
        askForGroups();
        askForRelations();
        askForWindows();
        askForSets();
        askForJson();
    }
    void queriesAnswerAsOnSqlite()
    {
        QFETCH(QString, expression);
        const QString source = u"print("_s + expression + u")\n"_s;
        const QString expected = answer(m_sqlite, source);
        QVERIFY2(!expected.contains(u"Error"_s), qPrintable(expected));
        QCOMPARE(answer(m_mariadb, source), expected);
    }

    void whatIsReadAndSavedStaysWhatItWas()
    {
        const QString made = u"SELECT CONCAT_WS(' ', made, begins, score) FROM note ORDER BY id"_s;
        QString before, after;
        QVERIFY(m_server.run(made, u"shop"_s, &before));
        QVERIFY(before.contains(u"05:06:07.123456"_s));
        QCOMPARE(answer(m_mariadb, u"for n in Note.objects.all():\n    n.save()"_s), QString());
        QVERIFY(m_server.run(made, u"shop"_s, &after));
        QCOMPARE(after, before);
        // A new row reads back what it was given, and conflicts are settled.
        QCOMPARE(
            answer(m_mariadb,
                   u"t = datetime(2024, 2, 29, 23, 59, 59, 999999)\n"
                   "n = Note.objects.create(made=t, data={'a': [1, None]})\n"
                   "print(Note.objects.get(pk=n.pk).made == t, Note.objects.get(made=t).data)\n"
                   "o, made = Note.objects.update_or_create(pk=n.pk, defaults={'score': 2})\n"
                   "print(made, Note.objects.get(pk=n.pk).score)\n"
                   "Note.objects.bulk_create([Note(pk=n.pk, made=t)], ignore_conflicts=True)\n"
                   "Note.objects.bulk_create([Note(pk=n.pk, made=t, score=9)], "
                   "update_conflicts=True, unique_fields=['pk'], update_fields=['score'])\n"
                   "print(Note.objects.get(pk=n.pk).score, Note.objects.count())\n"
                   "n.delete()\n"_s),
            u"True {'a': [1, None]}\nFalse 2.0\n9.0 6"_s);
    }

private:
    Database m_sqlite;

    void askForRows()
    {
        ask("all", "list(Book.objects.order_by('pk').values())");
        ask("objects", "[(b, b.title, b.price, b.in_print, b.added) for b in "
                       "Book.objects.order_by('pk')]");
        ask("values_list", "list(Publisher.objects.order_by('pk').values_list())");
        ask("bytes", "list(Cover.objects.order_by('pk').values_list('book', 'image'))");
        ask("get", "Book.objects.get(isbn='222').title");
        ask("first and last", "Book.objects.first(), Book.objects.last()");
        ask("slice", "list(Book.objects.order_by('pk')[1:3])");
        ask("from", "list(Book.objects.order_by('pk')[3:])");
        ask("count", "Book.objects.count(), Book.objects.filter(pages=None).count()");
        ask("exists", "Book.objects.filter(title='Tides').exists(), "
                      "Book.objects.filter(title='x').exists()");
        ask("in_bulk", "sorted(Book.objects.in_bulk([1, 3, 9]).keys())");
        ask("none", "list(Book.objects.none())");
        ask("empty in", "list(Book.objects.filter(pk__in=[]))");
        ask("in", "list(Book.objects.filter(pk__in=[1, 5, 7]).order_by('pk'))");
        ask("range", "list(Book.objects.filter(pages__range=(100, 320)).order_by('pk'))");
        ask("not", "list(Book.objects.exclude(pages__gt=100).order_by('pk'))");
        ask("not in", "list(Book.objects.exclude(publisher__in=[1]).order_by('pk'))");
        ask("or", "list(Book.objects.filter(Q(pages=80) | Q(title='Tides')).order_by('pk'))");
        ask("xor", "list(Book.objects.filter(Q(pages__gt=100) ^ Q(in_print=True)).order_by('pk'))");
        ask("three xor", "list(Book.objects.filter(Q(pages__gt=100) ^ Q(in_print=True) ^ "
                         "Q(price__gt=10)).order_by('pk'))");
        ask("booleans", "list(Book.objects.filter(in_print=False).order_by('pk'))");
        ask("is null", "list(Book.objects.filter(isbn__isnull=True).values_list('pk', flat=True))");
        ask("distinct", "list(Review.objects.order_by('reviewer').values_list('reviewer', "
                        "flat=True).distinct())");
        ask("only", "[b.title for b in Book.objects.only('title').order_by('pk')]");
        ask("defer", "[b.pages for b in Book.objects.defer('pages').order_by('pk')[:2]]");
        ask("reverse", "list(Book.objects.order_by('price').reverse())");
        ask("NULLs come first", "list(Book.objects.order_by('pages', 'pk'))");
        ask("NULLs come last", "list(Book.objects.order_by('-pages', 'pk'))");
        ask("NULLs as told",
            "list(Book.objects.order_by(F('pages').asc(nulls_last=True), 'pk')), "
            "list(Book.objects.order_by(F('pages').desc(nulls_first=True), 'pk')), "
            "list(Book.objects.order_by(F('pages').asc(nulls_first=True), 'pk')), "
            "list(Book.objects.order_by(F('pages').desc(nulls_last=True), 'pk'))");
        ask("a key of two columns", "[e.pk for e in Edition.objects.order_by('pk')]");
        ask("one of those", "Edition.objects.get(pk=(1, 2)).year");
        ask("several of those", "list(Edition.objects.filter(pk__in=[(1, 1), (3, 1)])"
                                ".order_by('pk').values_list('year', flat=True))");
        ask("earliest and latest", "Book.objects.earliest('added'), Book.objects.latest('added')");
    }
    void askForTexts()
    {
        ask("exact", "list(Book.objects.filter(title__exact='Tides'))");
        ask("iexact", "list(Book.objects.filter(title__iexact='tIDES'))");
        ask("contains", "list(Book.objects.filter(title__contains='e').order_by('pk'))");
        ask("contains minds case",
            "list(Book.objects.filter(title__icontains='W').order_by('pk'))");
        ask("startswith", "list(Book.objects.filter(title__istartswith='lo'))");
        ask("endswith", "list(Book.objects.filter(title__endswith='s').order_by('pk'))");
        ask("iendswith", "list(Book.objects.filter(title__iendswith='S').order_by('pk'))");
        ask("a percent sign", "list(Book.objects.filter(title__contains='0% '))");
        ask("wildcards stand for themselves", "list(Book.objects.filter(title__contains='_'))");
        ask("regex", "list(Book.objects.filter(title__regex='^[TW]').order_by('pk'))");
        ask("regex minds case", "list(Book.objects.filter(title__regex='^t'))");
        ask("iregex", "list(Book.objects.filter(title__iregex='^[tw]').order_by('pk'))");
        ask("regex of digits", "list(Book.objects.filter(title__regex=r'\\d+'))");
        ask("text in a text of a column",
            "list(Book.objects.filter(title__contains=F('publisher__name')))");
        ask("functions of texts",
            "list(Book.objects.order_by('pk').values_list(Upper('title'), Lower('title'), "
            "Length('title'), Left('title', 2), Right('title', 2), Substr('title', 2, 3), "
            "Reverse('title'), Repeat('isbn', 2), LPad('isbn', 5, Value('x')), "
            "RPad('isbn', 5, Value('y')), StrIndex('title', Value('d')), "
            "Replace('title', Value('e'), Value('3'))))");
        ask("trim", "list(Book.objects.order_by('pk').values_list(Trim(Value(' a ')), "
                    "LTrim(Value(' a ')), RTrim(Value(' a ')))[:1])");
        ask("concat", "list(Book.objects.order_by('pk').values_list(Concat('title', Value(': '), "
                      "'isbn'), flat=True))");
        ask("concat of numbers", "list(Book.objects.order_by('pk').values_list(Concat('title', "
                                 "Value(' '), Cast('pages', CharField())), flat=True)[:2])");
        ask("hashes", "list(Book.objects.order_by('pk').values_list(MD5('title'), SHA1('title'), "
                      "SHA256('title'))[:2])");
        ask("chr and ord", "list(Book.objects.order_by('pk').values_list(Chr(Value(65)), "
                           "Ord(Value('A')))[:1])");
        ask("coalesce", "list(Book.objects.order_by('pk').values_list(Coalesce('isbn', "
                        "Value('none')), flat=True))");
        ask("nullif", "list(Book.objects.order_by('pk').values_list(NullIf('title', "
                      "Value('Tides')), flat=True))");
        ask("greatest and least", "list(Book.objects.order_by('pk').values_list("
                                  "Greatest('pages', Value(200)), Least('pages', "
                                  "Value(200)))[:3])");
        ask("case", "list(Book.objects.annotate(size=Case(When(pages__gt=200, then=Value('long')), "
                    "When(pages__isnull=True, then=Value('?')), default=Value('short')))"
                    ".order_by('pk').values_list('title', 'size'))");
        ask("length as a lookup", "list(Book.objects.annotate(n=Length('title')).filter(n__gt=6)"
                                  ".order_by('pk'))");
    }
    void askForDates()
    {
        ask("microseconds come back", "list(Note.objects.order_by('pk').values_list('made', "
                                      "'begins'))");
        ask("in objects", "[(n.made, n.begins) for n in Note.objects.order_by('pk')]");
        ask("in filters", "list(Note.objects.filter(made=datetime(2021, 3, 4, 5, 6, 7, "
                          "123456)).values_list('pk', flat=True))");
        ask("the largest", "Note.objects.aggregate(Max('made'), Min('begins'), Count('pk'))");
        ask("year", "list(Book.objects.filter(added__year=2020).order_by('pk'))");
        ask("year__gt", "list(Book.objects.filter(added__year__gt=2020).order_by('pk'))");
        ask("month and day", "list(Book.objects.filter(added__month=1, added__day=1))");
        ask("week", "list(Book.objects.order_by('pk').values_list('added__week', "
                    "'published__week', 'added__iso_year'))");
        ask("week_day", "list(Book.objects.order_by('pk').values_list('added__week_day', "
                        "'added__iso_week_day', 'added__quarter'))");
        ask("time", "list(Book.objects.filter(added__hour__gte=10).order_by('pk')"
                    ".values_list('added__time', 'added__minute', 'added__second'))");
        ask("date", "list(Book.objects.filter(added__date=date(2020, 2, 1)))");
        ask("dates", "list(Book.objects.values_list('added__date', flat=True).order_by('pk'))");
        ask("dates()", "list(Book.objects.dates('added', 'month')), "
                       "list(Book.objects.dates('added', 'year', order='DESC')), "
                       "list(Book.objects.dates('added', 'week'))");
        ask("datetimes()", "list(Book.objects.datetimes('added', 'hour')), "
                           "list(Book.objects.datetimes('added', 'minute'))");
        ask("trunc",
            "list(Book.objects.order_by('pk').values_list(TruncYear('added'), "
            "TruncQuarter('added'), TruncMonth('added'), TruncWeek('added'), TruncDay('added'), "
            "TruncHour('added'), TruncMinute('added'), TruncSecond('added'), TruncDate('added'), "
            "TruncTime('added')))");
        ask("trunc of dates", "list(Book.objects.filter(published__isnull=False).order_by('pk')"
                              ".values_list(TruncYear('published'), TruncQuarter('published'), "
                              "TruncMonth('published'), TruncWeek('published')))");
        ask("trunc of times", "list(Note.objects.order_by('pk').values_list(TruncHour('begins'), "
                              "TruncMinute('begins'), TruncSecond('begins')))");
        ask("extract", "list(Book.objects.order_by('pk').values_list(ExtractYear('added'), "
                       "ExtractMonth('added'), ExtractDay('added'), ExtractWeekDay('added')))");
        ask("plus a duration", "list(Note.objects.annotate(later=ExpressionWrapper(F('made') + "
                               "timedelta(days=1, microseconds=5), output_field=DateTimeField()))"
                               ".order_by('pk').values_list('later', flat=True))");
        ask("minus a duration", "list(Book.objects.filter(added__gt=datetime(2021, 3, 5) - "
                                "timedelta(days=1)).order_by('pk'))");
        ask("a difference",
            "list(Review.objects.filter(written__isnull=False).annotate(d=ExpressionWrapper("
            "F('written') - F('book__added'), output_field=DurationField())).order_by('pk')"
            ".values_list('d', flat=True))");
        ask("filter on a difference",
            "list(Review.objects.annotate(d=ExpressionWrapper(F('written') - F('book__added'), "
            "output_field=DurationField())).filter(d__gt=timedelta(days=150))"
            ".order_by('pk').values_list('pk', flat=True))");
        ask("counted by month",
            "list(Book.objects.annotate(m=TruncMonth('added')).values('m').annotate(n=Count('pk'))"
            ".order_by('m').values_list('m', 'n'))");
        ask("distinct moments", "list(Note.objects.values_list('made', flat=True).distinct()"
                                ".order_by('made'))");
        ask("ordered by what is not selected",
            "list(Note.objects.order_by('-made').values_list('pk', flat=True))");
    }
    void askForNumbers()
    {
        ask("arithmetic of columns",
            "list(Book.objects.order_by('pk').values_list(F('pages') + 1, F('pages') * 2, "
            "F('pages') - F('pk'), F('pages') % 7))");
        ask("decimals", "list(Book.objects.order_by('pk').values_list('price', flat=True))");
        ask("filter by arithmetic", "list(Book.objects.filter(pages__gt=F('price') * 20)"
                                    ".order_by('pk'))");
        ask("bits", "list(Book.objects.filter(pages__isnull=False).order_by('pk').values_list("
                    "F('pages').bitand(12), F('pages').bitor(1), F('pages').bitleftshift(1), "
                    "F('pages').bitrightshift(2), F('pages').bitxor(5)))");
        ask("functions of numbers",
            "list(Note.objects.filter(score__isnull=False).order_by('pk').values_list("
            "Abs('score'), Ceil('score'), Floor('score'), Sign('score')))");
        ask("rounded", "[round(x, 6) for x in Note.objects.filter(score__gt=0).order_by('pk')"
                       ".values_list(Sqrt('score'), flat=True)]");
        ask("more of those", "[round(x, 9) for row in Note.objects.filter(score__gt=0)"
                             ".order_by('pk').values_list(Exp('score'), Ln('score'), "
                             "Sin('score'), Cos('score'), Power('score', 2)) for x in row]");
        // A half in between goes to the even neighbour on MariaDB, away from zero on SQLite.
        ask("round", "list(Note.objects.order_by('pk').values_list(Round('score')))");
        ask("cast", "list(Book.objects.order_by('pk').values_list(Cast('isbn', IntegerField()), "
                    "Cast('pages', FloatField()), Cast('pages', CharField())))");
    }
    void askForGroups()
    {
        ask("aggregates", "Book.objects.aggregate(Count('pk'), Sum('pages'), Max('pages'), "
                          "Min('price'), Avg('pages'))");
        ask("of nothing", "Book.objects.none().aggregate(Count('pk'), Sum('pages'))");
        ask("distinct", "Review.objects.aggregate(Count('reviewer', distinct=True))");
        ask("with a filter", "Book.objects.aggregate(n=Count('pk', filter=Q(pages__gt=100)), "
                             "s=Sum('pages', filter=Q(in_print=True)))");
        ask("default", "Book.objects.filter(pk=99).aggregate(s=Sum('pages', default=7))");
        // Of integers MariaDB gives averages and deviations with four decimal places.
        ask("spread", "{k: round(v, 3) for k, v in Book.objects.aggregate(a=StdDev('pages'), "
                      "b=Variance('pages'), c=StdDev('pages', sample=True), "
                      "d=Variance('pages', sample=True)).items()}");
        ask("per row", "list(Book.objects.annotate(n=Count('review')).order_by('pk')"
                       ".values_list('title', 'n'))");
        ask("having", "list(Book.objects.annotate(n=Count('review')).filter(n__gte=2)"
                      ".order_by('pk'))");
        ask("having or where", "list(Book.objects.annotate(n=Count('review')).filter("
                               "Q(n__gte=2) | Q(pages__lt=100)).order_by('pk'))");
        ask("two counts", "list(Book.objects.annotate(r=Count('review', distinct=True), "
                          "a=Count('author', distinct=True)).order_by('pk')"
                          ".values_list('pk', 'r', 'a'))");
        ask("grouped", "list(Review.objects.values('reviewer').annotate(n=Count('pk'), "
                       "best=Max('rating')).order_by('reviewer'))");
        ask("grouped by an expression",
            "list(Book.objects.values(long=Case(When(pages__gt=200, then=Value(1)), "
            "default=Value(0))).annotate(n=Count('pk')).order_by('long'))");
        ask("aggregate of an annotation",
            "Book.objects.annotate(n=Count('review')).aggregate(Max('n'), Avg('n'))");
        ask("aggregate of a slice", "Book.objects.order_by('pk')[:3].aggregate(Sum('pages'))");
        ask("count of distinct", "Review.objects.values('reviewer').distinct().count()");
        ask("a sum of decimals", "round(Book.objects.aggregate(s=Sum('price'))['s'], 2), "
                                 "Book.objects.aggregate(Max('price'))");
        ask("an average of decimals", "round(Book.objects.aggregate(a=Avg('price'))['a'], 6)");
        ask("of moments grouped", "list(Review.objects.values('reviewer').annotate("
                                  "m=Max('written')).order_by('reviewer'))");
        ask("ordered by a count", "list(Publisher.objects.annotate(n=Count('book'))"
                                  ".order_by('-n', 'name').values_list('name', 'n'))");
        ask("joined texts", "[r and sorted(r.split('; ')) for r in Book.objects.annotate("
                            "r=StringAgg('review__reviewer', delimiter='; ')).order_by('pk')"
                            ".values_list('r', flat=True)]");
    }
    void askForRelations()
    {
        ask("forward", "list(Book.objects.filter(publisher__name='Harbour').order_by('pk'))");
        ask("two steps", "list(Review.objects.filter(book__publisher__city='Oslo').order_by('pk')"
                         ".values_list('pk', flat=True))");
        ask("backward", "list(Publisher.objects.filter(book__pages__gt=400))");
        ask("many to many", "list(Author.objects.filter(book__title='Winter').order_by('pk'))");
        ask("excluded over many", "list(Author.objects.exclude(book__title='Winter')"
                                  ".order_by('pk'))");
        ask("none of those", "list(Book.objects.filter(review__isnull=True).order_by('pk'))");
        ask("to itself", "list(Author.objects.filter(mentor__mentor__name='Ada'))");
        ask("by what is no key", "list(Award.objects.filter(book_isbn__title='Tides')"
                                 ".values_list('name', flat=True))");
        ask("select_related", "[(b.title, b.publisher and b.publisher.name) for b in "
                              "Book.objects.select_related('publisher').order_by('pk')]");
        ask("prefetch_related", "[(b.title, [r.rating for r in b.review_set.all()]) for b in "
                                "Book.objects.prefetch_related('review_set').order_by('pk')]");
        ask("prefetched by a link", "[(a.name, sorted(b.title for b in a.book_set.all())) for a in "
                                    "Author.objects.prefetch_related('book_set').order_by('pk')]");
        ask("Prefetch", "[(b.pk, [r.pk for r in b.review_set.all()]) for b in "
                        "Book.objects.prefetch_related(Prefetch('review_set', "
                        "queryset=Review.objects.filter(rating__gt=2).order_by('pk')))"
                        ".order_by('pk')]");
        ask("one to one", "list(Book.objects.filter(cover__colour='blue'))");
        ask("a subquery",
            "list(Book.objects.annotate(best=Subquery(Review.objects.filter("
            "book=OuterRef('pk')).order_by('-rating').values('rating')[:1])).order_by('pk')"
            ".values_list('pk', 'best'))");
        ask("a moment of a subquery",
            "list(Book.objects.annotate(last=Subquery(Review.objects.filter("
            "book=OuterRef('pk')).order_by('-written').values('written')[:1])).order_by('pk')"
            ".values_list('pk', 'last'))");
        ask("exists", "list(Book.objects.filter(Exists(Review.objects.filter("
                      "book=OuterRef('pk'), rating__gt=3))).order_by('pk'))");
        ask("not exists", "list(Book.objects.filter(~Exists(Review.objects.filter("
                          "book=OuterRef('pk')))).order_by('pk'))");
        ask("in a query", "list(Book.objects.filter(pk__in=Review.objects.filter(rating__gt=3)"
                          ".values('book')).order_by('pk'))");
        ask("FilteredRelation",
            "list(Book.objects.annotate(good=FilteredRelation('review', "
            "condition=Q(review__rating__gte=4))).filter(good__isnull=False).order_by('pk')"
            ".values_list('title', 'good__reviewer'))");
    }
    void askForWindows()
    {
        ask("row_number", "list(Review.objects.annotate(n=Window(RowNumber(), partition_by='book', "
                          "order_by='-rating')).order_by('pk').values_list('pk', 'n'))");
        ask("rank", "list(Review.objects.annotate(r=Window(Rank(), order_by='reviewer'), "
                    "d=Window(DenseRank(), order_by='reviewer')).order_by('pk')"
                    ".values_list('r', 'd'))");
        ask("lag and lead",
            "list(Review.objects.annotate(a=Window(Lag('rating'), order_by='pk'), "
            "b=Window(Lead('rating', 2), order_by='pk')).order_by('pk').values_list('a', 'b'))");
        ask("a running sum", "list(Review.objects.annotate(s=Window(Sum('rating'), "
                             "order_by='pk')).order_by('pk').values_list('s', flat=True))");
        ask("a frame",
            "list(Review.objects.annotate(s=Window(Sum('rating'), order_by='pk', "
            "frame=RowRange(start=-1, end=1))).order_by('pk').values_list('s', flat=True))");
        ask("first and last", "list(Review.objects.annotate(f=Window(FirstValue('rating'), "
                              "partition_by='book', order_by='pk')).order_by('pk')"
                              ".values_list('f', flat=True))");
        ask("filtered", "list(Review.objects.annotate(n=Window(RowNumber(), partition_by='book', "
                        "order_by='-rating')).filter(n=1).order_by('book')"
                        ".values_list('book', 'rating', 'written'))");
        ask("of moments", "list(Note.objects.annotate(m=Window(Max('made'), order_by='pk'))"
                          ".order_by('pk').values_list('m', flat=True))");
    }
    void askForSets()
    {
        ask("union", "sorted(Book.objects.filter(pk=1).values_list('title').union("
                     "Author.objects.filter(pk=1).values_list('name')))");
        ask("union of moments", "list(Note.objects.filter(pk=1).values_list('made').union("
                                "Note.objects.filter(pk=2).values_list('made')).order_by('made'))");
        ask("intersection", "list(Book.objects.filter(pk__lt=4).intersection("
                            "Book.objects.filter(pk__gt=2)))");
        ask("difference", "list(Book.objects.all().difference(Book.objects.filter(pk__lt=4))"
                          ".order_by('pk'))");
        ask("sliced", "list(Book.objects.filter(pk__lt=4).union(Book.objects.filter(pk=5))"
                      ".order_by('-pk')[:2])");
        ask("counted", "Book.objects.filter(pk=1).union(Book.objects.filter(pk=2)).count()");
    }
    void askForJson()
    {
        ask("documents", "list(Note.objects.order_by('pk').values_list('data', flat=True))");
        ask("a key", "list(Note.objects.filter(data__kind='plan').values_list('pk', flat=True))");
        ask("a key's number", "list(Note.objects.filter(data__size=12).values_list('pk', "
                              "flat=True))");
        ask("a fraction", "list(Note.objects.filter(data__size=2.5).values_list('pk', "
                          "flat=True))");
        ask("a larger one", "list(Note.objects.filter(data__size__gt=2.5).order_by('pk')"
                            ".values_list('pk', flat=True))");
        ask("a key's truth", "list(Note.objects.filter(data__deep__on=True).values_list('pk', "
                             "flat=True))");
        ask("a key's falsehood", "list(Note.objects.filter(data__deep__on=False).values_list("
                                 "'pk', flat=True))");
        ask("a key's null", "list(Note.objects.filter(data__none=None).values_list('pk', "
                            "flat=True))");
        ask("a missing key", "list(Note.objects.filter(data__none__isnull=True).order_by('pk')"
                             ".values_list('pk', flat=True))");
        ask("a key that is there", "list(Note.objects.filter(data__none__isnull=False)"
                                   ".values_list('pk', flat=True))");
        ask("a place", "list(Note.objects.filter(data__0=1).values_list('pk', flat=True))");
        ask("a place's key", "list(Note.objects.filter(data__2__kind='item').values_list('pk', "
                             "flat=True))");
        ask("a list", "list(Note.objects.filter(data__tags=['a', 'b']).values_list('pk', "
                      "flat=True))");
        ask("an object", "list(Note.objects.filter(data__deep={'on': True}).values_list('pk', "
                         "flat=True))");
        ask("in", "list(Note.objects.filter(data__kind__in=['plan', 'list']).order_by('pk')"
                  ".values_list('pk', flat=True))");
        ask("icontains", "list(Note.objects.filter(data__kind__icontains='PLAN').order_by('pk')"
                         ".values_list('pk', flat=True))");
        ask("startswith", "list(Note.objects.filter(data__kind__startswith='Plan 1').values_list("
                          "'pk', flat=True))");
        ask("has_key", "list(Note.objects.filter(data__has_key='deep').order_by('pk')"
                       ".values_list('pk', flat=True))");
        ask("has_keys", "list(Note.objects.filter(data__has_keys=['kind', 'none']).values_list("
                        "'pk', flat=True))");
        ask("has_any_keys", "list(Note.objects.filter(data__has_any_keys=['none', 'deep'])"
                            ".order_by('pk').values_list('pk', flat=True))");
        ask("values of keys", "list(Note.objects.order_by('pk').values_list('data__size', "
                              "'data__deep__on', 'data__tags'))");
        ask("null as a document", "list(Note.objects.filter(data__isnull=True).values_list('pk', "
                                  "flat=True))");
    }
};

QTEST_GUILESS_MAIN(TestMariadbQueries)
#include "tst_mariadbqueries.moc"
