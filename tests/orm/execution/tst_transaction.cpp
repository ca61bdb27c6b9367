#include "orm/execution/transaction.h"

#include "tests/support/fakeconnection.h"
#include "tests/support/raises.h"

#include <QTest>

using namespace heddle;
using namespace heddle::test;

class TestTransaction : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void aPlanIsOneTransaction_data();
    void aPlanIsOneTransaction();
    void anErrorRollsBack_data();
    void anErrorRollsBack();
    void aPlanInsideAnotherIsASavepoint();
    void aFailedInnerPlanLeavesTheOuterOneGoingOn();
    void withoutASavepointAnInnerErrorUndoesEverything();
    void afterAMarkedErrorStatementsFailWithoutBeingSent();
    void aStatementThatFailsByItselfMarksNothing();
    void optionsAreWrittenIntoBegin_data();
    void optionsAreWrittenIntoBegin();
    void aFailedCommitIsRolledBack();
    void aConnectionLostInCommitLeavesTheOutcomeUnknown();
    void aFailedRollbackDiscardsTheConnection();
    void whatAPlanLeavesOpenIsRolledBack();
    void aSyncBlockSpansPlans();
    void blocksCloseInOrder();
    void durableRefusesToBeNested();
    void savepointsByHand();
    void aCancelledPlanRollsBackAndDoesNotCommit();
    void everyCallMayFail();

private:
    template <typename T>
    T run(Plan<T> plan, bool async = false)
    {
        if (!async)
            return m_pool->run(std::move(plan), {});
        QFuture<T> future = m_pool->start(std::move(plan), {});
        future.waitForFinished();
        return future.result();
    }
    std::shared_ptr<FakeDatabase> m_database;
    std::unique_ptr<PinnedPool> m_pool;
};

namespace {

Plan<qint64> writing(const char *sql)
{
    Statement statement = fakeStatement(sql, 1, TraceKind::Write);
    return fakePlan(std::move(statement));
}

Plan<qint64> both(Plan<qint64> first, Plan<qint64> second)
{
    const qint64 a = co_await std::move(first);
    const qint64 b = co_await std::move(second);
    co_return a + b;
}

Plan<qint64> forgiving(Plan<qint64> inner)
{
    qint64 out = -1;
    try {
        out = co_await std::move(inner);
    } catch (const IntegrityError &) {
        out = 0;
    }
    co_return out;
}

Plan<bool> leftOpen()
{
    Plan<TransactionState::BlockId> entering = enterBlock({});
    co_await std::move(entering);
    co_return true;
}

Plan<std::size_t> depth()
{
    transactionState asking;
    TransactionState &state = co_await asking;
    co_return state.depth();
}

} // namespace

void TestTransaction::init()
{
    m_database = std::make_shared<FakeDatabase>();
    m_pool = fakePool(m_database);
}

void TestTransaction::aPlanIsOneTransaction_data()
{
    QTest::addColumn<bool>("async");
    QTest::newRow("sync") << false;
    QTest::newRow("async") << true;
}

void TestTransaction::aPlanIsOneTransaction()
{
    QFETCH(bool, async);
    QCOMPARE(run(atomically(both(writing("A"), writing("B"))), async), 2);
    QCOMPARE(m_database->seen(), (QByteArrayList{"BEGIN", "A", "B", "COMMIT"}));
    QCOMPARE(run(depth()), 0u);
}

void TestTransaction::anErrorRollsBack_data()
{
    aPlanIsOneTransaction_data();
}

void TestTransaction::anErrorRollsBack()
{
    QFETCH(bool, async);
    m_database->failing = "B";
    QCOMPARE(errorOf([&] { run(atomically(both(writing("A"), writing("B"))), async); }),
             QStringLiteral("IntegrityError: B fails"));
    QCOMPARE(m_database->seen(), (QByteArrayList{"BEGIN", "A", "B", "ROLLBACK"}));
    QCOMPARE(m_database->closed, 0);
}

void TestTransaction::aPlanInsideAnotherIsASavepoint()
{
    Plan<qint64> inner = both(atomically(writing("A")), atomically(writing("B")));
    run(atomically(std::move(inner)));
    QCOMPARE(m_database->seen(),
             (QByteArrayList{"BEGIN", "SAVEPOINT \"s1\"", "A", "RELEASE SAVEPOINT \"s1\"",
                             "SAVEPOINT \"s2\"", "B", "RELEASE SAVEPOINT \"s2\"", "COMMIT"}));
}

