#include "orm/values/errors.h"
#include "tests/app/cliprogram.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>

#include <csignal>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace heddle::app;
using heddle::test::Answer;

/// heddle-cli as a process, on a small bookshop.
class tst_Cli : public QObject, private heddle::test::CliProgram {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(makeShop()); }

    void wrongUsageIsStatusTwo_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("no command") << QStringList{} << QByteArray("a command is missing");
        QTest::newRow("unknown command")
            << QStringList{u"look"_s} << QByteArray("'look' is no command");
        QTest::newRow("no expression")
            << QStringList{u"query"_s, u"--db"_s, u"x"_s} << QByteArray("EXPR is missing");
        QTest::newRow("no database")
            << QStringList{u"query"_s, u"1"_s} << QByteArray("--db is missing");
        QTest::newRow("two expressions")
            << QStringList{u"query"_s, u"--db"_s, u"x"_s, u"a"_s, u"b"_s}
            << QByteArray("'b' is one argument too many");
        QTest::newRow("unknown option")
            << QStringList{u"query"_s, u"--fast"_s, u"1"_s} << QByteArray("Unknown option 'fast'");
        QTest::newRow("unknown format")
            << QStringList{u"query"_s, u"--db"_s, u"x"_s, u"--format"_s, u"xml"_s, u"1"_s}
            << QByteArray("not 'xml'");
        QTest::newRow("unknown load mode")
            << QStringList{u"query"_s, u"--db"_s, u"x"_s, u"--load"_s, u"all"_s, u"1"_s}
            << QByteArray("not 'all'");
        QTest::newRow("batch as a table")
            << QStringList{u"query"_s, u"--db"_s, u"x"_s, u"--batch"_s, u"f"_s}
            << QByteArray("--format json");
        QTest::newRow("sql with two sources")
            << QStringList{u"sql"_s,    u"--db"_s,     u"x"_s, u"--dialect"_s,
                           u"sqlite"_s, u"--schema"_s, u"s"_s, u"1"_s}
            << QByteArray("--db excludes");
        QTest::newRow("sql without schema")
            << QStringList{u"sql"_s, u"--dialect"_s, u"sqlite"_s, u"1"_s}
            << QByteArray("belong together");
        QTest::newRow("make-async to two places")
            << QStringList{u"make-async"_s, u"--db"_s, u"x"_s,   u"--diff"_s,
                           u"--output"_s,   u"y.py"_s, u"x.py"_s}
            << QByteArray("--diff and --output exclude each other");
        QTest::newRow("sample without path")
            << QStringList{u"sample"_s} << QByteArray("PATH is missing");
        QTest::newRow("sample of nothing") << QStringList{u"sample"_s, u"--books"_s, u"0"_s, u"p"_s}
                                           << QByteArray("want a number");
    }
    void wrongUsageIsStatusTwo()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, says);
        const Answer answer = call(arguments);
        QCOMPARE(answer.status, 2);
        QVERIFY2(answer.err.contains(says), answer.err.constData());
        QCOMPARE(answer.err.count('\n'), 1);
        QVERIFY(answer.out.isEmpty());
    }

    void everyCommandHasHelp()
    {
        QVERIFY(call({u"--version"_s}).out.startsWith("heddle-cli "));
        QVERIFY(call({u"--help"_s}).out.contains("Commands:"));
        for (const QString &command : {u"query"_s, u"sql"_s, u"explain"_s, u"inspect"_s,
                                       u"migrate"_s, u"run"_s, u"make-async"_s, u"sample"_s}) {
            const Answer help = call({command, u"--help"_s});
            QCOMPARE(help.status, 0);
            QVERIFY2(help.out.startsWith("Usage: heddle-cli " + command.toUtf8() + ' '),
                     help.out.constData());
        }
    }

    void makeAsyncShowsItsChangesOrWritesThem()
    {
        const QString file = write(u"sync.py"_s, "for book in Book.objects.order_by('id')[:2]:\n"
                                                 "    print(book.title)\n");
        const QStringList command{u"make-async"_s, u"--db"_s, m_shop};
        const Answer diff = call(command + QStringList{file});
        QCOMPARE(diff.status, 0);
        QVERIFY(diff.out.startsWith("--- " + file.toUtf8() + "\n+++ "));
        QVERIFY(diff.out.endsWith("@@ -1,2 +1,2 @@\n"
                                  "-for book in Book.objects.order_by('id')[:2]:\n"
                                  "+async for book in Book.objects.order_by('id')[:2]:\n"
                                  "     print(book.title)\n"));
        const QString target = m_folder.filePath(u"async.py"_s);
        const Answer made = call(command + QStringList{u"--output"_s, target, file});
        QCOMPARE(made.status, 0);
        QVERIFY(made.out.isEmpty());
        QVERIFY2(made.err.contains("1 iteration made async"), made.err.constData());
        const Answer before = call({u"run"_s, u"--db"_s, m_shop, file});
        const Answer after = call({u"run"_s, u"--db"_s, m_shop, target});
        QCOMPARE(after.out, before.out);
        const Answer again = call(command + QStringList{target});
        QCOMPARE(again.status, 0);
        QVERIFY(again.out.isEmpty());
        QVERIFY(again.err.contains("nothing here asks the database synchronously"));
    }

    void whatMakeAsyncCannotRewriteIsNamed()
    {
        const Answer left = call({u"make-async"_s, u"--db"_s, m_shop, u"-"_s},
                                 "with transaction.atomic():\n    print(Book.objects.all()[:2])\n");
        QCOMPARE(left.status, 1);
        QVERIFY2(left.err.contains("-:2:11: not rewritten: printing a queryset"),
                 left.err.constData());
        QVERIFY(left.out.contains("+async with transaction.atomic():\n"));
        const Answer wrong =
            call({u"make-async"_s, u"--db"_s, m_shop, u"-"_s}, "for book in :\n    pass\n");
        QCOMPARE(wrong.status, 1);
        QVERIFY2(wrong.err.contains("line 1: invalid syntax"), wrong.err.constData());
        const Answer missing = call({u"make-async"_s, u"--db"_s, m_shop, u"no.py"_s});
        QCOMPARE(missing.status, 1);
        QVERIFY(missing.err.contains("cannot read no.py"));
    }

    void jsonHasKindResultAndQueries_data()
    {
        QTest::addColumn<QString>("expression");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("queries");
        QTest::newRow("rows") << u"Book.objects.order_by('id')[:2]"_s << u"rows"_s << 1;
        QTest::newRow("values") << u"Book.objects.order_by('id').values('id', 'title')[:2]"_s
                                << u"values"_s << 1;
        QTest::newRow("values_list")
            << u"Book.objects.order_by('id').values_list('id', 'title')[:2]"_s << u"values_list"_s
            << 1;
        QTest::newRow("object") << u"Book.objects.get(pk=1)"_s << u"object"_s << 1;
        QTest::newRow("nothing found")
            << u"Book.objects.filter(pk=-1).first()"_s << u"object"_s << 1;
        QTest::newRow("nothing asked") << u"Book.objects.none()"_s << u"rows"_s << 0;
        QTest::newRow("number") << u"Book.objects.count()"_s << u"scalar"_s << 1;
        QTest::newRow("relation") << u"Book.objects.get(pk=1).author.name"_s << u"scalar"_s << 2;
    }
    void jsonHasKindResultAndQueries()
    {
        QFETCH(QString, expression);
        const Answer answer = query(expression, {u"--format"_s, u"json"_s});
        QCOMPARE(answer.status, 0);
        QCOMPARE(answer.out.count('\n'), 1);
        QTEST(answer.json()[u"kind"_s].toString(), "kind");
        QTEST(answer.json()[u"queries"_s].toInt(-1), "queries");
        QVERIFY(answer.json().contains(u"result"_s));
    }

    void anErrorHasOneLineAndACaret()
    {
        const Answer answer = query(u"Book.objects.filter(titel='x')"_s);
        QCOMPARE(answer.status, 1);
        const QByteArrayList lines = answer.err.trimmed().split('\n');
        QCOMPARE(lines.size(), 3);
        QVERIFY2(lines[0].startsWith("heddle-cli: FieldError: Cannot resolve keyword 'titel'"),
                 lines[0].constData());
        QCOMPARE(lines[1], QByteArray("  Book.objects.filter(titel='x')"));
        QVERIFY(lines[2].endsWith('^'));
        QVERIFY(answer.out.isEmpty());
    }

    void theCaretStandsUnderWideText()
    {
        const Answer answer = query(u"'\u672c\u672c' + nope"_s);
        QCOMPARE(answer.status, 1);
        const QByteArrayList lines = answer.err.split('\n');
        // Two quotes, two characters of two columns each, " + ": the name begins nine columns in.
        QCOMPARE(lines.value(2), QByteArray(2 + 9, ' ') + '^');
    }

    void anErrorIsAnObjectInJson()
    {
        const Answer answer = query(u"Book.objects.get(pk=-1)"_s, {u"--format"_s, u"json"_s});
        QCOMPARE(answer.status, 1);
        const QJsonObject error = answer.json()[u"error"_s].toObject();
        QCOMPARE(error[u"type"_s].toString(), u"DoesNotExist"_s);
        QCOMPARE(error[u"line"_s].toInt(), 1);
        QVERIFY(error[u"column"_s].toInt() > 0);
        QVERIFY(!error[u"message"_s].toString().isEmpty());
        QCOMPARE(answer.json()[u"queries"_s].toInt(), 1);
        QVERIFY(answer.err.startsWith("heddle-cli: Book.DoesNotExist: "));
    }

    void aBatchAnswersEveryLine()
    {
        const QByteArray lines =
            "Book.objects.count()\nnope\n\n1 +\nShop.objects.order_by('pk').first().pk\n";
        const Answer answer = call({u"query"_s, u"--db"_s, m_shop, u"--format"_s, u"json"_s,
                                    u"--batch"_s, write(u"batch.txt"_s, lines)});
        QCOMPARE(answer.status, 0);
        const QByteArrayList answers = answer.out.trimmed().split('\n');
        QCOMPARE(answers.size(), 5);
        QList<QJsonObject> objects;
        for (const QByteArray &line : answers)
            objects.append(QJsonDocument::fromJson(line).object());
        QCOMPARE(objects[0][u"result"_s].toInt(), 3000);
        QCOMPARE(objects[1][u"error"_s][u"type"_s].toString(), u"NameError"_s);
        QCOMPARE(objects[2][u"error"_s][u"type"_s].toString(), u"SyntaxError"_s);
        QCOMPARE(objects[3][u"error"_s][u"type"_s].toString(), u"SyntaxError"_s);
        QCOMPARE(objects[4][u"result"_s].toInt(), 1);
        const Answer piped = call(
            {u"query"_s, u"--db"_s, m_shop, u"--format"_s, u"json"_s, u"--batch"_s, u"-"_s}, lines);
        QCOMPARE(piped.out, answer.out);
    }

    void rowsComeInEveryFormat()
    {
        const QString rows =
            u"Book.objects.filter(pk__lte=2).order_by('pk').values('id', 'pages')"_s;
        QCOMPARE(query(rows, {u"--format"_s, u"csv"_s}).out.split('\n').value(0),
                 QByteArray("id,pages"));
        QCOMPARE(query(rows, {u"--format"_s, u"tsv"_s}).out.split('\n').value(0),
                 QByteArray("id\tpages"));
        QCOMPARE(query(rows, {u"--format"_s, u"markdown"_s}).out.split('\n').value(0),
                 QByteArray("| id  | pages |"));
        QCOMPARE(query(rows).out.split('\n').value(0), QByteArray("id  pages"));
        QVERIFY(query(rows).out.endsWith("(2 rows)\n"));
        const QByteArrayList lines =
            query(rows, {u"--format"_s, u"jsonl"_s}).out.trimmed().split('\n');
        QCOMPARE(lines.size(), 2);
        QCOMPARE(QJsonDocument::fromJson(lines[1]).object()[u"id"_s].toInt(), 2);
        QCOMPARE(query(u"Book.objects.count()"_s).out, QByteArray("3000\n"));
        QCOMPARE(query(u"Book.objects.none()"_s, {u"--format"_s, u"csv"_s}).status, 0);
    }

    void nullIsToldFromEmptyText()
    {
        const QString author =
            u"Author.objects.filter(born__isnull=True).order_by('pk').values_list('id', 'born')[:1]"_s;
        const QByteArray id =
            query(u"Author.objects.filter(born__isnull=True).order_by('pk').first().pk"_s)
                .out.trimmed();
        QCOMPARE(query(author, {u"--format"_s, u"csv"_s}).out.split('\n').value(1), id + ',');
        QCOMPARE(query(author, {u"--format"_s, u"tsv"_s}).out.split('\n').value(1), id + "\t\\N");
        QVERIFY(query(author).out.contains("NULL"));
        QCOMPARE(query(author, {u"--format"_s, u"jsonl"_s}).out, '[' + id + ", null]\n");
    }

    void urlsMayBeRelativeOrAbsolute()
    {
        for (const QString &url :
             {u"shop.sqlite"_s, m_shop, u"sqlite:///shop.sqlite"_s, u"sqlite:///"_s + m_shop}) {
            const Answer answer = call({u"query"_s, u"--db"_s, url, u"Book.objects.count()"_s});
            QVERIFY2(answer.status == 0, answer.err.constData());
            QCOMPARE(answer.out, QByteArray("3000\n"));
        }
    }

    void aWrongDatabaseIsOneSentence()
    {
        const QString text =
            write(u"text.sqlite"_s, "this is no database, and it is long enough to see that");
        for (const QString &path :
             {m_folder.filePath(u"missing.sqlite"_s), text, m_folder.path()}) {
            const Answer answer =
                call({u"query"_s, u"--db"_s, path, u"--format"_s, u"json"_s, u"1"_s});
            QCOMPARE(answer.status, 1);
            QCOMPARE(answer.err.count('\n'), 1);
            QCOMPARE(answer.json()[u"error"_s][u"type"_s].toString(), u"OperationalError"_s);
        }
        QVERIFY(!QFile::exists(m_folder.filePath(u"missing.sqlite"_s)));
    }

    void aClosedPipeIsNoCrash()
    {
        QProcess shell;
        shell.start(
            u"/bin/sh"_s,
            {u"-c"_s,
             u"{ \"$0\" query --db \"$1\" --format jsonl 'Review.objects.all()'; echo $? >&2; } | head -n 1"_s,
             m_program, m_shop});
        QVERIFY(shell.waitForFinished(60'000));
        QCOMPARE(shell.readAllStandardOutput().count('\n'), 1);
        QCOMPARE(shell.readAllStandardError(), QByteArray("0\n"));
    }

    void interruptEndsTheQueryWith130()
    {
        QProcess process;
        // A product of tables that would take hours.
        process.start(
            m_program,
            {u"query"_s, u"--db"_s, m_shop,
             u"Sale.objects.filter(shop__sale__shop__sale__shop__sale__copies__gte=0).count()"_s});
        QVERIFY(process.waitForStarted());
        QTest::qWait(700); // the query must have begun; there is nothing to see from outside
        QCOMPARE(process.state(), QProcess::Running);
        ::kill(pid_t(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(5'000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 130);
    }

    void explainPrintsATreeAndMeasuresIfAsked()
    {
        const QString expression =
            u"Book.objects.filter(author__name__startswith='L').order_by('pages')"_s;
        const Answer text = call({u"explain"_s, u"--db"_s, m_shop, expression});
        QCOMPARE(text.status, 0);
        QVERIFY2(text.out.contains("SEARCH") || text.out.contains("SCAN"), text.out.constData());
        QVERIFY2(text.out.contains("<- sorts"), text.out.constData());
        QVERIFY(!text.out.contains("run in"));
        const Answer json = call({u"explain"_s, u"--db"_s, m_shop, u"--analyze"_s, u"--format"_s,
                                  u"json"_s, u"Book.objects.filter(pk__lt=10)"_s});
        const QJsonObject plan =
            QJsonDocument::fromJson(json.out).object().value("plans"_L1).toArray().at(0).toObject();
        QVERIFY2(plan.value("run"_L1).toBool(), json.out.constData());
        QCOMPARE(plan.value("rows"_L1).toInt(), 9);
        QCOMPARE(plan.value("nodes"_L1).toArray().size(), 1);
        const Answer write = call({u"explain"_s, u"--db"_s, m_shop, u"--analyze"_s,
                                   u"Book.objects.filter(pk=1).delete()"_s});
        QCOMPARE(write.status, 1);
    }

    void sqlRunsNothingAndNeedsNoDatabase()
    {
        const Answer schema = call({u"inspect"_s, u"--db"_s, m_shop, u"--format"_s, u"json"_s});
        QCOMPARE(schema.status, 0);
        const QString file = write(u"schema.json"_s, schema.out);
        const QString expression = u"Book.objects.filter(title__icontains='winter')"_s;
        const Answer online =
            call({u"sql"_s, u"--db"_s, m_shop, u"--format"_s, u"json"_s, expression});
        const Answer offline = call({u"sql"_s, u"--dialect"_s, u"sqlite"_s, u"--schema"_s, file,
                                     u"--format"_s, u"json"_s, expression});
        QCOMPARE(offline.out, online.out);
        const QJsonObject statement = online.json()[u"statements"_s].toArray().first().toObject();
        QVERIFY(statement[u"sql"_s].toString().startsWith(u"SELECT"_s));
        QCOMPARE(statement[u"parameters"_s].toArray().first().toString(), u"%winter%"_s);
        const Answer postgres =
            call({u"sql"_s, u"--dialect"_s, u"postgresql"_s, u"--schema"_s, file, expression});
        QVERIFY2(postgres.out.contains("$1"), postgres.out.constData());
        const Answer wrong = call({u"sql"_s, u"--dialect"_s, u"sqlite"_s, u"--schema"_s,
                                   write(u"bad.json"_s, "{"), expression});
        QCOMPARE(wrong.status, 1);
    }

    void inspectPrintsModelsAndRelations()
    {
        const QByteArray text = call({u"inspect"_s, u"--db"_s, m_shop}).out;
        QVERIFY(text.contains("ForeignKey -> Author"));
        QVERIFY(text.contains("review_set"));
        QVERIFY(text.contains("<-> Genre"));
    }

    void inspectWritesCodeAndDiagrams()
    {
        const auto written = [this](const QString &format) {
            return call({u"inspect"_s, m_shop, u"--format"_s, format}).out;
        };
        QVERIFY(written(u"cpp"_s).contains("static void describe(heddle::Model<Book> &m);"));
        QVERIFY(written(u"django"_s).contains("class Book(models.Model):"));
        QVERIFY(written(u"dbml"_s).contains("Ref: "));
        QVERIFY(written(u"mermaid"_s).startsWith("erDiagram\n"));
        QCOMPARE(call({u"inspect"_s, m_shop, u"--namespace"_s, u"a b"_s}).status, 2);
    }

    /// A new database gets the shop's tables by files, and loses them again.
    void migrateGoesForwardsAndBackwards()
    {
        const QString schema =
            write(u"wanted.json"_s, call({u"inspect"_s, m_shop, u"--format"_s, u"json"_s}).out);
        const QString folder = m_folder.filePath(u"migrations"_s);
        const QString url = u"sqlite:///%1?mode=rwc"_s.arg(m_folder.filePath(u"new.sqlite"_s));
        const auto migrate = [&](const QStringList &more) {
            return call(QStringList{u"migrate"_s} + more + QStringList{u"--folder"_s, folder});
        };
        const Answer planned = migrate({u"plan"_s, u"--schema"_s, schema});
        QVERIFY2(planned.status == 0, planned.err.constData());
        QVERIFY(planned.out.contains("0001_initial.json\n"));
        QVERIFY(planned.out.contains("Create table"));
        QVERIFY(migrate({u"plan"_s, u"--schema"_s, schema}).out.startsWith("No changes."));
        QVERIFY(migrate({u"sql"_s, u"--dialect"_s, u"postgresql"_s}).out.contains("CREATE TABLE"));
        QVERIFY(migrate({u"status"_s, url}).out.startsWith("0001_initial is not applied yet."));
        QCOMPARE(migrate({u"drift"_s, url}).status, 1);
        const Answer applied = migrate({u"apply"_s, url});
        QVERIFY2(applied.out == "0001_initial applied\n", applied.err.constData());
        QCOMPARE(migrate({u"drift"_s, url}).out, QByteArray("No differences.\n"));
        QCOMPARE(migrate({u"reverse"_s, url}).out, QByteArray("0001_initial undone\n"));
        QCOMPARE(migrate({u"status"_s, url}).status, 0);
    }

    void migrateSaysWhatIsMissing()
    {
        QCOMPARE(call({u"migrate"_s, u"fly"_s}).status, 2);
        const Answer noFolder = call({u"migrate"_s, u"status"_s, m_shop});
        QCOMPARE(noFolder.status, 2);
        QVERIFY2(noFolder.err.contains("--folder is missing"), noFolder.err.constData());
        const Answer noUrl = call({u"migrate"_s, u"apply"_s, u"--folder"_s, u"x"_s});
        QVERIFY2(noUrl.err.contains("URL is missing"), noUrl.err.constData());
    }

    void aWorkbookPrintsAndReports()
    {
        const QString file =
            write(u"book.py"_s, "# %% one\nfor b in Book.objects.order_by('pk')[:5]:\n    "
                                "b.author.name\nprint('done', 1)\n");
        const Answer text = call({u"run"_s, u"--db"_s, m_shop, u"--report"_s, file});
        QCOMPARE(text.status, 0);
        QVERIFY(text.out.startsWith("done 1\n"));
        QVERIFY2(text.out.contains("6 queries"), text.out.constData());
        QVERIFY2(text.out.contains(".select_related('author')"), text.out.constData());
        const Answer json =
            call({u"run"_s, u"--db"_s, m_shop, u"--format"_s, u"json"_s, u"--report"_s,
                  u"--trace"_s, m_folder.filePath(u"t.json"_s), file});
        QCOMPARE(json.json()[u"queries"_s].toInt(), 6);
        QCOMPARE(json.json()[u"output"_s].toArray().size(), 1);
        QVERIFY(json.json()[u"error"_s].isNull());
        QCOMPARE(json.json()[u"statements"_s].toArray().size(), 6);
        QCOMPARE(json.json()[u"report"_s][u"findings"_s].toArray().size(), 1);
        QFile trace(m_folder.filePath(u"t.json"_s));
        QVERIFY(trace.open(QIODevice::ReadOnly));
        QVERIFY(QJsonDocument::fromJson(trace.readAll()).object().contains(u"traceEvents"_s));
    }

    void aTraceIsWrittenForOtherProgramsToo()
    {
        const QString file = write(u"one.py"_s, "print(Book.objects.count())\n");
        const QString path = m_folder.filePath(u"t.otlp"_s);
        QCOMPARE(call({u"run"_s, u"--db"_s, m_shop, u"--trace"_s, path, u"--trace-format"_s,
                       u"otlp"_s, file})
                     .status,
                 0);
        QFile trace(path);
        QVERIFY(trace.open(QIODevice::ReadOnly));
        QVERIFY(QJsonDocument::fromJson(trace.readAll()).object().contains(u"resourceSpans"_s));
    }

    void aWorkbooksErrorNamesFileLineAndColumn()
    {
        const QString file = write(u"wrong.py"_s, "# %% one\nprint('before')\n\n# %% two\nnope\n");
        const Answer text = call({u"run"_s, u"--db"_s, m_shop, file});
        QCOMPARE(text.status, 1);
        QCOMPARE(text.out, QByteArray("before\n"));
        QVERIFY2(text.err.contains("wrong.py:5:1: NameError"), text.err.constData());
        const Answer json = call({u"run"_s, u"--db"_s, m_shop, u"--format"_s, u"json"_s, file});
        QCOMPARE(json.status, 1);
        QCOMPARE(json.json()[u"error"_s][u"line"_s].toInt(), 5);
        QCOMPARE(json.json()[u"output"_s].toArray().size(), 1);
    }

    void theSampleWorkbookShowsWhatItSays()
    {
        const QString file = write(u"bookshop.py"_s, sampleWorkbook());
        const Answer answer =
            call({u"run"_s, u"--db"_s, m_shop, u"--format"_s, u"json"_s, u"--report"_s, file});
        QCOMPARE(answer.status, 1); // its last cell stops on purpose
        const QList<QByteArray> lines = sampleWorkbook().split('\n');
        QHash<int, int> queries; // by line
        for (const QJsonValue line : answer.json()[u"report"_s][u"lines"_s].toArray())
            queries[line[u"line"_s].toInt()] = line[u"queries"_s].toInt();
        const int loop = int(lines.indexOf("for book in page:")) + 1;
        const int twin = int(lines.indexOf("for book in page.select_related(\"author\"):")) + 1;
        QCOMPARE(queries[loop] + queries[loop + 1], 1 + 40);
        QCOMPARE(queries[twin] + queries[twin + 1], 1);
        const QJsonObject error = answer.json()[u"error"_s].toObject();
        QCOMPARE(error[u"type"_s].toString(), u"SynchronousOnlyOperation"_s);
        QCOMPARE(error[u"line"_s].toInt(), int(lines.indexOf("async for book in page.all():")) + 2);
    }

    void theSampleIsTheSameEveryTime()
    {
        const QString other = m_folder.filePath(u"other.sqlite"_s);
        QCOMPARE(call({u"sample"_s, u"--books"_s, u"3000"_s, other}).status, 0);
        for (const QString &expression :
             {u"Book.objects.order_by('-pk')[:50]"_s, u"Review.objects.order_by('-pk')[:50]"_s,
              u"Sale.objects.order_by('-pk')[:50]"_s}) {
            const Answer again =
                call({u"query"_s, u"--db"_s, other, u"--format"_s, u"jsonl"_s, expression});
            QCOMPARE(again.out, query(expression, {u"--format"_s, u"jsonl"_s}).out);
        }
        QCOMPARE(call({u"sample"_s, other}).status, 1); // never replaced unasked
    }
};

QTEST_GUILESS_MAIN(tst_Cli)
#include "tst_cli.moc"
