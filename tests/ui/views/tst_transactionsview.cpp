#include "tests/ui/views/sampletrace.h"
#include "tests/ui/views/shots.h"
#include "ui/transactions/transactionsview.h"

#include <QSignalSpy>
#include <QTest>
#include <QTreeView>

using namespace heddle;
using namespace heddle::ui;
using namespace Qt::Literals::StringLiterals;
using heddle::testing::SampleTrace;

/// The transactions of a trace made by hand, in the model and in its view.
class TestTransactionsView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void savepointsAndStatementsHangInTheirBlocks();
    void anOpenTransactionIsShownBeforeItsEnd();
    void aTransactionWhoseConnectionBeganAnotherIsLost();
    void theReasonOfARollbackIsTold();
    void aLockStandsUnderTheStatementThatWantedIt();
    void aCellOfAnOpenTransactionStandsForItself();
    void timeWithoutAStatementIsIdle();
    void selectionSurvivesNewRecordsAndIsToldOnce();
    void aTraceWithoutTransactionsSaysSo();
};

namespace {

TraceRecord &sql(SampleTrace &trace, TraceKind kind, double from, double to, const char *text,
                 int connection = 1)
{
    TraceRecord &record = trace.statement(kind, from, to, 1, connection, 4, text);
    record.sql = text;
    return record;
}

SampleTrace nested()
{
    SampleTrace trace;
    sql(trace, TraceKind::Begin, 0, 1, "BEGIN ISOLATION LEVEL REPEATABLE READ");
    sql(trace, TraceKind::Write, 1, 3, "INSERT a");
    sql(trace, TraceKind::Savepoint, 3, 4, "SAVEPOINT s1");
    TraceRecord &failing = sql(trace, TraceKind::Write, 4, 6, "INSERT b");
    failing.outcome = TraceOutcome::Failed;
    failing.error = "IntegrityError: UNIQUE";
    sql(trace, TraceKind::RollbackToSavepoint, 6, 7, "ROLLBACK TO SAVEPOINT s1");
    sql(trace, TraceKind::Read, 17, 19, "SELECT c");
    sql(trace, TraceKind::Commit, 19, 20, "COMMIT");
    return trace;
}

QString textAt(const TransactionModel &model, const QModelIndex &index, int column)
{
    return model.data(index.siblingAtColumn(column), Qt::DisplayRole).toString();
}

} // namespace

void TestTransactionsView::savepointsAndStatementsHangInTheirBlocks()
{
    TransactionModel model;
    model.setRecords(nested().records);
    QCOMPARE(model.transactionCount(), 1);
    const QModelIndex root = model.index(0, 0);
    QCOMPARE(textAt(model, root, TransactionModel::StateColumn), u"committed"_s);
    QCOMPARE(textAt(model, root, TransactionModel::IsolationColumn), u"REPEATABLE READ"_s);
    QCOMPARE(model.rowCount(root), 3); // in the order in which they began
    QCOMPARE(textAt(model, model.index(0, 0, root), 0), u"INSERT a"_s);
    const QModelIndex savepoint = model.index(1, 0, root);
    QCOMPARE(textAt(model, savepoint, 0), u"savepoint s1"_s);
    QVERIFY(textAt(model, savepoint, TransactionModel::StateColumn).startsWith(u"rolled back"_s));
    QCOMPARE(model.rowCount(savepoint), 1);
    QCOMPARE(model.parent(model.index(0, 0, savepoint)), savepoint);
    QCOMPARE(textAt(model, model.index(2, 0, root), 0), u"SELECT c"_s);
}

void TestTransactionsView::anOpenTransactionIsShownBeforeItsEnd()
{
    SampleTrace trace;
    sql(trace, TraceKind::Begin, 0, 1, "BEGIN");
    TransactionModel model;
    model.setRecords(trace.records);
    QCOMPARE(model.openCount(), 1);
    QCOMPARE(textAt(model, model.index(0, 0), TransactionModel::StateColumn),
             u"idle in transaction"_s);
    sql(trace, TraceKind::Write, 1, 2, "UPDATE").outcome = TraceOutcome::Running;
    model.setRecords(trace.records);
    QCOMPARE(textAt(model, model.index(0, 0), TransactionModel::StateColumn), u"active"_s);
    sql(trace, TraceKind::Commit, 3, 4, "COMMIT").outcome = TraceOutcome::Failed;
    model.setRecords(trace.records);
    QCOMPARE(model.openCount(), 0);
    QCOMPARE(textAt(model, model.index(0, 0), TransactionModel::StateColumn), u"commit failed"_s);
}

void TestTransactionsView::aTransactionWhoseConnectionBeganAnotherIsLost()
{
    SampleTrace trace;
    sql(trace, TraceKind::Begin, 0, 1, "BEGIN");
    sql(trace, TraceKind::Begin, 2, 3, "BEGIN", 2);
    sql(trace, TraceKind::Begin, 4, 5, "BEGIN");
    TransactionModel model;
    model.setRecords(trace.records);
    QCOMPARE(model.transactionCount(), 3);
    QCOMPARE(model.openCount(), 2);
    QCOMPARE(textAt(model, model.index(0, 0), TransactionModel::StateColumn),
             u"lost with its connection"_s);
}

