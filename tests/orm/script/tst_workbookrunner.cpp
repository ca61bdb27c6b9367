#include "orm/script/workbookrunner.h"
#include "tests/support/bookshopdatabase.h"

#include <QTest>
#include <atomic>

using namespace heddle;
using namespace heddle::script;
using namespace Qt::Literals::StringLiterals;
using heddle::test::BookshopDatabase;

namespace {

/// Writes down what a runner tells. Read it only between runs.
class Notes final : public CellListener {
public:
    void cellStarted(int cell, bool async) override
    {
        started.append(u"%1%2"_s.arg(cell).arg(async ? u"a"_s : u"s"_s));
        ++begun;
    }
    void cellPrinted(int cell, const QString &line) override
    {
        lines.append(u"%1:%2"_s.arg(cell).arg(line));
    }
    void cellWarned(int cell, const ScriptWarning &warning) override
    {
        warnings.append(u"%1:%2"_s.arg(cell).arg(warning.line));
    }
    void cellFinished(const CellOutcome &outcome) override
    {
        static const char *const names[] = {"ok", "failed", "stopped", "skipped"};
        finished.insert(outcome.cell, QString::fromLatin1(names[int(outcome.state)]));
        outcomes.insert(outcome.cell, outcome);
        ++ended;
    }
    void runFinished() override { ++runs; }
    void transactionChanged(const ManualState &state) override { states.push_back(state); }
    void transactionEnded(bool committed, const std::optional<ScriptError> &error) override
    {
        ends.append((committed ? u"committed"_s : u"rolled back"_s) +
                    (error ? u": "_s + error->message : QString()));
    }

    QStringList started, lines, warnings;
    QMap<int, QString> finished;
    QMap<int, CellOutcome> outcomes;
    std::vector<ManualState> states;
    QStringList ends;
    std::atomic<int> runs{0}, begun{0}, ended{0};
};

CellSource cell(int id, const char *source, std::vector<int> dependsOn = {})
{
    CellSource made;
    made.id = id;
    made.title = u"cell %1"_s.arg(id);
    made.source = QString::fromUtf8(source);
    made.firstLine = id * 100;
    made.dependsOn = std::move(dependsOn);
    return made;
}

} // namespace

/// Cells on their threads: order, output, names, failures, stop.
class TestWorkbookRunner : public QObject {
    Q_OBJECT

private:
    BookshopDatabase m_shop;
    Notes m_notes;
    std::unique_ptr<WorkbookRunner> m_runner;

    void run(std::vector<CellSource> cells, RunMode mode, TraceSink *sink = nullptr)
    {
        QVERIFY(m_runner->start(std::move(cells), mode, 7, sink));
        QVERIFY(m_runner->waitForFinished(std::chrono::seconds(60)));
    }

private Q_SLOTS:
    void init()
    {
        m_notes.started.clear();
        m_notes.lines.clear();
        m_notes.warnings.clear();
        m_notes.finished.clear();
        m_notes.outcomes.clear();
        m_notes.runs = m_notes.begun = m_notes.ended = 0;
        m_notes.states.clear();
        m_notes.ends.clear();
        InterpreterOptions options;
        options.database = m_shop.database();
        m_runner = std::make_unique<WorkbookRunner>(options, &m_notes);
    }
    void cleanup() { m_runner.reset(); }

    void cellsRunInOrderAndKeepTheirNames()
    {
        run({cell(1, "x = 2"), cell(2, "y = await Book.objects.acount()"),
             cell(3, "print(x, y)\nx + y")},
            RunMode::InOrder);
        QCOMPARE(m_notes.started, (QStringList{u"1s"_s, u"2a"_s, u"3s"_s}));
        QCOMPARE(m_notes.lines, QStringList{u"3:2 5"_s});
        QCOMPARE(m_notes.outcomes[3].result.toJson(), QByteArray("7"));
        QCOMPARE(m_notes.runs, 1);
        run({cell(4, "print(x)")}, RunMode::InOrder);
        QCOMPARE(m_notes.lines.back(), u"4:2"_s);
        m_runner->reset();
        run({cell(5, "print(x)")}, RunMode::InOrder);
        QCOMPARE(m_notes.outcomes[5].run.error->type, u"NameError"_s);
        QCOMPARE(m_notes.outcomes[5].run.error->line, 500);
    }

