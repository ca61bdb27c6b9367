#include "app/lab/labtext.h"
#include "orm/heddle.h"
#include "orm/values/errors.h"
#include "tests/support/mariadbserver.h"
#include "tests/support/postgresserver.h"

#include <QTest>
#include <thread>

using namespace heddle;
using namespace heddle::app;
using namespace heddle::analysis;
using namespace Qt::Literals::StringLiterals;

namespace {

HistoryEvent happened(int step, int session, OperationKind kind)
{
    HistoryEvent made;
    made.step = step;
    made.session = session;
    made.kind = kind;
    if (kind == OperationKind::Read || kind == OperationKind::Write)
        made.tables = {u"Account"_s};
    return made;
}

/// A read of one question, of which `saved` is what a bystander is told.
HistoryEvent read(int step, int session, const QString &seen, const QString &saved)
{
    HistoryEvent made = happened(step, session, OperationKind::Read);
    made.question = u"q"_s;
    made.seen = Observation{seen, {}};
    made.saved[u"q"_s] = Observation{saved, {}};
    return made;
}

HistoryStart startWith(const QString &saved)
{
    HistoryStart start;
    start.saved[u"q"_s] = Observation{saved, {}};
    return start;
}

/// What the matrix says, by "scenario level": the keys of what was found, or why nothing was.
QHash<QString, QString> matrixOf(const QString &server)
{
    Lab lab(server);
    QHash<QString, QString> cells;
    runLabMatrix(lab, [&](const LabCell &cell) {
        QStringList words;
        for (const AnomalyFinding &finding : cell.outcome.found)
            words << anomalyKey(finding.kind);
        words.removeDuplicates();
        if (words.isEmpty())
            words << (!cell.outcome.refusal.isEmpty() ? u"refused"_s
                      : cell.outcome.waited           ? u"waits"_s
                      : cell.outcome.keptSnapshot     ? u"snapshot"_s
                                                      : u"nothing"_s);
        cells[cell.scenario + u' ' + labLevelKey(cell.level)] = words.join(u' ');
    });
    return cells;
}

/// A row of the matrix as it should be: one word a level, in the order of labLevels().
struct ExpectedRow {
    const char *scenario;
    QList<const char *> cells;
};

void compareMatrix(const QHash<QString, QString> &cells, LabDatabase::Kind kind,
                   const QList<ExpectedRow> &expected)
{
    const QList<LabLevel> levels = labLevels(kind);
    QCOMPARE(cells.size(), labScenarios().size() * levels.size());
    for (const ExpectedRow &row : expected) {
        QCOMPARE(row.cells.size(), levels.size());
        for (qsizetype i = 0; i < levels.size(); ++i) {
            const QString key = QString::fromLatin1(row.scenario) + u' ' + labLevelKey(levels[i]);
            QVERIFY2(cells.contains(key), qPrintable(key));
            QVERIFY2(cells.value(key) == QLatin1StringView(row.cells[i]),
                     qPrintable(key + u": "_s + cells.value(key) + u", expected "_s +
                                QLatin1StringView(row.cells[i])));
        }
    }
}

} // namespace

