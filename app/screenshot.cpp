#include "app/screenshot.h"

#include "app/mainwindow.h"

#include <QApplication>
#include <QPixmap>
#include <QTemporaryDir>
#include <QTimer>

#include <cstdio>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

constexpr int patienceMs = 60'000;
constexpr int restMs = 700; // after the last event: analysis while typing, the live SQL, the caret

/// Ends the event loop with a status, once.
class Shutter final : public QObject {
public:
    Shutter(MainWindow &window, const CommandLine &line) : m_window(window), m_line(line)
    {
        QObject::connect(&m_patience, &QTimer::timeout, this,
                         [this] { fail(u"the window did not come to rest within a minute"_s); });
        m_patience.setSingleShot(true);
        m_patience.start(patienceMs);
        QObject::connect(&m_window, &MainWindow::databaseReady, this, [this] { databaseReady(); });
        QObject::connect(&m_window.session(), &Session::failed, this,
                         [this] { takeSoon(); }); // the message bar is the picture
        QObject::connect(&m_window.runs(), &RunController::settled, this, [this] { takeSoon(); });
    }

private:
    void databaseReady()
    {
        if (!m_line.runAll)
            return takeSoon();
        m_window.runAll();
        if (!m_window.runs().isBusy())
            fail(u"there is nothing to run"_s);
    }
    void takeSoon()
    {
        if (std::exchange(m_waiting, true))
            return;
        // With the caret on a queryset the picture shows its SQL.
        const QStringList lines =
            m_window.tabs().current()->editor()->workbook().text().split(u'\n');
        for (qsizetype i = 0; i < lines.size(); ++i) {
            const qsizetype column =
                lines[i].startsWith(u'#') ? -1 : lines[i].indexOf(u".objects."_s);
            if (column >= 0) {
                m_window.tabs().current()->editor()->goTo(int(i) + 1, int(column) + 2);
                m_window.tabs().current()->editor()->SendScintilla(
                    QsciScintilla::SCI_SETFIRSTVISIBLELINE, 0L);
                break;
            }
        }
        QTimer::singleShot(restMs, this, [this] { take(); });
    }
    void take()
    {
        if (m_window.grab().save(m_line.screenshot, "PNG"))
            QApplication::exit(0);
        else
            fail(u"the file cannot be written"_s);
    }
    void fail(const QString &why)
    {
        std::fprintf(stderr, "heddle: no screenshot %s: %s\n", qPrintable(m_line.screenshot),
                     qPrintable(why));
        QApplication::exit(1);
    }

    MainWindow &m_window;
    const CommandLine &m_line;
    QTimer m_patience;
    bool m_waiting = false;
};

} // namespace

int takeScreenshot(const CommandLine &line, ui::Appearance &appearance)
{
    const QTemporaryDir folder;
    Settings settings(folder.filePath(u"settings.ini"_s));
    appearance.setChoice(line.dark ? ui::ThemeChoice::Dark : ui::ThemeChoice::Light);
    MainWindow window(settings, appearance,
                      {folder.filePath(u"journal"_s), MainWindow::Folders::ofUser().sample});
    if (line.size.isValid())
        window.resize(line.size);
    Shutter shutter(window, line);
    window.show();
    window.start(line);
    return QApplication::exec();
}

} // namespace heddle::app
