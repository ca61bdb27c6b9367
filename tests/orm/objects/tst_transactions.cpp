#include "orm/objects/asynctransaction.h"
#include "orm/objects/joinedrunner.h"
#include "orm/objects/queryset.h"
#include "tests/support/bookshopdatabase.h"
#include "tests/support/raises.h"

#include <QTest>
#include <thread>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

/// Transactions as a program uses them: closures and blocks, sync and async, on a real database.
class TestTransactions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_shop = std::make_unique<BookshopDatabase>(); }
    void cleanup() { m_shop.reset(); }
    void theNormalEndCommitsAndAnExceptionRollsBack();
    void aBlockInsideAnotherIsASavepoint();
    void aQueryThatForgetsToJoinIsRefused();
    void outsideIsAnotherConnection();
    void aGuardThatIsForgottenRollsBack();
    void callbacksRunAfterTheOutermostCommit();
    void aRobustCallbackMayFail();
    void theFlagEndsABlockWithARollback();
    void readOnlyTransactionsRefuseToWrite();
    void retriesStopAtTheirLimit();
    void rowsOutliveTheirTransaction();
    void anotherThreadWaitsItsTurn();
    void anAsyncTransactionCommitsOrRollsBack();
    void anAsyncBlockInsideAnotherIsASavepoint();
    void whatIsAwaitedTogetherRunsOneAfterAnother();
    void aSyncCallInAnAsyncTransactionIsRefused();
    void anAsyncQueryThatForgetsToJoinIsRefused();
    void aCancelledTransactionLeavesNothing();
    void aCapturingClosureLivesUntilTheEnd();
    void anIdleTransactionIsRolledBack();

private:
    const Database &db() const { return m_shop->database(); }
    static Plan<bool> inserting(QString name);
    static void add(const Database &database, const QString &name);
    static QFuture<bool> aadd(const Database &database, const QString &name);
    qint64 publishers() const { return m_shop->objects("Publisher").count() - 3; }
    template <typename T>
    static void wait(const T &task)
    {
        QTRY_VERIFY(task.future().isFinished());
    }

    std::unique_ptr<BookshopDatabase> m_shop;
};

Plan<bool> TestTransactions::inserting(QString name)
{
    Statement statement =
        test::statement("INSERT INTO publisher (name) VALUES (?)", {Value(name)}, TraceKind::Write);
    send sending(std::move(statement));
    co_await sending;
    co_return true;
}

void TestTransactions::add(const Database &database, const QString &name)
{
    PlanContext context;
    context.method = "add";
    database.runner().run(inserting(name), context);
}

QFuture<bool> TestTransactions::aadd(const Database &database, const QString &name)
{
    return database.runner().start(inserting(name), {});
}

void TestTransactions::theNormalEndCommitsAndAnExceptionRollsBack()
{
    const int given = db().atomic([](Transaction &tx) {
        add(tx.database(), u"A"_s);
        return 7;
    });
    QCOMPARE(given, 7);
    QCOMPARE(publishers(), 1);
    QCOMPARE(errorOf([&] {
                 db().atomic([](Transaction &tx) {
                     add(tx.database(), u"B"_s);
                     throw ValueError(u"no"_s);
                 });
             }),
             u"ValueError: no"_s);
    QCOMPARE(publishers(), 1);
}

void TestTransactions::aBlockInsideAnotherIsASavepoint()
{
    db().atomic([](Transaction &tx) {
        add(tx.database(), u"A"_s);
        errorOf([&] {
            tx.atomic([](Transaction &inner) {
                add(inner.database(), u"B"_s);
                throw ValueError(u"no"_s);
            });
        });
        const QByteArray name = tx.savepoint();
        add(tx.database(), u"C"_s);
        tx.rollBackTo(name);
        tx.releaseSavepoint(name);
        tx.atomic([](Transaction &inner) { add(inner.database(), u"D"_s); });
    });
    QCOMPARE(publishers(), 2);
}

