#include "ui/style/style.h"
#include "ui/style/theme.h"

#include <QString>
#include <utility>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

const char *const surfaces = R"(
QMainWindow, QDialog, QMenuBar, QToolBar, QStatusBar { background: @window; }
QMenuBar { border-bottom: 1px solid @separator; padding: 2px 4px; }
QMenuBar::item { padding: 4px 9px; border-radius: 4px; background: transparent; color: @muted; }
QMenuBar::item:selected { background: @hover; color: @text; }
QMenu { background: @raised; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 5px 26px 5px 24px; border-radius: 4px; }
QMenu::item:selected { background: @accentSoft; color: @onAccentSoft; }
QMenu::item:disabled { color: @placeholder; }
QMenu::separator { height: 1px; background: @separator; margin: 4px 6px; }
QMenu::icon { padding-left: 6px; }
QToolBar { border: none; border-bottom: 1px solid @separator; padding: 6px 10px; spacing: 8px; }
QToolBar::separator { background: transparent; width: 10px; }
QStatusBar { border-top: 1px solid @separator; color: @muted; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @muted; padding: 1px 8px; }
QToolTip { background: @raised; color: @text; border: 1px solid @border; padding: 4px 6px; }
QMainWindow::separator { background: @separator; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: @accent; }
QSplitter::handle { background: transparent; }
QSplitter::handle:horizontal { border-left: 1px solid @separator; }
QSplitter::handle:vertical { border-top: 1px solid @separator; }
QSplitter::handle:hover { border-color: @accent; }
QDockWidget { titlebar-close-icon: none; titlebar-normal-icon: none; }
QDockWidget::title { background: @strip; padding: 6px 10px; border-bottom: 1px solid @separator; text-align: left; }
QTabWidget::pane { border: none; border-top: 1px solid @separator; }
QTabWidget::tab-bar { left: 4px; }
QTabBar { background: @strip; }
QTabBar::tab { background: transparent; color: @muted; padding: 6px 2px 5px 2px; margin: 0 9px; border: none;
               border-bottom: 2px solid transparent; font-weight: 500; }
QTabBar::tab:selected { color: @link; border-bottom: 2px solid @accent; font-weight: 600; }
QTabBar::tab:hover:!selected { color: @text; border-bottom: 2px solid @border; }
)";

const char *const controls = R"(
QPushButton, QToolButton, QComboBox { background: @raised; color: @text; border: 1px solid @border; border-radius: 6px;
    padding: 4px 11px; min-height: 18px; font-weight: 500; }