/// The isolation lab: what names an anomaly, and what the databases really do.
class tst_IsolationLab : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { registerBackends(); }

    void aReadOfWhatIsNotSavedIsDirty()
    {
        const std::vector<HistoryEvent> history{happened(0, 0, OperationKind::Begin),
                                                happened(1, 0, OperationKind::Write),
                                                read(2, 1, u"0"_s, u"100"_s)};
        const auto found = readAnomalies(startWith(u"100"_s), history);
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found[0].kind, Anomaly::DirtyRead);
        QCOMPARE(found[0].firstStep, 1);
        QCOMPARE(found[0].step, 2);
        QCOMPARE(found[0].session, 1);
    }

    void aReadOfWhatWasSavedOnceIsNotDirty()
    {
        const std::vector<HistoryEvent> old{happened(1, 0, OperationKind::Write),
                                            read(2, 1, u"100"_s, u"100"_s)};
        QVERIFY(readAnomalies(startWith(u"100"_s), old).empty());
        // Saved already, and the other one has no open write.
        const std::vector<HistoryEvent> saved{happened(1, 0, OperationKind::Write),
                                              happened(2, 0, OperationKind::Commit),
                                              read(3, 1, u"0"_s, u"0"_s)};
        QVERIFY(readAnomalies(startWith(u"100"_s), saved).empty());
    }

    void onesOwnWriteExplainsAnotherAnswer()
    {
        const std::vector<HistoryEvent> history{
            happened(0, 0, OperationKind::Begin), read(1, 0, u"100"_s, u"100"_s),
            happened(2, 0, OperationKind::Write), read(3, 0, u"0"_s, u"100"_s)};
        QVERIFY(readAnomalies(startWith(u"100"_s), history).empty());
    }

    void anotherAnswerInOneTransactionIsNotRepeatable()
    {
        const std::vector<HistoryEvent> history{
            happened(0, 0, OperationKind::Begin), read(1, 0, u"100"_s, u"100"_s),
            happened(2, 1, OperationKind::Write), happened(3, 1, OperationKind::Commit),
            read(4, 0, u"70"_s, u"70"_s)};
        const auto found = readAnomalies(startWith(u"100"_s), history);
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found[0].kind, Anomaly::NonRepeatableRead);
        QCOMPARE(found[0].before, u"100"_s);
        QCOMPARE(found[0].now, u"70"_s);
    }

    void anotherTransactionMayBeAnsweredOtherwise()
    {
        const std::vector<HistoryEvent> history{
            happened(0, 0, OperationKind::Begin), read(1, 0, u"100"_s, u"100"_s),
            happened(2, 0, OperationKind::Commit), happened(3, 0, OperationKind::Begin),
            read(4, 0, u"70"_s, u"70"_s)};
        QVERIFY(readAnomalies(startWith(u"100"_s), history).empty());
    }

    void otherRowsArePhantoms()
    {
        HistoryEvent first = read(1, 0, u"id=1"_s, u"id=1"_s);
        HistoryEvent second = read(4, 0, u"id=1\nid=3"_s, u"id=1\nid=3"_s);
        first.seen->keys = QStringList{u"1"_s};
        second.seen->keys = QStringList{u"1"_s, u"3"_s};
        const auto found = readAnomalies({}, {happened(0, 0, OperationKind::Begin), first, second});
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found[0].kind, Anomaly::PhantomRead);

        // Of a count the rows that came meanwhile tell.
        first = read(1, 0, u"1"_s, u"1"_s);
        second = read(4, 0, u"2"_s, u"2"_s);
        first.rows[u"Account"_s][u"1"_s] = u"1"_s;
        second.rows = first.rows;
        second.rows[u"Account"_s][u"2"_s] = u"2"_s;
        const auto counted =
            readAnomalies({}, {happened(0, 0, OperationKind::Begin), first, second});
        QCOMPARE(counted.size(), std::size_t(1));
        QCOMPARE(counted[0].kind, Anomaly::PhantomRead);
    }

    void anEndThatNoOrderHasIsALostUpdateOrASkew()
    {
        const std::vector<HistoryEvent> history{
            happened(0, 0, OperationKind::Begin),  happened(1, 1, OperationKind::Begin),
            happened(2, 1, OperationKind::Write),  happened(3, 0, OperationKind::Write),
            happened(4, 0, OperationKind::Commit), happened(5, 1, OperationKind::Commit)};
        const TableRows end{{u"Account"_s, {{u"1"_s, u"70"_s}}}};
        SerialOutcome one{{0, 1}, {{u"Account"_s, {{u"1"_s, u"40"_s}}}}, {}, {}};
        one.wrote[0] = {u"Account/1"_s};
        one.wrote[1] = {u"Account/1"_s};
        SerialOutcome other = one;
        other.order = {1, 0};
        const auto lost = anomalyOfOutcome(history, end, {one, other});
        QVERIFY(lost);
        QCOMPARE(lost->kind, Anomaly::LostUpdate);
        QCOMPARE(lost->session, 1); // B wrote first, and A wrote over it
        QCOMPARE(lost->firstStep, 2);
        QCOMPARE(lost->step, 3);
        one.wrote[1] = other.wrote[1] = {u"Account/2"_s};
        const auto skewed = anomalyOfOutcome(history, end, {one, other});
        QVERIFY(skewed);
        QCOMPARE(skewed->kind, Anomaly::WriteSkew);
        other.rows = end;
        QVERIFY(!anomalyOfOutcome(history, end, {one, other}));
        QVERIFY(!anomalyOfOutcome(history, end, {})); // nobody knows
    }

    void answersThatNoOrderGivesAreSkewed()
    {
        HistoryEvent first = read(1, 0, u"100"_s, u"100"_s), second = read(4, 0, u"130"_s, {});
        second.question = u"other"_s;
        const std::vector<HistoryEvent> history{first, happened(2, 1, OperationKind::Write),
                                                happened(3, 1, OperationKind::Commit), second};
        const SerialOutcome before{{0, 1}, {}, {{1, u"100"_s}, {4, u"100"_s}}, {}};
        const SerialOutcome after{{1, 0}, {}, {{1, u"70"_s}, {4, u"130"_s}}, {}};
        const auto found = anomalyOfOutcome(history, {}, {before, after});
        QVERIFY(found);
        QCOMPARE(found->kind, Anomaly::ReadSkew);
        QCOMPARE(found->firstStep, 1);
        QCOMPARE(found->step, 4);
    }

    void aStepIsReadFromItsText()
    {
        const Lab lab;
        const ModelRegistry &models = *lab.place().database().registry();
        QCOMPARE(labOperationOf(u" begin "_s, models).kind, OperationKind::Begin);
        const LabOperation read = labOperationOf(u"a = Account.objects.get(pk=1)"_s, models);
        QCOMPARE(read.kind, OperationKind::Read);
        QCOMPARE(read.boundName, u"a"_s);
        QCOMPARE(read.question, u"Account.objects.get(pk=1)"_s);
        QCOMPARE(read.tables, QSet<QString>{u"Account"_s});
        QCOMPARE(labOperationOf(u"a.balance -= 1\na.save()"_s, models).kind, OperationKind::Write);
        QCOMPARE(labOperationOf(u"first + second"_s, models).kind, OperationKind::Other);
        QVERIFY(!labOperationOf(u"Account.objects.("_s, models).error.isEmpty());
    }

    void aStepThatWaitsStaysBehindAndComesAfterwards()
    {
        Lab lab;
        lab.prepare(*findLabScenario(u"lost-update"_s), LabLevel::Deferred);
        for (int i = 0; i < 6; ++i)
            QVERIFY(lab.next());
        QCOMPARE(lab.state().steps[5].state, LabStepState::Waiting);
        QCOMPARE(lab.state().next, 6); // A goes on
        QVERIFY(lab.next());
        QCOMPARE(lab.state().steps[6].state, LabStepState::Done);
        QCOMPARE(lab.state().steps[5].state, LabStepState::Refused);
        QCOMPARE(lab.state().steps[5].code, u"SQLITE_BUSY_SNAPSHOT"_s);
        QVERIFY(lab.state().steps[5].ended > lab.state().steps[6].ended);
        QVERIFY(!lab.next());
        QCOMPARE(lab.state().steps[7].state, LabStepState::Skipped);
        QVERIFY(lab.state().ended);
        QVERIFY(lab.state().found.empty());
    }

    void aWrongStepIsRefusedWithItsReason()
    {
        Lab lab;
        LabScenario own;
        own.steps = {{0, u"BEGIN"_s},
                     {0, u"Account.objects.filter(pk=1).update(balance=1)"_s},
                     {0, u"Account.objects.get(pk=99)"_s},
                     {0, u"COMMIT"_s},
                     {1, u"Account.objects.get("_s},
                     {1, u"nobody"_s}};
        lab.prepare(own, LabLevel::Deferred);
        lab.runToEnd();
        QVERIFY(lab.state().ended);
        QVERIFY2(lab.state().steps[2].error.startsWith(u"DoesNotExist: "_s),
                 qPrintable(lab.state().steps[2].error));
        QCOMPARE(lab.state().steps[3].state, LabStepState::Skipped);
        QVERIFY(lab.state().steps[4].error.startsWith(u"SyntaxError: "_s));
        QCOMPARE(lab.state().steps[5].state, LabStepState::Skipped);
        QCOMPARE(lab.state().tables.front().rows.front().last(), u"100"_s); // rolled back
    }

    void waitingForNobodyEndsByItselfOrWhenStopped()
    {
        Lab lab;
        LabScenario own;
        own.steps = {{0, u"BEGIN"_s},
                     {0, u"Account.objects.filter(pk=1).update(balance=1)"_s},
                     {1, u"Account.objects.filter(pk=1).update(balance=2)"_s}};
        lab.prepare(own, LabLevel::Deferred);
        std::thread stopper([&lab] {
            while (!lab.place().database().isNull() && lab.state().steps.size() < 3)
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
            std::this_thread::sleep_for(std::chrono::milliseconds(1500));
            lab.interrupt();
        });
        QElapsedTimer clock;
        clock.start();
        while (lab.next()) {
        }
        stopper.join();
        QCOMPARE(lab.state().steps[2].state, LabStepState::Refused);
        QVERIFY(clock.elapsed() < 5'000);
        lab.goOn();
        lab.prepare(*findLabScenario(u"phantom-read"_s), LabLevel::Deferred);
        lab.runToEnd();
        QVERIFY(lab.outcome().keptSnapshot);
    }

    void sqliteDoesWhatItsManualSays()
    {
        compareMatrix(matrixOf({}), LabDatabase::Kind::Sqlite,
                      {{"dirty-read", {"dirty-read", "nothing", "waits"}},
                       {"non-repeatable-read", {"non-repeatable-read", "snapshot", "waits"}},
                       {"phantom-read", {"phantom-read", "snapshot", "waits"}},
                       {"read-skew", {"read-skew", "snapshot", "waits"}},
                       {"lost-update", {"lost-update", "refused", "waits"}},
                       {"lost-update-f", {"nothing", "refused", "waits"}},
                       {"lost-update-lock", {"lost-update", "refused", "waits"}},
                       {"write-skew", {"write-skew", "refused", "waits"}},
                       {"deadlock", {"nothing", "waits", "waits"}}});
    }

    void postgresDoesWhatItsManualSays()
    {
        PostgresServer server;
        if (!server.start())
            QSKIP(qPrintable(server.problem()));
        compareMatrix(
            matrixOf(server.url()), LabDatabase::Kind::Postgres,
            {{"dirty-read", {"dirty-read", "nothing", "nothing", "nothing", "nothing"}},
             {"non-repeatable-read",
              {"non-repeatable-read", "non-repeatable-read", "non-repeatable-read", "snapshot",
               "snapshot"}},
             {"phantom-read",
              {"phantom-read", "phantom-read", "phantom-read", "snapshot", "snapshot"}},
             {"read-skew", {"read-skew", "read-skew", "read-skew", "snapshot", "snapshot"}},
             {"lost-update", {"lost-update", "lost-update", "lost-update", "refused", "refused"}},
             {"lost-update-f", {"nothing", "waits", "waits", "refused", "refused"}},
             {"lost-update-lock", {"refused", "waits", "waits", "refused", "refused"}},
             {"write-skew", {"write-skew", "write-skew", "write-skew", "write-skew", "refused"}},
             {"deadlock", {"nothing", "refused", "refused", "refused", "refused"}}});
        {
            Lab lab(server.url() + u"?adapter=threads"_s);
            lab.prepare(*findLabScenario(u"deadlock"_s), LabLevel::ReadCommitted);
            lab.runToEnd();
            QCOMPARE(lab.outcome().refusedCode, u"40P01"_s);
        }
        QString left;
        QVERIFY(server.run(u"SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'heddle%'"_s,
                           u"postgres"_s, &left));
        QCOMPARE(left.trimmed(), u"0"_s); // nothing stays behind
    }

    void mariadbDoesWhatItsManualSays()
    {
        MariadbServer server;
        if (!server.start())
            QSKIP(qPrintable(server.problem()));
        compareMatrix(
            matrixOf(server.url()), LabDatabase::Kind::Mariadb,
            {{"dirty-read", {"dirty-read", "dirty-read", "nothing", "nothing", "waits"}},
             {"non-repeatable-read",
              {"non-repeatable-read", "non-repeatable-read", "non-repeatable-read", "snapshot",
               "waits"}},
             {"phantom-read",
              {"phantom-read", "phantom-read", "phantom-read", "snapshot", "waits"}},
             {"read-skew", {"read-skew", "read-skew", "read-skew", "snapshot", "waits"}},
             {"lost-update",
              {"lost-update", "lost-update", "lost-update", "lost-update", "refused"}},
             {"lost-update-f", {"nothing", "waits", "waits", "waits", "refused"}},
             {"lost-update-lock", {"refused", "waits", "waits", "waits", "waits"}},
             {"write-skew", {"write-skew", "write-skew", "write-skew", "write-skew", "refused"}},
             {"deadlock", {"nothing", "refused", "refused", "refused", "refused"}}});
    }

    void aPlaceThatCannotBeMadeSaysWhy()
    {
        try {
            const Lab lab(u"sqlite:///some.db"_s);
            QFAIL("a file of the user's was taken");
        } catch (const OperationalError &error) {
            QVERIFY(error.message().contains(u"of its own"_s));
        }
        QVERIFY(!LabDatabase::kindOf(u"oracle://x/y"_s));
        QCOMPARE(LabDatabase::kindOf(u"postgresql://h/d"_s), LabDatabase::Kind::Postgres);
    }
};

QTEST_GUILESS_MAIN(tst_IsolationLab)
#include "tst_isolationlab.moc"