void TestTransactions::aQueryThatForgetsToJoinIsRefused()
{
    const QString error = errorOf(
        [&] { db().atomic([this](Transaction &) { m_shop->objects("Publisher").count(); }); });
    QVERIFY2(error.startsWith(u"TransactionManagementError: count()"_s), qPrintable(error));
    QCOMPARE(publishers(), 0);
}

void TestTransactions::outsideIsAnotherConnection()
{
    db().atomic([this](Transaction &tx) {
        add(tx.database(), u"A"_s);
        QCOMPARE(tx->objects(u"Publisher"_s).count(), 4);
        QCOMPARE(db().outside().objects(u"Publisher"_s).count(), 3);
    });
    QCOMPARE(publishers(), 1);
}

void TestTransactions::aGuardThatIsForgottenRollsBack()
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"neither committed nor rolled back"_s));
    {
        AtomicBlock block(db());
        add(block.transaction().database(), u"A"_s);
    }
    QCOMPARE(publishers(), 0);
    AtomicBlock block(db());
    add(block.transaction().database(), u"A"_s);
    block.commit();
    QVERIFY(errorOf([&] { block.commit(); }).startsWith(u"TransactionManagementError"_s));
    QCOMPARE(publishers(), 1);
}

void TestTransactions::callbacksRunAfterTheOutermostCommit()
{
    QStringList said;
    const auto say = [&said](const QString &what) { return [&said, what] { said << what; }; };
    transactions::onCommit(db(), say(u"at once"_s));
    db().atomic([&](Transaction &tx) {
        tx.onCommit(say(u"outer"_s));
        errorOf([&] {
            tx.atomic([&](Transaction &inner) {
                inner.onCommit(say(u"undone"_s));
                throw ValueError(u"no"_s);
            });
        });
        tx.atomic([&](Transaction &inner) { inner.onCommit(say(u"inner"_s)); });
        said << u"body"_s;
    });
    errorOf([&] {
        db().atomic([&](Transaction &tx) {
            tx.onCommit(say(u"never"_s));
            throw ValueError(u"no"_s);
        });
    });
    QCOMPARE(said.join(u", "_s), u"at once, body, outer, inner"_s);
}

void TestTransactions::aRobustCallbackMayFail()
{
    bool called = false;
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"Error calling"_s));
    const QString error = errorOf([&] {
        db().atomic([&](Transaction &tx) {
            add(tx.database(), u"A"_s);
            tx.onCommit([] { throw ValueError(u"logged"_s); }, true);
            tx.onCommit([&called] { called = true; });
            tx.onCommit([] { throw ValueError(u"thrown"_s); });
        });
    });
    QVERIFY(called);
    QCOMPARE(error, u"ValueError: thrown"_s);
    QCOMPARE(publishers(), 1);
}

void TestTransactions::theFlagEndsABlockWithARollback()
{
    db().atomic([](Transaction &tx) {
        add(tx.database(), u"A"_s);
        QVERIFY(!tx.needsRollback());
        tx.setRollback(true);
        QVERIFY(tx.needsRollback());
    });
    QCOMPARE(publishers(), 0);
    QCOMPARE(errorOf([&] { transactions::setRollback(db(), true); }),
             u"TransactionManagementError: The rollback flag doesn't work outside of an 'atomic' "
             "block."_s);
}

void TestTransactions::readOnlyTransactionsRefuseToWrite()
{
    AtomicOptions options;
    options.readOnly = true;
    const QString error =
        errorOf([&] { db().atomic([](Transaction &tx) { add(tx.database(), u"A"_s); }, options); });
    QVERIFY2(error.startsWith(u"OperationalError: attempt to write a readonly database"_s),
             qPrintable(error));
    add(db(), u"A"_s);
    QCOMPARE(publishers(), 1);
}

void TestTransactions::retriesStopAtTheirLimit()
{
    AtomicOptions options;
    options.retries = 3;
    int runs = 0;
    const auto busy = [&runs](int failures) {
        return [&runs, failures](Transaction &tx) {
            add(tx.database(), u"A"_s);
            if (runs++ >= failures)
                return;
            OperationalError error(u"database is locked"_s);
            auto info = std::make_shared<DatabaseErrorInfo>();
            info->serverCode = u"SQLITE_BUSY_SNAPSHOT"_s;
            error.database = info;
            throw error;
        };
    };
    db().atomic(busy(2), options);
    QCOMPARE(runs, 3);
    QCOMPARE(publishers(), 1);
    runs = 0;
    QVERIFY(!errorOf([&] { db().atomic(busy(10), options); }).isEmpty());
    QCOMPARE(runs, 4);
    QCOMPARE(publishers(), 1);
}