QPushButton:hover, QToolButton:hover, QComboBox:hover { background: @hover; }
QPushButton:focus, QToolButton:focus, QComboBox:focus, QLineEdit:focus, QSpinBox:focus { border: 1px solid @accent; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked { background: @accentSoft;
    color: @onAccentSoft; border-color: @accent; font-weight: 600; }
QPushButton:disabled, QToolButton:disabled, QComboBox:disabled { color: @disabled; border-color: @separator; background: @window; }
QPushButton[primary="true"], QToolButton[primary="true"] { background: @accent; color: @onAccent; border-color: @accent; }
QPushButton[primary="true"]:hover, QToolButton[primary="true"]:hover { background: @accentHover; }
QPushButton[primary="true"]:focus, QToolButton[primary="true"]:focus { border: 1px solid @text; }
QPushButton[primary="true"]:disabled, QToolButton[primary="true"]:disabled { background: @border; border-color: @border; color: @window; }
QToolButton[flat="true"], QPushButton[flat="true"], QTabBar QToolButton { background: transparent; border: 1px solid transparent; padding: 3px 6px; }
QToolButton[flat="true"]:hover, QPushButton[flat="true"]:hover { background: @hover; }
QToolButton[flat="true"]:focus, QPushButton[flat="true"]:focus { border: 1px solid @accent; }
QPushButton[pill="true"], QToolButton[pill="true"] { color: @link; border-color: @link; padding: 2px 9px; background: transparent; }
QPushButton[pill="true"]:hover, QToolButton[pill="true"]:hover { background: @accentSoft; color: @onAccentSoft; }
QToolButton[segment="first"], QPushButton[segment="first"] { border-top-right-radius: 0; border-bottom-right-radius: 0; margin-right: 0; }
QToolButton[segment="middle"], QPushButton[segment="middle"] { border-radius: 0; border-left: none; margin: 0; }
QToolButton[segment="last"], QPushButton[segment="last"] { border-top-left-radius: 0; border-bottom-left-radius: 0; border-left: none; margin-left: 0; }
QPushButton[small="true"] { min-height: 0; margin: 1px; padding: 0 7px; border-radius: 3px; font-weight: normal; color: @muted; text-align: left; }
QToolButton::menu-indicator { image: none; width: 0; }
QToolButton::menu-button { border: none; width: 14px; }
QComboBox { font-weight: 400; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url(:/heddle/icons/chevron-down.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @raised; border: 1px solid @border; selection-background-color: @accentSoft;
    selection-color: @onAccentSoft; }
QLineEdit, QSpinBox { background: @raised; color: @text; border: 1px solid @border; border-radius: 6px; padding: 3px 8px;
    min-height: 18px; selection-background-color: @accent; selection-color: @onAccent; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="strip"] { background: @strip; color: @muted; padding: 4px 10px; }
QLabel[role="laziness"] { background: @parallelSoft; color: @onParallelSoft; padding: 6px 10px; }
QLabel[role="alarm"] { background: @alarmSoft; color: @onAlarmSoft; padding: 6px 10px; }
)";

const char *const views = R"(
QAbstractScrollArea { background: @panel; border: none; }
QTreeView, QListView, QTableView, QPlainTextEdit, QTextEdit { background: @panel; color: @text; border: none;
    selection-background-color: @accentSoft; selection-color: @onAccentSoft; }
QTreeView::item { min-height: 22px; }
QTreeView::item:hover, QListView::item:hover { background: @hover; }
QTreeView::item:selected, QListView::item:selected { background: @accentSoft; color: @onAccentSoft; }
QTableView { gridline-color: @gridLine; }
QTableView::item:selected { background: @accentSoft; color: @onAccentSoft; }
QTableCornerButton::section { background: @strip; border: none; border-right: 1px solid @separator; border-bottom: 1px solid @separator; }
QHeaderView { background: @strip; }
QHeaderView::section { background: @strip; color: @muted; border: none; border-right: 1px solid @gridLine;
    border-bottom: 1px solid @separator; padding: 3px 8px; font-weight: 600; }
QHeaderView::section:hover { background: @hover; color: @text; }
QHeaderView::section:vertical { font-weight: 400; border-bottom: 1px solid @gridLine; border-right: 1px solid @separator; padding: 0 6px; }
QAbstractScrollArea::corner { background: @panel; border: none; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 11px; }
QScrollBar:horizontal { height: 11px; }
QScrollBar::handle { background: @border; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 26px; }
QScrollBar::handle:horizontal { min-width: 26px; }
QScrollBar::handle:hover { background: @placeholder; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
)";

} // namespace

QString styleSheetFor(const Theme &t)
{
    QString sheet =
        QString::fromLatin1(surfaces) + QString::fromLatin1(controls) + QString::fromLatin1(views);
    // Longer names first: "@accentSoft" must not be read as "@accent" and "Soft".
    const std::pair<const char16_t *, QColor> colors[] = {
        {u"@onParallelSoft", t.parallel.onSoft},
        {u"@onAccentSoft", t.onAccentSoft},
        {u"@onAlarmSoft", t.alarm.onSoft},
        {u"@parallelSoft", t.parallel.soft},
        {u"@accentHover", t.dark ? t.accent.lighter(112) : t.accent.darker(112)},
        {u"@accentSoft", t.accentSoft},
        {u"@alarmSoft", t.alarm.soft},
        {u"@onAccent", t.onAccent},
        {u"@placeholder", t.placeholder},
        {u"@separator", t.separator},
        {u"@gridLine", t.gridLine},
        {u"@disabled", t.palette().color(QPalette::Disabled, QPalette::Text)},
        {u"@window", t.window},
        {u"@accent", t.accent},
        {u"@border", t.border},
        {u"@raised", t.raised},
        {u"@hover", t.hover},
        {u"@strip", t.strip},
        {u"@panel", t.panel},
        {u"@muted", t.muted},
        {u"@text", t.text},
        {u"@link", t.link},
    };
    for (const auto &[name, color] : colors)
        sheet.replace(QString::fromUtf16(name), color.name());
    return sheet;
}

} // namespace heddle::ui