    void aFailedCellEndsAnOrderedRun()
    {
        run({cell(1, "print(1)"), cell(2, "1/0"), cell(3, "print(3)")}, RunMode::InOrder);
        QCOMPARE(m_notes.finished,
                 (QMap<int, QString>{{1, u"ok"_s}, {2, u"failed"_s}, {3, u"skipped"_s}}));
        QCOMPARE(m_notes.lines, QStringList{u"1:1"_s});
        QCOMPARE(m_notes.outcomes[2].run.error->line, 200);
    }

    void parallelCellsSpeakInSourceOrder()
    {
        run({cell(1, "await asyncio.sleep(0.05)\nprint('late')"), cell(2, "print('early')"),
             cell(3, "async def f(): pass\nf()\nprint('third')")},
            RunMode::Parallel);
        QCOMPARE(m_notes.lines, (QStringList{u"1:late"_s, u"2:early"_s, u"3:third"_s}));
        QCOMPARE(m_notes.warnings, QStringList{u"3:301"_s});
    }

    void parallelCellsReallyOverlap()
    {
        TraceRecorder recorder;
        run({cell(1, "await asyncio.sleep(0.2)"), cell(2, "await asyncio.sleep(0.2)"),
             cell(3, "await asyncio.sleep(0.2)")},
            RunMode::Parallel, &recorder);
        QSet<int> threads, lanes;
        std::int64_t lastStart = 0, firstEnd = std::numeric_limits<std::int64_t>::max();
        for (const TraceRecord &r : recorder.snapshot()) {
            if (r.kind != TraceKind::Cell)
                continue;
            threads.insert(r.thread);
            lanes.insert(r.lane);
            lastStart = std::max(lastStart, r.createdNs);
            firstEnd = std::min(firstEnd, r.releasedNs);
            QVERIFY(r.label.startsWith("cell"));
        }
        QCOMPARE(threads.size(), 3);
        QCOMPARE(lanes.size(), 3);
        QVERIFY(lastStart < firstEnd);
    }

    void namesOfParallelCellsMeet()
    {
        run({cell(1, "shared = [0]")}, RunMode::InOrder);
        run({cell(2, "a = 1\nshared.append(2)"), cell(3, "b = [2]"),
             cell(4, "b.append(a)\nc = b", {0, 1}), cell(5, "d = b", {1})},
            RunMode::Parallel);
        run({cell(6, "print(a, c, shared, d)")}, RunMode::InOrder);
        QCOMPARE(m_notes.lines, QStringList{u"6:1 [2, 1] [0, 2] [2]"_s});
    }

    void aFailedCellStopsOnlyWhatDependsOnIt()
    {
        run({cell(1, "kept = 1\n1/0"), cell(2, "print('two')"), cell(3, "print('no')", {0}),
             cell(4, "print('no')", {2}), cell(5, "print('five')", {1})},
            RunMode::Parallel);
        QCOMPARE(m_notes.finished, (QMap<int, QString>{{1, u"failed"_s},
                                                       {2, u"ok"_s},
                                                       {3, u"skipped"_s},
                                                       {4, u"skipped"_s},
                                                       {5, u"ok"_s}}));
        QCOMPARE(m_notes.lines, (QStringList{u"2:two"_s, u"5:five"_s}));
        run({cell(6, "print(kept)")}, RunMode::InOrder);
        QCOMPARE(m_notes.lines.back(), u"6:1"_s);
    }

    void stopEndsWhatRunsAndWhatWaits_data()
    {
        QTest::addColumn<int>("mode");
        QTest::newRow("in order") << int(RunMode::InOrder);
        QTest::newRow("parallel") << int(RunMode::Parallel);
    }