void TestTransactions::rowsOutliveTheirTransaction()
{
    const Record book = db().atomic([](Transaction &tx) {
        return tx->objects(u"Book"_s).orderBy({u"pk"_s}).first()->record(0);
    });
    QVERIFY(!book.related(u"publisher"_s).isNull());
}

void TestTransactions::anotherThreadWaitsItsTurn()
{
    std::thread other;
    db().atomic([&](Transaction &tx) {
        add(tx.database(), u"A"_s);
        other = std::thread(
            [this] { db().atomic([](Transaction &inner) { add(inner.database(), u"B"_s); }); });
        QTest::qSleep(20);
        QCOMPARE(tx->objects(u"Publisher"_s).count(), 4);
    });
    other.join();
    QCOMPARE(publishers(), 2);
}

// --- Async ---

void TestTransactions::anAsyncTransactionCommitsOrRollsBack()
{
    const Task<qint64> counting = db().aatomic([](AsyncTransaction &tx) -> Task<qint64> {
        co_await aadd(tx.database(), u"A"_s);
        tx.onCommit([] {});
        co_return co_await tx->objects(u"Publisher"_s).acount();
    });
    wait(counting);
    QCOMPARE(counting.future().result(), 4);
    const Task<> failing = db().aatomic([](AsyncTransaction &tx) -> Task<> {
        co_await aadd(tx.database(), u"B"_s);
        throw ValueError(u"no"_s);
    });
    wait(failing);
    QCOMPARE(errorOf([&] { failing.future().waitForFinished(); }), u"ValueError: no"_s);
    QCOMPARE(publishers(), 1);
}

void TestTransactions::anAsyncBlockInsideAnotherIsASavepoint()
{
    const Task<> outer = db().aatomic([](AsyncTransaction &tx) -> Task<> {
        co_await aadd(tx.database(), u"A"_s);
        try {
            co_await tx->aatomic([](AsyncTransaction &inner) -> Task<> {
                co_await aadd(inner.database(), u"B"_s);
                throw ValueError(u"no"_s);
            });
        } catch (const ValueError &) {
        }
        co_await tx->aatomic(
            [](AsyncTransaction &inner) -> Task<> { co_await aadd(inner.database(), u"C"_s); });
        co_await aadd(tx.database(), u"D"_s);
    });
    wait(outer);
    outer.future().waitForFinished();
    QCOMPARE(publishers(), 3);
}

void TestTransactions::whatIsAwaitedTogetherRunsOneAfterAnother()
{
    const Task<> all = db().aatomic([](AsyncTransaction &tx) -> Task<> {
        QList<QFuture<bool>> adding;
        for (int i = 0; i < 20; ++i)
            adding << aadd(tx.database(), QString::number(i));
        for (const QFuture<bool> &one : adding)
            co_await one;
        tx.setRollback(co_await tx.aneedsRollback());
    });
    wait(all);
    all.future().waitForFinished();
    QCOMPARE(publishers(), 20);
}

void TestTransactions::aSyncCallInAnAsyncTransactionIsRefused()
{
    const Task<> mixed = db().aatomic([](AsyncTransaction &tx) -> Task<> {
        const AllowSync allowed("the test asks what happens");
        add(tx.database(), u"A"_s);
        co_return;
    });
    wait(mixed);
    const QString error = errorOf([&] { mixed.future().waitForFinished(); });
    QVERIFY2(error.startsWith(u"TransactionManagementError: add()"_s), qPrintable(error));
}