void TestTransaction::aFailedInnerPlanLeavesTheOuterOneGoingOn()
{
    m_database->failing = "B";
    Plan<qint64> inner = both(forgiving(atomically(writing("B"))), writing("C"));
    QCOMPARE(run(atomically(std::move(inner))), 1);
    QCOMPARE(m_database->seen(),
             (QByteArrayList{"BEGIN", "SAVEPOINT \"s1\"", "B", "ROLLBACK TO SAVEPOINT \"s1\"",
                             "RELEASE SAVEPOINT \"s1\"", "C", "COMMIT"}));
}

void TestTransaction::withoutASavepointAnInnerErrorUndoesEverything()
{
    m_database->failing = "B";
    AtomicOptions joining;
    joining.savepoint = false;
    Plan<qint64> inner = forgiving(atomically(writing("B"), joining));
    QCOMPARE(run(atomically(std::move(inner))), 0);
    QCOMPARE(m_database->seen(), (QByteArrayList{"BEGIN", "B", "ROLLBACK"}));
}

void TestTransaction::afterAMarkedErrorStatementsFailWithoutBeingSent()
{
    m_database->failing = "B";
    Plan<qint64> inner = both(forgiving(markingForRollback(writing("B"))), writing("C"));
    QString suggestion;
    try {
        run(atomically(std::move(inner)));
    } catch (const TransactionManagementError &e) {
        QCOMPARE(e.message(),
                 QStringLiteral("An error occurred in the current transaction. You can't execute "
                                "queries until the end of the 'atomic' block."));
        suggestion = e.suggestion();
    }
    QCOMPARE(suggestion, QStringLiteral("the error was IntegrityError: B fails"));
    QCOMPARE(m_database->seen(), (QByteArrayList{"BEGIN", "B", "ROLLBACK"}));
}

void TestTransaction::aStatementThatFailsByItselfMarksNothing()
{
    m_database->failing = "B";
    Plan<qint64> inner = both(forgiving(writing("B")), writing("C"));
    QCOMPARE(run(atomically(std::move(inner))), 1);
    QCOMPARE(m_database->seen(), (QByteArrayList{"BEGIN", "B", "C", "COMMIT"}));
}

void TestTransaction::optionsAreWrittenIntoBegin_data()
{
    QTest::addColumn<int>("isolation");
    QTest::addColumn<bool>("readOnly");
    QTest::addColumn<QByteArray>("sql");
    const auto level = [](Isolation isolation) { return int(isolation); };
    QTest::newRow("plain") << -1 << false << QByteArray("BEGIN");
    QTest::newRow("read only") << -1 << true << QByteArray("BEGIN READ ONLY");
    QTest::newRow("committed") << level(Isolation::ReadCommitted) << false
                               << QByteArray("BEGIN ISOLATION LEVEL READ COMMITTED");
    QTest::newRow("repeatable") << level(Isolation::RepeatableRead) << false
                                << QByteArray("BEGIN ISOLATION LEVEL REPEATABLE READ");
    QTest::newRow("both") << level(Isolation::Serializable) << true
                          << QByteArray("BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY");
}

void TestTransaction::optionsAreWrittenIntoBegin()
{
    QFETCH(int, isolation);
    QFETCH(bool, readOnly);
    QFETCH(QByteArray, sql);
    AtomicOptions options;
    options.readOnly = readOnly;
    if (isolation >= 0)
        options.isolation = Isolation(isolation);
    run(atomically(writing("A"), options));
    QCOMPARE(m_database->seen(), (QByteArrayList{sql, "A", "COMMIT"}));
}

void TestTransaction::aFailedCommitIsRolledBack()
{
    m_database->failing = "COMMIT";
    QCOMPARE(errorOf([&] { run(atomically(writing("A"))); }),
             QStringLiteral("IntegrityError: COMMIT fails"));
    QCOMPARE(m_database->seen(), (QByteArrayList{"BEGIN", "A", "COMMIT", "ROLLBACK"}));
    QCOMPARE(run(depth()), 0u);
}

void TestTransaction::aConnectionLostInCommitLeavesTheOutcomeUnknown()
{
    m_database->failing = "COMMIT";
    m_database->dies = true;
    const QString error = errorOf([&] { run(atomically(writing("A"))); });
    QVERIFY2(error.startsWith(QStringLiteral("CommitOutcomeUnknown: ")), qPrintable(error));
    m_database->failing.clear();
    QCOMPARE(run(writing("B")), 1);
    QCOMPARE(m_database->opened, 2);
}

