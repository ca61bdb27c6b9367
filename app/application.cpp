#include "app/application.h"

#include "app/commandline.h"
#include "app/mainwindow.h"
#include "app/screenshot.h"
#include "orm/heddle.h"
#include "orm/trace/trace.h"

#include <QApplication>
#include <QIcon>
#include <QKeyEvent>
#include <QTimer>

#include <cstdio>

using namespace Qt::Literals::StringLiterals;

#ifndef HEDDLE_VERSION
#define HEDDLE_VERSION "0.1.0"
#endif

/// A static library's resources are linked only if somebody asks for them; outside of namespaces,
/// as Qt wants it.
static void initialiseResources()
{
    Q_INIT_RESOURCE(heddle);
}

namespace heddle::app {
namespace {

/// Without a display Qt would end the program before a word could be said; --help and --version
/// need none.
bool needsNoWindow(const CommandLine &line)
{
    return line.exitCode >= 0;
}

/// For the test that kills the program: HEDDLE_TEST_TYPE is typed into the editor, key by key, as
/// soon as the window is up.
void typeForTest(MainWindow &window)
{
    const QString text = qEnvironmentVariable("HEDDLE_TEST_TYPE");
    if (text.isEmpty())
        return;
    QTimer::singleShot(0, &window, [&window, text] {
        ui::CodeEditor *editor = window.tabs().current()->editor();
        editor->setFocus();
        for (const QChar c : text) {
            QCoreApplication::postEvent(
                editor, new QKeyEvent(QEvent::KeyPress, 0, Qt::NoModifier, QString(c)));
            QCoreApplication::postEvent(
                editor, new QKeyEvent(QEvent::KeyRelease, 0, Qt::NoModifier, QString(c)));
        }
    });
}

int answer(const CommandLine &line)
{
    const QByteArray text = line.message.trimmed().toLocal8Bit() + '\n';
    std::fputs(text.constData(), line.exitCode == 0 ? stdout : stderr);
    return line.exitCode;
}

void describeApplication()
{
    QCoreApplication::setApplicationName(u"heddle"_s);
    QCoreApplication::setOrganizationName(u"heddle"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(HEDDLE_VERSION));
}

} // namespace

int run(int argc, char **argv)
{
    describeApplication();
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    {
        // The parser asks the application for its name and version; this one needs no display.
        QCoreApplication early(argc, argv);
        const CommandLine line = CommandLine::parse(arguments);
        if (needsNoWindow(line))
            return answer(line);
    }
    QGuiApplication::setHighDpiScaleFactorRoundingPolicy(
        Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication application(argc, argv);
    // Qt takes its own options out of the list, so that it is read again.
    const CommandLine line = CommandLine::parse(QCoreApplication::arguments());
    QGuiApplication::setApplicationDisplayName(u"Heddle"_s);
    QGuiApplication::setDesktopFileName(u"io.github.heddle.Heddle"_s);
    initialiseResources();
    QApplication::setWindowIcon(QIcon(u":/heddle/icons/heddle.svg"_s));
    registerBackends();
    setTraceThreadName(u"window"_s);
    ui::Appearance appearance(application);

    if (!line.screenshot.isEmpty()) {
        return takeScreenshot(line, appearance);
    }
    Settings settings;
    appearance.setChoice(line.dark    ? ui::ThemeChoice::Dark
                         : line.light ? ui::ThemeChoice::Light
                                      : settings.theme());
    MainWindow window(settings, appearance);
    if (line.size.isValid())
        window.resize(line.size);
    window.show();
    window.start(line);
    typeForTest(window);
    if (line.runAll)
        QObject::connect(&window, &MainWindow::databaseReady, &window, &MainWindow::runAll,
                         Qt::SingleShotConnection);
    return QApplication::exec();
}

} // namespace heddle::app
