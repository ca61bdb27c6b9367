// Opening, saving, exporting.

#include "app/mainwindow.h"

#include "app/samplefiles.h"
#include "app/serverdialog.h"
#include "orm/analysis/findings.h"
#include "orm/analysis/htmlreport.h"
#include "orm/trace/otlp.h"
#include "ui/timeline/timelineview.h"

#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QSaveFile>
#include <QtConcurrent>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {

namespace {

struct TraceFile {
    std::vector<TraceRecord> records;
    QString error;
};

// Any thread: a large one takes its time.
TraceFile readTraceFile(const QString &path)
{
    TraceFile read;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        read.error = file.errorString();
        return read;
    }
    if (auto records = traceFromJson(file.readAll(), &read.error))
        read.records = std::move(*records);
    return read;
}

bool writeWhole(const QString &path, const QByteArray &content)
{
    QSaveFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size() &&
           file.commit();
}

} // namespace

bool looksLikeDatabase(const QString &path)
{
    if (path.contains(u"://"_s))
        return true;
    const QFileInfo info(path);
    // Only a plain file is looked into: opening a pipe would wait for its other end.
    QFile file(path);
    if (info.isFile() && file.open(QIODevice::ReadOnly)) {
        const QByteArray first = file.read(16);
        if (first.startsWith("SQLite format 3"))
            return true;
    }
    static const QStringList suffixes = {u"sqlite"_s, u"sqlite3"_s, u"db"_s,
                                         u"db3"_s,    u"s3db"_s,    u"sl3"_s};
    return suffixes.contains(info.suffix().toLower());
}

void MainWindow::start(const CommandLine &line)
{
    m_tabs->restoreUnsaved();
    const bool nothingAsked = line.database.isEmpty() && line.workbooks.isEmpty();
    const QStringList workbooks = nothingAsked ? m_settings.openWorkbooks() : line.workbooks;
    for (const QString &path : workbooks) {
        if (!nothingAsked || QFileInfo::exists(path)) // a file that was moved away since is no news
            m_tabs->openFile(path);
    }
    const QString database = line.database.isEmpty() ? m_settings.lastDatabase() : line.database;
    if (!line.database.isEmpty())
        openPath(database);
    else if (!database.isEmpty())
        openDatabase(database);
    else
        openSample();
}

void MainWindow::openPath(const QString &path)
{
    if (looksLikeDatabase(path)) {
        openDatabase(path);
    } else if (path.endsWith(u".py"_s, Qt::CaseInsensitive)) {
        if (m_tabs->openFile(path))
            m_settings.addRecentWorkbook(QFileInfo(path).absoluteFilePath());
    } else if (path.endsWith(u".json"_s, Qt::CaseInsensitive)) {
        openTrace(path);
    } else {
        // Whatever it is, somebody means it as a database: the engine says in one sentence what it
        // is not.
        openDatabase(path);
    }
}

void MainWindow::openDatabase(const QString &url)
{
    if (!m_manual->mayGoOn(nullptr, tr("before another database is opened"),
                           [this, url] { openDatabase(url); }))
        return;
    m_messages->remove(u"database"_s);
    m_session.open(
        url.contains(u"://"_s) || url == u":memory:" ? url : QFileInfo(url).absoluteFilePath());
}

void MainWindow::openSample()
{
    m_runLabel->setText(tr("Making the sample bookshop\u2026"));
    auto *watcher = new QFutureWatcher<SampleFiles>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher] {
        watcher->deleteLater();
        const SampleFiles files = watcher->future().result();
        m_runLabel->clear();
        if (!files.error.isEmpty()) {
            m_messages->show({Message::Kind::Error, u"database"_s, files.error, {}});
            return;
        }
        if (!files.workbook.isEmpty())
            m_tabs->openFile(files.workbook);
        openDatabase(files.database);
    });
    watcher->setFuture(
        QtConcurrent::run([folder = m_folders.sample] { return prepareSample(folder); }));
}

void MainWindow::databaseOpened()
{
    m_messages->remove(u"database"_s);
    m_runLabel->clear();
    m_settings.addRecentDatabase(m_session.url());
    m_schemaModel.setRegistry(m_session.models(), m_session.displayName(), m_session.backendName());
    for (Document *document : m_tabs->documents())
        document->setModels(m_session.models());
    m_log->add(LogView::Kind::Note, tr("%1 is open. Models: %2.")
                                        .arg(m_session.displayName())
                                        .arg(m_session.models()->models().size()));
    updateConnectionButton();
    updateStatusBar();
    updateActions();
    m_previewTimer.start();
    // Later, because workbooks hear of the new database after the window and end what ran on the
    // old one.
    QMetaObject::invokeMethod(this, &MainWindow::databaseReady, Qt::QueuedConnection);
}

void MainWindow::databaseFailed(const QString &url, const QString &sentence)
{
    m_runLabel->clear();
    std::vector<Message::Action> actions{{tr("Open Another\u2026"), [this] { chooseDatabase(); }}};
    if (url.contains(u"://"_s) && !url.startsWith(u"sqlite"_s))
        actions.push_back({tr("Edit the Connection\u2026"), [this, url] { chooseServer(url); }});
    if (QFileInfo::exists(url))
        actions.push_back({tr("Try Again"), [this, url] { openDatabase(url); }});
    m_messages->show({Message::Kind::Error, u"database"_s, sentence, actions});
    m_log->add(LogView::Kind::Error, sentence);
    updateActions();
}

