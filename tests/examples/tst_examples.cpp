#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;

/// The example application does what its source says.
class TestExamples : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theBookshelfRuns()
    {
        QTemporaryDir folder;
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QStringLiteral(BOOKSHELF), {folder.filePath(u"shelf.db"_s)});
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(QString::fromUtf8(process.readAll()),
                 u"Always Coming Home by Ursula\n"
                 "Invisible Cities by Italo\n"
                 "The Dispossessed by Ursula\n"
                 "3 books, 31.70 in all\n"
                 "Ursula has 2\n"
                 "no discount: too cheap\n"
                 "discount given\n"
                 "Invisible Cities now costs 7.38, Italo says\n"_s);
        QCOMPARE(process.exitCode(), 0);
    }
};

QTEST_GUILESS_MAIN(TestExamples)
#include "tst_examples.moc"