    void stopEndsWhatRunsAndWhatWaits()
    {
        QFETCH(int, mode);
        m_runner->setParallelism(2);
        QVERIFY(m_runner->start({cell(1, "while True: pass"), cell(2, "await asyncio.sleep(1000)"),
                                 cell(3, "print(3)")},
                                RunMode(mode), 1));
        QVERIFY(!m_runner->start({cell(9, "1")}, RunMode::InOrder, 2));
        QTest::qWait(50);
        m_runner->stop();
        QVERIFY(m_runner->waitForFinished(std::chrono::seconds(20)));
        QCOMPARE(m_notes.finished.value(1), u"stopped"_s);
        QVERIFY(m_notes.finished.value(2) == u"stopped"_s);
        QCOMPARE(m_notes.finished.value(3), u"stopped"_s);
        run({cell(4, "print('again')")}, RunMode::InOrder);
        QCOMPARE(m_notes.lines, QStringList{u"4:again"_s});
    }

    void destroyingItStopsARun()
    {
        QVERIFY(m_runner->start({cell(1, "while True: pass")}, RunMode::InOrder, 1));
        m_runner.reset();
        QCOMPARE(m_notes.runs, 1);
    }

    void aLastQuerySetIsLeftToTheCallerIfItWants()
    {
        CellSource lazy = cell(1, "Book.objects.order_by('pk')");
        lazy.leaveQuerySet = true;
        run({lazy, cell(2, "Book.objects.order_by('pk')")}, RunMode::InOrder);
        QVERIFY(m_notes.outcomes[1].result.kind() == script::ResultKind::None);
        QVERIFY(queryOf(m_notes.outcomes[1].run.value).has_value());
        QVERIFY(m_notes.outcomes[2].result.kind() == script::ResultKind::Rows);
        QCOMPARE(m_notes.outcomes[2].result.rowCount(), 5);
    }

    void previewsWorkDuringARun()
    {
        run({cell(1, "n = 4")}, RunMode::InOrder);
        QVERIFY(m_runner->start({cell(2, "while True: n = 5")}, RunMode::InOrder, 1));
        QTRY_VERIFY(m_notes.begun > 0);
        const SqlPreview preview = m_runner->preview(u"Book.objects.filter(pk=n)"_s);
        QVERIFY(preview.ok());
        QCOMPARE(preview.items.size(), std::size_t(1));
        QCOMPARE(preview.items[0].parameters.at(0).asInt(), 4);
        m_runner->stop();
        QVERIFY(m_runner->waitForFinished(std::chrono::seconds(20)));
    }

    void manyCellsInParallelAskTheDatabase()
    {
        std::vector<CellSource> cells;
        for (int i = 0; i < 20; ++i)
            cells.push_back(cell(i, i % 2 ? "n = await Book.objects.acount()\nprint(n)"
                                          : "print(Book.objects.count())"));
        run(std::move(cells), RunMode::Parallel);
        QCOMPARE(m_notes.lines.size(), 20);
        for (int i = 0; i < 20; ++i)
            QCOMPARE(m_notes.lines[i], u"%1:5"_s.arg(i));
    }

    // --- Manual commit ---

    void manualCommitKeepsATransactionOpenFromRunToRun()
    {
        const auto reviews = [&] {
            return m_shop.objects("Review").count();
        }; // of another connection
        const qint64 before = reviews();
        m_runner->setManualCommit(true);
        QVERIFY(!m_runner->endTransaction(true)); // none is open
        run({cell(1, "gone = Review.objects.order_by('pk').first()\ngone.delete()")},
            RunMode::InOrder);
        QCOMPARE(m_notes.finished[1], u"ok"_s);
        QVERIFY(m_runner->transaction().open);
        QCOMPARE(m_runner->transaction().cells, 1);
        QCOMPARE(reviews(), before);
        run({cell(2, "print(Review.objects.count())"), cell(3, "Review.objects.all()")},
            RunMode::Parallel); // one after the other
        QCOMPARE(m_notes.lines, QStringList{u"2:%1"_s.arg(before - 1)});
        QCOMPARE(m_notes.outcomes[3].result.rowCount(), int(before) - 1);
        QVERIFY(m_runner->endTransaction(false));
        QVERIFY(m_runner->waitForFinished(std::chrono::seconds(20)));
        QCOMPARE(m_notes.ends, QStringList{u"rolled back"_s});
        QVERIFY(!m_runner->transaction().open);
        QCOMPARE(reviews(), before);

        run({cell(4, "Review.objects.order_by('pk').first().delete()")}, RunMode::InOrder);
        QVERIFY(m_runner->endTransaction(true));
        QVERIFY(m_runner->waitForFinished(std::chrono::seconds(20)));
        QCOMPARE(m_notes.ends.back(), u"committed"_s);
        QCOMPARE(reviews(), before - 1);
        QVERIFY(m_notes.states.front().open && !m_notes.states.back().open);
        m_runner->setManualCommit(false);
        run({cell(5, "1")}, RunMode::InOrder);
        QVERIFY(!m_runner->transaction().open);
    }