void MainWindow::reloadSchema()
{
    if (m_session.isOpen())
        openDatabase(m_session.url());
}

QFileDialog *MainWindow::fileDialog(const QString &title)
{
    auto *dialog = new QFileDialog(this, title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    const QString near = current() && !current()->path().isEmpty() ? current()->path()
                         : !m_settings.recentDatabases().isEmpty()
                             ? m_settings.recentDatabases().first()
                             : QString();
    dialog->setDirectory(near.isEmpty() ? QDir::homePath() : QFileInfo(near).absolutePath());
    return dialog;
}

void MainWindow::chooseAndOpen()
{
    QFileDialog *dialog = fileDialog(tr("Open"));
    dialog->setFileMode(QFileDialog::ExistingFiles);
    dialog->setNameFilters(
        {tr("Workbooks and databases (*.py *.sqlite *.sqlite3 *.db *.db3)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::filesSelected, this, [this](const QStringList &files) {
        for (const QString &file : files)
            openPath(file);
    });
    dialog->open();
}

void MainWindow::chooseDatabase()
{
    QFileDialog *dialog = fileDialog(tr("Open Database"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters(
        {tr("SQLite databases (*.sqlite *.sqlite3 *.db *.db3)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::openDatabase);
    dialog->open();
}

void MainWindow::chooseServer(const QString &url)
{
    auto *dialog = new ServerDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setUrl(url.isEmpty() ? m_session.url() : url);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { openDatabase(dialog->url()); });
    dialog->open();
}

void MainWindow::save(bool as)
{
    Document *document = current();
    if (!as && !document->path().isEmpty()) {
        m_tabs->save(document, document->path());
        return;
    }
    QFileDialog *dialog = fileDialog(tr("Save Workbook"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"py"_s);
    dialog->setNameFilters({tr("Workbooks (*.py)"), tr("All files (*)")});
    dialog->selectFile(document->title());
    connect(dialog, &QFileDialog::fileSelected, document,
            [this, document](const QString &path) { m_tabs->save(document, path); });
    dialog->open();
}

void MainWindow::chooseTrace()
{
    QFileDialog *dialog = fileDialog(tr("Open Trace"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Heddle traces (*.json)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::openTrace);
    dialog->open();
}

void MainWindow::openTrace(const QString &path)
{
    if (m_runs->isBusy()) {
        m_runLabel->setText(tr("A trace can be opened when the run has ended."));
        return;
    }
    auto *watcher = new QFutureWatcher<TraceFile>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, path] {
        watcher->deleteLater();
        const TraceFile file = watcher->future().result();
        const QString name = QFileInfo(path).fileName();
        if (!file.error.isEmpty()) {
            m_messages->show({Message::Kind::Error,
                              u"trace"_s,
                              tr("%1 cannot be shown: %2").arg(name, file.error),
                              {}});
            return;
        }
        if (m_runs->isBusy())
            return; // the timeline is the run's
        m_messages->remove(u"trace"_s);
        m_traceModel.clear();
        m_traceModel.append(file.records);
        m_timeline->fitAll();
        m_comparisons->traceOpened(name);
        m_fixes->analyseTrace();
        showPanel(m_timelineDock);
        m_runLabel->setText(tr("%1 is on the timeline.").arg(name));
    });
    watcher->setFuture(QtConcurrent::run([path] { return readTraceFile(path); }));
}

void MainWindow::exportTimeline(TimelineFormat format)
{
    const QString suffix = format == TimelineFormat::Png      ? u"png"_s
                           : format == TimelineFormat::Svg    ? u"svg"_s
                           : format == TimelineFormat::Html   ? u"html"_s
                           : format == TimelineFormat::Heddle ? u"heddle-trace.json"_s
                                                              : u"json"_s;
    QFileDialog *dialog = fileDialog(tr("Export Timeline"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->selectFile(u"timeline."_s + suffix);
    connect(dialog, &QFileDialog::fileSelected, this, [this, format](const QString &path) {
        const QString name = QFileInfo(path).fileName();
        const std::vector<TraceRecord> &records = m_traceModel.records();
        bool ok = false;
        switch (format) {
        case TimelineFormat::Png:
            ok = m_timeline->exportPng(path);
            break;
        case TimelineFormat::Svg:
            ok = m_timeline->exportSvg(path);
            break;
        case TimelineFormat::Chrome:
            ok = writeWhole(path, toChromeTrace(records));
            break;
        case TimelineFormat::Otlp:
            ok = writeWhole(path, toOtlpTrace(records));
            break;
        case TimelineFormat::Heddle:
            ok = writeWhole(path, traceToJson(m_traceModel.allRecords()));
            break;
        case TimelineFormat::Html:
            ok = writeWhole(
                path, analysis::htmlReport(records, analysis::findingsOf(m_traceModel.allRecords()),
                                           {.title = name, .parameters = false}));
            break;
        }
        if (ok)
            m_runLabel->setText(tr("%1 was written.").arg(name));
        else
            m_messages->show(
                {Message::Kind::Error, u"export"_s, tr("%1 cannot be written.").arg(name), {}});
    });
    dialog->open();
}

} // namespace heddle::app
