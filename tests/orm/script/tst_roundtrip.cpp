#include "orm/notation/parser.h"
#include "orm/notation/queryprinter.h"
#include "orm/script/ormobjects.h"
#include "orm/sql/compilecache.h"
#include "orm/sql/dialects.h"
#include "tests/orm/script/randomqueries.h"
#include "tests/orm/script/scripting.h"
#include "tests/support/bookshopdatabase.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryFile>
#include <QTest>

using namespace heddle;
using namespace heddle::script;
using namespace Qt::Literals::StringLiterals;
using heddle::test::BookshopDatabase;
using heddle::test::RandomQueries;

/// Text -> steps -> text -> steps, over thousands of random querysets; and texts that are broken on
/// purpose, which must end in an error and in nothing worse.
class TestRoundTrip : public QObject {
    Q_OBJECT

private:
    BookshopDatabase m_shop;

    static int rounds()
    {
        bool ok = false;
        const int wanted = qEnvironmentVariableIntValue("HEDDLE_FUZZ", &ok);
        return ok && wanted > 0 ? wanted : 10'000;
    }

    InterpreterOptions options() const
    {
        InterpreterOptions o;
        o.database = m_shop.database();
        return o;
    }

    /// The query that a text gives; invalid if it gives an error or something else.
    static Query queryOf(Interpreter &interpreter, const QString &text, QString *error = nullptr)
    {
        const RunOutcome outcome = interpreter.evaluate(text);
        if (outcome.error) {
            if (error)
                *error = outcome.error->type + u": "_s + outcome.error->message;
            return {};
        }
        const auto *rows = outcome.value.as<heddle::script::QuerySet>();
        return rows ? rows->query() : Query();
    }

    /// What the steps say, literals and all, as far as SQL can depend on it.
    static QString fingerprint(const Query &query)
    {
        ShapeKey key;
        shapeOf(query, Ask::Rows, {}, key);
        QString text =
            QString::fromLatin1(QByteArray(key.key().data(), key.key().size()).toBase64());
        for (qsizetype i = 0; i < key.literals.size(); ++i)
            text += u'\n' + key.literals[i]->toRepr();
        return text;
    }

private Q_SLOTS:
    void stepsSurviveBeingText();
    void textsAreStable_data();
    void textsAreStable();
    void mistakesGiveErrors();
};

void TestRoundTrip::stepsSurviveBeingText()
{
    RandomQueries random(20);
    Interpreter interpreter(options());
    QStringList texts, kinds;
    int refused = 0;
    while (texts.size() < rounds()) {
        const QString written = random.queryset();
        const Query query = queryOf(interpreter, written);
        if (!query.isValid()) {
            QVERIFY2(++refused < 10 * rounds(), "nearly every text is refused");
            continue;
        }
        const QString printed = notation::printQuery(query);
        QString error;
        const Query again = queryOf(interpreter, printed, &error);
        QVERIFY2(again.isValid(), qPrintable(written + u"\n"_s + printed + u"\n"_s + error));
        QVERIFY2(query.stepCount() == again.stepCount() && fingerprint(query) == fingerprint(again),
                 qPrintable(written + u"\n"_s + printed));
        QCOMPARE(notation::printQuery(again), printed);
        texts << printed;
    }
    qInfo("%lld querysets, %d texts refused", qint64(texts.size()), refused);

    const QString python = QStandardPaths::findExecutable(u"python3"_s);
    if (python.isEmpty())
        QSKIP("there is no python3 to ask whether the texts are Python");
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write(texts.join(u'\n').toUtf8());
    file.flush();
    QProcess process;
    process.start(python, {u"-c"_s,
                           u"import ast, sys\nfor line in open(sys.argv[1], encoding='utf-8'):\n"
                           "    ast.parse(line.strip(), mode='eval')\n"_s,
                           file.fileName()});
    QVERIFY(process.waitForFinished(120'000));
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
}

void TestRoundTrip::textsAreStable_data()
{
    QTest::addColumn<QString>("text");
    const auto row = [](const char *text) { QTest::newRow(text) << QString::fromUtf8(text); };
    row("Book.objects.all()");
    row("Book.objects.filter(pages__gt=3, title='x')");
    row("Book.objects.filter((Q(title='x') | ~Q(pages=3)))");
    row("Book.objects.exclude(Q(pages=1), review__rating__in=[1, 2])");
    row("Book.objects.filter(price=Decimal('9.90'), published__gte=date(2020, 1, 2))");
    row("Book.objects.annotate(n=Count('review', distinct=True)).order_by('-n', 'title')[0:5]");
    row("Book.objects.order_by(F('pages').desc(nulls_last=True)).reverse()");
    row("Book.objects.values('title', n=Upper('title'))");
    row("Book.objects.values_list(Lower('title'), 'pk')");
    row("(Book.objects.filter(pages=1) | Book.objects.filter(pages=2))");
    row("Book.objects.filter(pk=1).union(Book.objects.filter(pk=2), all=True)");
    row("Book.objects.filter(Exists(Review.objects.filter(book=OuterRef('pk'))))");
    row("Book.objects.annotate(good=FilteredRelation('review', "
        "condition=Q(review__rating__gt=3))).filter(good__reviewer='Cy')");
    row("Book.objects.prefetch_related('author_set', Prefetch('review_set', "
        "queryset=Review.objects.order_by('pk')[0:2], to_attr='two'))");
    row("Book.objects.annotate(r=Window(RowNumber(), partition_by=[F('publisher')], "
        "order_by=[F('pages').desc()], frame=RowRange(start=-1, end=0, "
        "exclusion=WindowFrameExclusion.CURRENT_ROW)))");
    row("Book.objects.annotate(**{'größer-als': Value(1)}).filter(pages=1)");
}

void TestRoundTrip::textsAreStable()
{
    QFETCH(QString, text);
    Interpreter interpreter(options());
    QString error;
    const Query query = queryOf(interpreter, text, &error);
    QVERIFY2(query.isValid(), qPrintable(error));
    QCOMPARE(notation::printQuery(query), text);
}

void TestRoundTrip::mistakesGiveErrors()
{
    RandomQueries random(21);
    Interpreter interpreter(options());
    const int most = std::max(1, rounds() / 5); // each is built and compiled for two databases
    for (int i = 0; i < most; ++i) {
        QString text = random.queryset();
        for (int mistakes = random.below(3); mistakes > 0; --mistakes) {
            const int at = random.below(int(text.size()));
            if (random.below(2))
                text.remove(at, 1 + random.below(6));
            else
                text.insert(at, text.mid(random.below(int(text.size())), random.below(12)));
        }
        const Query query = queryOf(interpreter, text);
        if (!query.isValid())
            continue;
        for (const Dialect *dialect : {&sqliteDialect(), &postgresDialect()}) {
            for (const Ask ask : {Ask::Rows, Ask::Count, Ask::Exists}) {
                try {
                    compile(query, ask, *dialect);
                } catch (const OrmError &error) {
                    QVERIFY2(!error.message().isEmpty(), qPrintable(text));
                }
            }
        }
        interpreter.preview(text, {});
    }
}

QTEST_GUILESS_MAIN(TestRoundTrip)
#include "tst_roundtrip.moc"