    void aCellThatFailsIsUndoneAndTheRestStays()
    {
        m_runner->setManualCommit(true);
        run({cell(1, "Author.objects.filter(pk=1).update(name='kept')")}, RunMode::InOrder);
        run({cell(2, "Author.objects.filter(pk=1).update(name='undone')\n1/0")}, RunMode::InOrder);
        QCOMPARE(m_notes.finished[2], u"failed"_s);
        run({cell(3, "print(Author.objects.get(pk=1).name)\n"
                     "with transaction.atomic():\n    Author.objects.filter(pk=1).update(name='in')"
                     "\nprint(Author.objects.get(pk=1).name)")},
            RunMode::InOrder);
        QCOMPARE(m_notes.lines, (QStringList{u"3:kept"_s, u"3:in"_s}));
        QCOMPARE(m_runner->transaction().cells, 2);
        QVERIFY(m_runner->endTransaction(false));
        QVERIFY(m_runner->waitForFinished(std::chrono::seconds(20)));
    }

    void theTraceShowsTheOpenTransactionAndItsCells()
    {
        TraceRecorder recorder;
        const auto kinds = [&] {
            QList<TraceKind> found;
            for (const TraceRecord &record : recorder.take()) {
                if (record.run == 7)
                    found << record.kind;
            }
            return found;
        };
        m_runner->setManualCommit(true);
        run({cell(1, "Review.objects.count()")}, RunMode::InOrder, &recorder);
        const QList<TraceKind> first = kinds();
        QVERIFY(first.contains(TraceKind::Begin));
        QVERIFY(first.contains(TraceKind::Savepoint));
        QVERIFY(first.contains(TraceKind::ReleaseSavepoint));
        run({cell(2, "Review.objects.count()")}, RunMode::InOrder, &recorder);
        const QList<TraceKind> second = kinds();
        QVERIFY(!second.contains(TraceKind::Begin));
        QVERIFY(second.contains(TraceKind::Savepoint));
        QVERIFY(m_runner->endTransaction(false));
        QVERIFY(m_runner->waitForFinished(std::chrono::seconds(20)));
    }

    void anAsyncCellIsRefusedInManualCommit()
    {
        m_runner->setManualCommit(true);
        run({cell(1, "await Book.objects.acount()")}, RunMode::InOrder);
        QCOMPARE(m_notes.finished[1], u"failed"_s);
        const ScriptError &error = *m_notes.outcomes[1].run.error;
        QCOMPARE(error.type, u"RuntimeError"_s);
        QCOMPARE(error.line, 100);
        QVERIFY(error.message.startsWith(u"Manual commit is on"_s));
        QVERIFY(!m_runner->transaction().open);
    }

    void aRunnerThatEndsRollsBack()
    {
        m_runner->setManualCommit(true);
        run({cell(1, "Author.objects.filter(pk=1).update(name='lost')")}, RunMode::InOrder);
        m_runner.reset();
        QVERIFY(m_shop.objects("Author").filter(heddle::test::q("name", "lost")).count() == 0);
        m_shop.write("UPDATE author SET name = name"); // nobody holds a lock
    }
};

QTEST_GUILESS_MAIN(TestWorkbookRunner)
#include "tst_workbookrunner.moc"