void TestTransactionsView::aLockStandsUnderTheStatementThatWantedIt()
{
    SampleTrace trace;
    sql(trace, TraceKind::Begin, 0, 1, "BEGIN", 2);
    sql(trace, TraceKind::Write, 1, 40, "UPDATE a", 2);
    TraceRecord &wait = trace.add(TraceKind::LockWait, 2, 39, 1, 0, "");
    wait.connection = 2;
    wait.lock = std::make_shared<const LockWait>(
        LockWait{1, "pid 7 (heddle)", "ShareLock", "a row of transaction 9"});
    sql(trace, TraceKind::Commit, 40, 41, "COMMIT", 2);
    TransactionModel model;
    model.setRecords(trace.records);
    const QModelIndex statement = model.index(0, 0, model.index(0, 0));
    QCOMPARE(textAt(model, statement, 0), u"UPDATE a"_s);
    QCOMPARE(model.rowCount(statement), 1);
    const QModelIndex waited = model.index(0, 0, statement);
    QVERIFY(textAt(model, waited, 0).endsWith(u"wants ShareLock on a row of transaction 9"_s));
    QCOMPARE(textAt(model, waited, TransactionModel::StateColumn),
             u"held by connection 1, pid 7 (heddle)"_s);
    QCOMPARE(textAt(model, waited, TransactionModel::DurationColumn), u"37.0 ms"_s);
    QCOMPARE(model.parent(waited), statement);
}

void TestTransactionsView::aCellOfAnOpenTransactionStandsForItself()
{
    SampleTrace trace;
    sql(trace, TraceKind::Savepoint, 0, 1, "SAVEPOINT s1");
    sql(trace, TraceKind::Write, 1, 3, "UPDATE a");
    sql(trace, TraceKind::ReleaseSavepoint, 3, 4, "RELEASE SAVEPOINT s1");
    TransactionModel model;
    model.setRecords(trace.records);
    const QModelIndex root = model.index(0, 0);
    QCOMPARE(textAt(model, root, 0), u"cell in a transaction begun earlier"_s);
    QCOMPARE(textAt(model, root, TransactionModel::StateColumn), u"released"_s);
    QCOMPARE(model.rowCount(root), 1);
}

void TestTransactionsView::theReasonOfARollbackIsTold()
{
    SampleTrace trace;
    sql(trace, TraceKind::Begin, 0, 1, "BEGIN");
    TraceRecord &failing = sql(trace, TraceKind::Write, 1, 2, "INSERT");
    failing.outcome = TraceOutcome::Failed;
    failing.error = "IntegrityError: UNIQUE";
    sql(trace, TraceKind::Rollback, 2, 3, "ROLLBACK");
    TransactionModel model;
    model.setRecords(trace.records);
    QCOMPARE(textAt(model, model.index(0, 0), TransactionModel::StateColumn),
             u"rolled back: IntegrityError: UNIQUE"_s);
}

void TestTransactionsView::timeWithoutAStatementIsIdle()
{
    TransactionModel model;
    model.setRecords(nested().records);
    const QString idle = textAt(model, model.index(0, 0), TransactionModel::IdleColumn);
    QCOMPARE(idle, u"%1 ms"_s.arg(QLocale().toString(10.0, 'f', 1)));
}

void TestTransactionsView::selectionSurvivesNewRecordsAndIsToldOnce()
{
    TransactionsView view;
    SampleTrace trace = nested();
    view.setRecords(trace.records);
    view.resize(900, 300);
    view.show();
    QSignalSpy selected(&view, &TransactionsView::recordSelected);
    view.selectRecord(trace.records[5].id);
    QCOMPARE(selected.count(), 0); // somebody else's selection is only shown
    auto *tree = view.findChild<QTreeView *>();
    QCOMPARE(tree->currentIndex().data().toString(), u"SELECT c"_s);
    sql(trace, TraceKind::Begin, 30, 31, "BEGIN IMMEDIATE", 2);
    view.setRecords(trace.records);
    QCOMPARE(tree->currentIndex().data().toString(), u"SELECT c"_s);
    QTest::keyClick(tree, Qt::Key_Up);
    QCOMPARE(selected.count(), 1);
    QVERIFY(view.summaryText().contains(u"1 open"_s));
    heddle::testing::saveShot(view, u"transactions"_s);
}

void TestTransactionsView::aTraceWithoutTransactionsSaysSo()
{
    TransactionsView view;
    QVERIFY(view.summaryText().startsWith(u"No transaction"_s));
}

QTEST_MAIN(TestTransactionsView)
#include "tst_transactionsview.moc"