void TestTransactions::anAsyncQueryThatForgetsToJoinIsRefused()
{
    const Task<qint64> task = db().aatomic([this](AsyncTransaction &tx) -> Task<qint64> {
        co_await aadd(tx.database(), u"A"_s);
        // After a co_await as before it, in a coroutine that this one calls, and for a block.
        const auto other = [this]() -> Task<qint64> {
            co_return co_await db().objects(u"Publisher"_s).acount();
        };
        QString direct, called, block;
        try {
            co_await db().objects(u"Publisher"_s).acount();
        } catch (const TransactionManagementError &e) {
            direct = e.message();
        }
        try {
            co_await other();
        } catch (const TransactionManagementError &e) {
            called = e.message();
        }
        try {
            co_await db().aatomic([](AsyncTransaction &) -> Task<> { co_return; });
        } catch (const TransactionManagementError &e) {
            block = e.message();
        }
        for (const QString &message : {direct, called, block})
            if (!message.contains(u"does not say whether it belongs to it"_s))
                throw ValueError(u"not refused: "_s + message);
        const qint64 outside = co_await db().outside().objects(u"Publisher"_s).acount();
        const qint64 inside = co_await tx->objects(u"Publisher"_s).acount();
        co_return inside - outside;
    });
    // Another coroutine has nothing to do with it.
    QFuture<qint64> meanwhile = db().objects(u"Publisher"_s).acount();
    wait(task);
    QCOMPARE(task.future().result(), 1);
    meanwhile.waitForFinished();
    QFuture<qint64> afterwards = db().objects(u"Publisher"_s).acount();
    afterwards.waitForFinished();
    QCOMPARE(afterwards.result(), 4);
}

void TestTransactions::aCancelledTransactionLeavesNothing()
{
    bool added = false;
    const Task<> task = db().aatomic([&added](AsyncTransaction &tx) -> Task<> {
        co_await aadd(tx.database(), u"A"_s);
        added = true;
        Plan<StatementResult> counting = resultOf(
            test::statement("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) "
                            "SELECT count(*) FROM c"));
        co_await tx.database().runner().start(std::move(counting), {});
    });
    QTRY_VERIFY(added);
    task.future().cancel();
    QTRY_COMPARE(db().runner().stats().busy, 0);
    QCOMPARE(publishers(), 0);
}

void TestTransactions::aCapturingClosureLivesUntilTheEnd()
{
    Task<> task = [this] {
        const QString name = u"a name that is long enough not to be kept in place"_s;
        return db().aatomic([name](AsyncTransaction &tx) -> Task<> {
            co_await aadd(tx.database(), name);
            co_await aadd(tx.database(), name + u'2');
        });
    }();
    wait(task);
    task.future().waitForFinished();
    QCOMPARE(publishers(), 2);
}

void TestTransactions::anIdleTransactionIsRolledBack()
{
    PoolOptions options;
    options.idleTransactionWarning = std::chrono::milliseconds(10);
    options.idleTransactionLimit = std::chrono::milliseconds(30);
    QVERIFY(options.idleTransactionWarning < options.idleTransactionLimit);
    ConnectionTarget target = ConnectionTarget::parse(db().url());
    target.pool = options;
    const std::unique_ptr<Runner> runner = AdapterRegistry::find(target.backend).open(target);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"has done nothing for 0.01 s"_s));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"was rolled back"_s));
    const std::shared_ptr<Runner::Session> session = runner->openSession({});
    const Database joined = db().through(std::make_shared<detail::SessionRunner>(db(), session));
    QFuture<TransactionState::BlockId> entering = joined.runner().start(enterBlock({}), {});
    entering.waitForFinished();
    aadd(joined, u"A"_s).waitForFinished();
    QTRY_COMPARE(publishers(), 0);
    add(db(), u"B"_s); // nobody waits for the lock any more
    QVERIFY(errorOf([&] {
                aadd(joined, u"C"_s).waitForFinished();
            }).startsWith(u"TransactionManagementError"_s));
    QCOMPARE(errorOf([&] {
                 joined.runner().start(leaveBlock(entering.result(), true), {}).waitForFinished();
             }),
             u"OperationalError: The transaction did nothing for 0.03 s and was rolled back."_s);
    session->end();
    QCOMPARE(publishers(), 1);
}

QTEST_GUILESS_MAIN(TestTransactions)

#include "tst_transactions.moc"
