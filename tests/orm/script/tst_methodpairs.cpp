#include "orm/script/querymethods.h"
#include "tests/orm/script/scripting.h"
#include "tests/support/bookshopdatabase.h"
#include "tests/support/querycounter.h"

#include <QDir>
#include <QRegularExpression>
#include <QTest>

using namespace heddle;
using namespace heddle::script;
using namespace Qt::Literals::StringLiterals;
using heddle::test::BookshopDatabase;
using heddle::test::QueryCounter;

namespace {

/// How one method of the table is tried: what it is called on, and with what. `@` stands for
/// nothing in a sync cell and for `await ... a` in an async one: "@get(...)" of an owner.
struct Sample {
    const char *table, *name;
    const char *owner; // "Book.objects", or a variable that `before` sets
    const char *arguments;
};

constexpr const char *tables[] = {"queryset", "record", "related"};

const Sample samples[] = {
    {"queryset", "aggregate", "Book.objects", "(Sum('pages'), n=Count('pk'))"},
    {"queryset", "contains", "Book.objects", "(b)"},
    {"queryset", "count", "Book.objects.filter(price__gt=8)", "()"},
    {"queryset", "earliest", "Book.objects", "('added')"},
    {"queryset", "exists", "Book.objects.filter(pages=300)", "()"},
    {"queryset", "explain", "Book.objects.filter(pages=300)", "()"},
    {"queryset", "first", "Book.objects.order_by('title')", "()"},
    {"queryset", "get", "Book.objects", "(isbn='222')"},
    {"queryset", "in_bulk", "Book.objects", "([1, 3, 99])"},
    {"queryset", "iterator", "Book.objects.order_by('pk')", "(chunk_size=2)"},
    {"queryset", "last", "Book.objects", "()"},
    {"queryset", "latest", "Book.objects.exclude(published=None)", "('published')"},
    {"queryset", "bulk_create", "Publisher.objects",
     "([Publisher(name='One'), Publisher(name='Two')])"},
    {"queryset", "bulk_update", "Book.objects", "([b], ['title'])"},
    {"queryset", "create", "Publisher.objects", "(name='New', city='Turku')"},
    {"queryset", "delete", "Book.objects.filter(pk=5)", "()"},
    {"queryset", "get_or_create", "Publisher.objects", "(name='New', defaults={'city': 'Turku'})"},
    {"queryset", "update", "Book.objects.filter(in_print=True)", "(pages=F('pages') + 1)"},
    {"queryset", "update_or_create", "Publisher.objects",
     "(name='Quiet', defaults={'city': 'Turku'})"},
    {"record", "delete", "r", "()"},
    {"record", "refresh_from_db", "b", "()"},
    {"record", "save", "b", "()"},
    {"related", "add", "p.book_set", "(b)"},
    {"related", "clear", "p.book_set", "()"},
    {"related", "count", "p.book_set", "()"},
    {"related", "create", "p.book_set",
     "(title='New', price=1, in_print=True, added=datetime(2024, 1, 1))"},
    {"related", "exists", "p.book_set", "()"},
    {"related", "get_or_create", "p.book_set", "(title='Tides')"},
    {"related", "remove", "p.book_set", "(b)"},
    {"related", "set", "p.book_set", "([b])"},
    {"related", "update_or_create", "p.book_set", "(title='Tides', defaults={'pages': 1})"},
};

std::span<const QueryMethod> table(const QByteArray &name)
{
    return name == "queryset" ? queryMethods()
           : name == "record" ? recordMethods()
                              : relatedMethods();
}

/// What a cell printed and which statements it took.
struct Run {
    QString printed;
    QByteArrayList statements;
};

Run ran(const QString &source)
{
    const BookshopDatabase shop;
    QueryCounter counter(shop.database());
    InterpreterOptions options;
    options.database = shop.database();
    Run run;
    run.printed = printedBy(source, options);
    // An `a` call's record may come a moment after its result.
    QTest::qWait(20);
    run.statements = counter.statements();
    return run;
}

/// The cell for a sample; the objects it needs, the call, and what the database holds afterwards.
QString cell(const Sample &sample, bool async)
{
    const auto call = [async](const QString &owner, const QString &name, const QString &arguments) {
        return (async ? u"await %1.a%2%3"_s : u"%1.%2%3"_s).arg(owner, name, arguments);
    };
    const QString owner = QString::fromUtf8(sample.owner), name = QString::fromUtf8(sample.name),
                  arguments = QString::fromUtf8(sample.arguments);
    QString out = u"b = "_s + call(u"Book.objects"_s, u"get"_s, u"(pk=1)"_s) + u"\np = "_s +
                  call(u"Publisher.objects"_s, u"get"_s, u"(pk=1)"_s) + u"\nr = "_s +
                  call(u"Review.objects"_s, u"get"_s, u"(pk=1)"_s) + u"\nb.title = 'Ebb'\n"_s;
    if (name == "iterator"_L1)
        out +=
            (async ? u"print([x async for x in %1.a%2%3])\n"_s : u"print([x for x in %1.%2%3])\n"_s)
                .arg(owner, name, arguments);
    else
        out += u"print(repr("_s + call(owner, name, arguments) + u"))\n"_s;
    for (const char *model : {"Book", "Publisher", "Review"})
        out += u"print("_s + call(QString::fromUtf8(model) + u".objects"_s, u"in_bulk"_s, u"()"_s) +
               u")\n"_s;
    return out;
}

QString snakeCase(QString camel)
{
    static const QRegularExpression capital(u"([A-Z])"_s);
    return camel.replace(capital, u"_\\1"_s).toLower();
}

/// What headers say, without their comments.
QString codeOf(const QStringList &headers)
{
    static const QRegularExpression comment(u"//[^\n]*"_s);
    QString text;
    for (const QString &header : headers) {
        QFile file(qEnvironmentVariable("HEDDLE_SOURCE_DIR") + u"/orm/objects/"_s + header);
        if (!file.open(QIODevice::ReadOnly))
            qFatal("%s cannot be read", qPrintable(file.fileName()));
        text += QString::fromUtf8(file.readAll()).remove(comment);
    }
    return text;
}

/// The methods of headers that ask the database: those that take who calls them.
QSet<QString> askingMethods(const QStringList &headers, const QString &caller)
{
    const QString text = codeOf(headers);
    // The name before the parenthesis that `const CallInfo &` stands in, at depth one.
    QSet<QString> names;
    for (qsizetype at = text.indexOf(caller); at >= 0; at = text.indexOf(caller, at + 1)) {
        int depth = 0;
        qsizetype i = at;
        while (i > 0 && depth <= 0) {
            --i;
            depth += text[i] == u'(' ? 1 : text[i] == u')' ? -1 : 0;
        }
        qsizetype begin = i;
        while (begin > 0 && (text[begin - 1].isLetterOrNumber() || text[begin - 1] == u'_'))
            --begin;
        names.insert(text.sliced(begin, i - begin));
    }
    names.remove(QString());
    return names;
}

} // namespace

