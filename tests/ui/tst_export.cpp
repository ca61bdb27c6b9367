// What File > Export Timeline writes, each by its menu entry, and File > Open Trace.

#include "orm/heddle.h"
#include "tests/support/jsonschema.h"
#include "tests/ui/samplewindow.h"
#include "ui/timeline/timelineview.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QImage>
#include <QMenu>
#include <QMenuBar>
#include <QXmlStreamReader>

using namespace Qt::Literals::StringLiterals;
using namespace heddle;
using namespace heddle::app;

class tst_Export : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();

    void everyFormatIsWhatItSays_data();
    void everyFormatIsWhatItSays();
    void aTraceOpensAgainWithItsFindings();
    void whatIsNoTraceSaysSo();

private:
    bool choose(const QString &entry, const QString &path);
    MainWindow &window() { return *m_sample->window(); }

    std::unique_ptr<ui::Appearance> m_appearance;
    std::unique_ptr<heddle::testing::SampleWindow> m_sample;
    QTemporaryDir m_folder;
};

void tst_Export::initTestCase()
{
    registerBackends();
    m_appearance = std::make_unique<ui::Appearance>(*qApp);
    m_sample = std::make_unique<heddle::testing::SampleWindow>(*m_appearance);
    QVERIFY(m_sample->start());
    window().tabs().current()->editor()->replaceContent(
        u"for book in Book.objects.order_by('id')[:12]:\n    print(book.author.name)\n"_s);
    QSignalSpy analysed(&window().fixes(), &FindingsController::analysed);
    window().runAll();
    QTRY_COMPARE_WITH_TIMEOUT(analysed.count(), 1, 30'000);
}

void tst_Export::cleanupTestCase()
{
    m_sample.reset();
    m_appearance.reset();
}

/// Triggers an entry of a menu and gives its file dialog a path.
bool tst_Export::choose(const QString &entry, const QString &path)
{
    for (QAction *action : window().findChildren<QAction *>()) {
        if (QString(action->text()).remove(u'&') != entry)
            continue;
        action->trigger();
        QFileDialog *dialog = nullptr;
        const bool came = QTest::qWaitFor([&] {
            for (QFileDialog *one : window().findChildren<QFileDialog *>()) {
                if (one->isVisible())
                    dialog = one;
            }
            return dialog != nullptr;
        });
        if (!came)
            return false;
        dialog->setDirectory(QFileInfo(path).absolutePath());
        dialog->selectFile(path);
        static_cast<QDialog *>(dialog)->accept();
        return true;
    }
    return false;
}

void tst_Export::everyFormatIsWhatItSays_data()
{
    QTest::addColumn<QString>("entry");
    QTest::addColumn<QString>("file");
    QTest::newRow("png") << u"As Picture (PNG)\u2026"_s << u"t.png"_s;
    QTest::newRow("svg") << u"As Drawing (SVG)\u2026"_s << u"t.svg"_s;
    QTest::newRow("chrome") << u"As Trace for Perfetto (JSON)\u2026"_s << u"chrome.json"_s;
    QTest::newRow("otlp") << u"As Trace for OpenTelemetry (OTLP JSON)\u2026"_s << u"otlp.json"_s;
    QTest::newRow("heddle") << u"As Heddle Trace, to Open Again\u2026"_s << u"heddle.json"_s;
    QTest::newRow("html") << u"As Report (HTML)\u2026"_s << u"t.html"_s;
}

void tst_Export::everyFormatIsWhatItSays()
{
    QFETCH(QString, entry);
    QFETCH(QString, file);
    const QString path = m_folder.filePath(file);
    QVERIFY(choose(entry, path));
    QTRY_VERIFY(QFileInfo(path).size() > 0);
    QFile written(path);
    QVERIFY(written.open(QIODevice::ReadOnly));
    const QByteArray content = written.readAll();
    const QString tag = QString::fromLatin1(QTest::currentDataTag());
    if (tag == u"png"_s) {
        QVERIFY(QImage::fromData(content).width() > 500);
    } else if (tag == u"svg"_s) {
        QXmlStreamReader xml(content);
        while (!xml.atEnd())
            xml.readNext();
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QVERIFY(content.contains("<svg"));
    } else if (tag == u"chrome"_s || tag == u"otlp"_s) {
        const QJsonObject schema = heddle::test::exportSchema(tag + u".schema.json"_s);
        QCOMPARE(
            heddle::test::schemaError(QJsonDocument::fromJson(content).object(), schema, schema),
            QString());
        QVERIFY(content.contains("Author"));
    } else if (tag == u"heddle"_s) {
        QString why;
        const auto records = traceFromJson(content, &why);
        QVERIFY2(records, qPrintable(why));
        QCOMPARE(records->size(), window().trace().allRecords().size());
    } else {
        QVERIFY(content.contains("n-plus-one-relation") || content.contains("author"));
        QVERIFY(!content.contains("http://") && !content.contains("src=\"https"));
    }
}

void tst_Export::aTraceOpensAgainWithItsFindings()
{
    const QString path = m_folder.filePath(u"again.json"_s);
    QVERIFY(choose(u"As Heddle Trace, to Open Again\u2026"_s, path));
    QTRY_VERIFY(QFileInfo(path).size() > 0);
    const auto bars = window().trace().records().size();
    const QString summary = window().timeline().summaryText();
    window().tabs().addUntitled(); // another text: the findings are not its
    QSignalSpy analysed(&window().fixes(), &FindingsController::analysed);
    window().openPath(path);
    QTRY_COMPARE_WITH_TIMEOUT(analysed.count(), 1, 30'000);
    QCOMPARE(window().trace().records().size(), bars);
    QCOMPARE(window().timeline().summaryText(), summary);
    const auto &rows = window().findings().model().rows();
    QCOMPARE(rows.size(), std::size_t(1));
    QCOMPARE(rows[0].finding.rule, analysis::Rule::NPlusOneRelation);
    QVERIFY(!rows[0].canApply);
    QVERIFY(!window().fixes().apply(0));
}

void tst_Export::whatIsNoTraceSaysSo()
{
    const QString path = m_folder.filePath(u"none.json"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"heddleTrace\": 1, \"records\": 5}");
    file.close();
    window().openPath(path);
    QTRY_VERIFY(!window().messages().texts().isEmpty());
    QVERIFY2(window().messages().texts().front().contains(u"none.json"_s),
             qPrintable(window().messages().texts().front()));
}

QTEST_MAIN(tst_Export)
#include "tst_export.moc"
