#include "orm/heddle.h"
#include "orm/script/workbookrunner.h"
#include "tests/support/postgresserver.h"

#include <QTest>

using namespace heddle;
using namespace heddle::script;
using namespace Qt::Literals::StringLiterals;

namespace {

/// Keeps how the cells ended, and how the transactions did. Read it only between runs.
class Notes final : public CellListener {
public:
    void cellStarted(int, bool) override {}
    void cellPrinted(int, const QString &line) override { lines << line; }
    void cellWarned(int, const ScriptWarning &) override {}
    void cellFinished(const CellOutcome &outcome) override
    {
        error = outcome.run.error ? outcome.run.error->toString() : QString();
    }
    void runFinished() override {}
    void transactionEnded(bool committed, const std::optional<ScriptError> &why) override
    {
        ends << (committed ? u"committed"_s : u"rolled back"_s) +
                    (why ? u": "_s + why->message : QString());
    }

    QStringList lines, ends;
    QString error;
};

} // namespace

/// Manual commit on PostgreSQL: what an error leaves, and what a lost connection does.
class TestPostgresManual : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        registerBackends();
        if (!m_server.start({u"synchronous_commit=on"_s}))
            QSKIP(qPrintable(m_server.problem()));
        QVERIFY(m_server.run(u"CREATE TABLE tag (id int PRIMARY KEY, name text NOT NULL)"_s));
    }
    void init()
    {
        QVERIFY(m_server.run(u"TRUNCATE tag; INSERT INTO tag VALUES (1, 'one')"_s));
        m_notes = {};
        InterpreterOptions options;
        options.database = Database::open(m_server.url() + u"?adapter=threads"_s);
        m_runner = std::make_unique<WorkbookRunner>(options, &m_notes);
        m_runner->setManualCommit(true);
    }
    void cleanup() { m_runner.reset(); }

    void whatIsOpenIsSavedByCommitOnly()
    {
        run(u"Tag.objects.filter(pk=1).update(name='two')"_s);
        QCOMPARE(m_notes.error, QString());
        QCOMPARE(saved(), u"one"_s);
        QVERIFY(end(true));
        QCOMPARE(m_notes.ends, QStringList{u"committed"_s});
        QCOMPARE(saved(), u"two"_s);
        run(u"Tag.objects.filter(pk=1).update(name='three')"_s);
        QVERIFY(end(false));
        QCOMPARE(saved(), u"two"_s);
    }

    void anErrorDoesNotAbortTheTransaction()
    {
        run(u"Tag.objects.filter(pk=1).update(name='kept')"_s);
        run(u"Tag.objects.filter(pk=1).update(name='undone')\nTag.objects.create(id=1, name='x')"_s);
        QVERIFY2(m_notes.error.startsWith(u"IntegrityError"_s), qPrintable(m_notes.error));
        run(u"print(Tag.objects.get(pk=1).name)"_s);
        QCOMPARE(m_notes.error, QString());
        QCOMPARE(m_notes.lines, QStringList{u"kept"_s});
        QVERIFY(end(true));
        QCOMPARE(saved(), u"kept"_s);
    }

    void aLostConnectionLosesTheTransactionAndSaysSo()
    {
        run(u"Tag.objects.filter(pk=1).update(name='lost')"_s);
        QVERIFY(m_runner->transaction().open);
        m_server.stop();
        QVERIFY(m_server.startAgain());
        run(u"print(Tag.objects.count())"_s);
        QVERIFY2(m_notes.error.contains(u"OperationalError"_s) ||
                     m_notes.error.contains(u"InterfaceError"_s),
                 qPrintable(m_notes.error));
        if (m_runner->transaction().open)
            QVERIFY(end(true)); // which says that nothing was saved
        QVERIFY(!m_notes.ends.contains(u"committed"_s));
        QCOMPARE(saved(), u"one"_s);
        run(u"Tag.objects.filter(pk=1).update(name='again')"_s);
        QCOMPARE(m_notes.error, QString());
        QVERIFY(end(true));
        QCOMPARE(saved(), u"again"_s);
    }

private:
    void run(const QString &text)
    {
        CellSource cell;
        cell.source = text;
        QVERIFY(m_runner->start({cell}, RunMode::InOrder, 1));
        QVERIFY(m_runner->waitForFinished(std::chrono::seconds(60)));
    }
    bool end(bool commit)
    {
        return m_runner->endTransaction(commit) &&
               m_runner->waitForFinished(std::chrono::seconds(60));
    }
    QString saved()
    {
        QString name;
        m_server.run(u"SELECT name FROM tag WHERE id = 1"_s, u"postgres"_s, &name);
        return name.trimmed();
    }

    PostgresServer m_server;
    Notes m_notes;
    std::unique_ptr<WorkbookRunner> m_runner;
};

QTEST_GUILESS_MAIN(TestPostgresManual)
#include "tst_postgresmanual.moc"