/// Every method that touches the database exists twice, and both do the same.
class TestMethodPairs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyMethodOfTheTablesIsTriedHere();
    void bothGiveTheSameWithTheSameStatements_data();
    void bothGiveTheSameWithTheSameStatements();
    void headersDeclareBoth_data();
    void headersDeclareBoth();
    void theTableHasWhatTheHeaderHas();
};

void TestMethodPairs::everyMethodOfTheTablesIsTriedHere()
{
    for (const char *name : tables) {
        for (const QueryMethod &method : table(name)) {
            if (method.kind != QueryMethod::Terminal)
                continue;
            QVERIFY2(method.asyncName &&
                         QByteArray(method.asyncName) == 'a' + QByteArray(method.name),
                     method.name);
            const bool tried =
                std::any_of(std::begin(samples), std::end(samples), [&](const Sample &s) {
                    return qstrcmp(s.table, name) == 0 && qstrcmp(s.name, method.name) == 0;
                });
            QVERIFY2(tried, (QByteArray(name) + ' ' + method.name).constData());
        }
    }
}

void TestMethodPairs::bothGiveTheSameWithTheSameStatements_data()
{
    QTest::addColumn<int>("index");
    for (int i = 0; i < int(std::size(samples)); ++i)
        QTest::addRow("%s.%s", samples[i].table, samples[i].name) << i;
}

void TestMethodPairs::bothGiveTheSameWithTheSameStatements()
{
    QFETCH(int, index);
    const Sample &sample = samples[index];
    const Run sync = ran(cell(sample, false)), async = ran(cell(sample, true));
    QVERIFY2(!sync.printed.contains(u"Error"_s), qPrintable(sync.printed));
    QCOMPARE(async.printed, sync.printed);
    QCOMPARE(async.statements, sync.statements);
    QVERIFY(sync.statements.size() > 3);
}

void TestMethodPairs::headersDeclareBoth_data()
{
    QTest::addColumn<QStringList>("headers");
    QTest::addColumn<QString>("caller");
    QTest::newRow("records") << QStringList{u"queryset.h"_s} << u"const CallInfo &"_s;
    QTest::newRow("typed") << QStringList{u"typedsync.h"_s, u"typedasync.h"_s} << u"const Here &"_s;
}

void TestMethodPairs::headersDeclareBoth()
{
    QFETCH(QStringList, headers);
    QFETCH(QString, caller);
    const QSet<QString> names = askingMethods(headers, caller);
    QVERIFY(names.size() > 20);
    for (const QString &name : names) {
        if (name.startsWith(u'a') && names.contains(name.sliced(1)))
            continue; // a twin
        // Async iteration is an object of its own; sync iteration is begin() and end().
        if (name == "aiterator"_L1 || name == "begin"_L1)
            continue;
        QVERIFY2(names.contains(u'a' + name),
                 qPrintable(name + u" has no twin in "_s + headers.join(u' ')));
    }
}

void TestMethodPairs::theTableHasWhatTheHeaderHas()
{
    // In scripts these are written otherwise: list(qs), for row in qs.iterator(); raw() is lazy.
    static const QSet<QString> otherwise{u"fetch"_s, u"stream"_s, u"raw"_s};
    static const QHash<QString, QString> renamed{{u"remove"_s, u"delete"_s},
                                                 {u"deleteRows"_s, u"delete"_s}};
    for (const QString &name : askingMethods({u"queryset.h"_s}, u"const CallInfo &"_s)) {
        if (otherwise.contains(name) ||
            (name.startsWith(u'a') && otherwise.contains(name.sliced(1))))
            continue;
        QString wanted = renamed.value(name, name);
        if (name.startsWith(u'a') && renamed.contains(name.sliced(1)))
            wanted = u'a' + renamed.value(name.sliced(1));
        QVERIFY2(queryMethod(snakeCase(wanted)), qPrintable(name));
    }
}

QTEST_GUILESS_MAIN(TestMethodPairs)
#include "tst_methodpairs.moc"