void TestTransaction::aFailedRollbackDiscardsTheConnection()
{
    m_database->failing = "ROLLBACK";
    Plan<qint64> inner = both(writing("A"), forgiving(writing("B")));
    AtomicOptions options;
    m_pool->run(enterBlock(options), {});
    const TransactionState::BlockId block = 0;
    // An unknown block is refused and leaves the transaction as it is.
    QVERIFY(errorOf([&] {
                m_pool->run(leaveBlock(block, false), {});
            }).startsWith(QStringLiteral("TransactionManagementError")));
    QCOMPARE(run(depth()), 1u);
    m_pool = fakePool(m_database);
    const TransactionState::BlockId second = m_pool->run(enterBlock(options), {});
    m_pool->run(std::move(inner), {});
    m_pool->run(leaveBlock(second, false), {});
    QCOMPARE(m_database->closed, 2); // the first pool's, and the one with the failed ROLLBACK
    QCOMPARE(run(depth()), 0u);
}

void TestTransaction::whatAPlanLeavesOpenIsRolledBack()
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("left a transaction")));
    run(leftOpen(), true);
    QTest::qWait(20); // the worker settles after it has handed the result over
    QCOMPARE(run(depth(), true), 0u);
}

void TestTransaction::aSyncBlockSpansPlans()
{
    const TransactionState::BlockId block = m_pool->run(enterBlock({}), {});
    run(writing("A"));
    run(atomically(writing("B")));
    QCOMPARE(run(depth()), 1u);
    m_pool->run(leaveBlock(block, true), {});
    QCOMPARE(m_database->seen(), (QByteArrayList{"BEGIN", "A", "SAVEPOINT \"s1\"", "B",
                                                 "RELEASE SAVEPOINT \"s1\"", "COMMIT"}));
}

void TestTransaction::blocksCloseInOrder()
{
    const TransactionState::BlockId outer = m_pool->run(enterBlock({}), {});
    const TransactionState::BlockId inner = m_pool->run(enterBlock({}), {});
    QCOMPARE(errorOf([&] { m_pool->run(leaveBlock(outer, true), {}); }),
             QStringLiteral("TransactionManagementError: Blocks of a transaction close in order: "
                            "an inner one is still open."));
    m_pool->run(leaveBlock(inner, true), {});
    m_pool->run(leaveBlock(outer, true), {});
    QCOMPARE(m_database->seen().last(), QByteArray("COMMIT"));
}

void TestTransaction::durableRefusesToBeNested()
{
    AtomicOptions durable;
    durable.durable = true;
    run(atomically(writing("A"), durable));
    QCOMPARE(errorOf([&] { run(atomically(atomically(writing("A"), durable))); }),
             QStringLiteral("RuntimeError: A durable atomic block cannot be nested within another "
                            "atomic block."));
}

void TestTransaction::savepointsByHand()
{
    QCOMPARE(run(setSavepoint()), QByteArray());
    const TransactionState::BlockId block = m_pool->run(enterBlock({}), {});
    const QByteArray name = run(setSavepoint());
    run(writing("A"));
    run(rollBackToSavepoint(name));
    run(releaseSavepoint(name));
    m_pool->run(leaveBlock(block, true), {});
    QCOMPARE(m_database->seen(),
             (QByteArrayList{"BEGIN", "SAVEPOINT \"s1\"", "A", "ROLLBACK TO SAVEPOINT \"s1\"",
                             "RELEASE SAVEPOINT \"s1\"", "COMMIT"}));
}

void TestTransaction::aCancelledPlanRollsBackAndDoesNotCommit()
{
    QFuture<qint64> future =
        m_pool->start(atomically(both(writing("A"), forgiving(writing("WAIT")))), {});
    QTRY_VERIFY(m_database->seen().contains("WAIT"));
    future.cancel();
    QTRY_COMPARE(m_database->seen(), (QByteArrayList{"BEGIN", "A", "WAIT", "ROLLBACK"}));
}

void TestTransaction::everyCallMayFail()
{
    // open, BEGIN, A, SAVEPOINT, B, RELEASE, COMMIT, and one more for what cleans up.
    for (int n = 0; n < 8; ++n) {
        init();
        m_database->failAtCall = n;
        Plan<qint64> inner = both(writing("A"), atomically(writing("B")));
        const QString error = errorOf([&] { run(atomically(std::move(inner))); });
        QCOMPARE(error.isEmpty(), n == 7);
        m_database->failAtCall = -1;
        QCOMPARE(run(depth()), 0u);
        QCOMPARE(run(atomically(writing("C"))), 1);
    }
}

QTEST_GUILESS_MAIN(TestTransaction)

#include "tst_transaction.moc"
