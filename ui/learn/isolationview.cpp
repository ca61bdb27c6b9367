#include "ui/learn/isolationview.h"

#include "ui/learn/isolationdelegate.h"
#include "ui/style/fonts.h"
#include "ui/style/icons.h"
#include "ui/style/metrics.h"
#include "ui/style/theme.h"

#include <QAction>
#include <QCloseEvent>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace heddle::ui {
namespace {

void fill(QComboBox *box, const QStringList &titles)
{
    const QSignalBlocker quiet(box);
    const int before = box->currentIndex();
    box->clear();
    box->addItems(titles);
    box->setCurrentIndex(before >= 0 && before < titles.size() ? before
                         : titles.isEmpty()                    ? -1
                                                               : 0);
}

QTableWidgetItem *readOnlyItem(const QString &text)
{
    auto *item = new QTableWidgetItem(text);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    return item;
}

QLabel *wrappingLabel(QWidget *parent, const QString &name)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setAccessibleName(name);
    return label;
}

} // namespace

IsolationView::IsolationView(QWidget *parent) : QWidget(parent)
{
    setWindowTitle(tr("Isolation Lab"));
    setAccessibleName(tr("Isolation lab"));
    resize(1280, 760);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(metrics::padding, metrics::padding, metrics::padding,
                               metrics::padding);
    buildChoices(layout);
    auto *splitter = new QSplitter(this);
    splitter->setChildrenCollapsible(false);
    auto *left = new QWidget(splitter);
    auto *leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(0, 0, 0, 0);
    buildSteps(left, leftLayout);
    buildEditing(leftLayout);
    m_tabs = new QTabWidget(splitter);
    m_tabs->setAccessibleName(tr("Saved rows and matrix"));
    m_saved = new QWidget(m_tabs);
    m_savedLayout = new QVBoxLayout(m_saved);
    m_tabs->addTab(m_saved, tr("Saved Rows"));
    m_matrix = new QTableWidget(m_tabs);
    m_matrix->setAccessibleName(tr("Scenarios by isolation level"));
    m_matrix->setWordWrap(true);
    m_matrix->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_matrix->horizontalHeader()->setDefaultAlignment(Qt::AlignCenter |
                                                      Qt::Alignment(Qt::TextWordWrap));
    m_matrix->horizontalHeader()->setMinimumHeight(2 * metrics::stripHeight);
    m_matrix->verticalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter |
                                                    Qt::Alignment(Qt::TextWordWrap));
    m_matrix->verticalHeader()->setFixedWidth(150);
    m_matrix->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_tabs->addTab(m_matrix, tr("Matrix"));
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setSizes({700, 560});
    layout->addWidget(splitter, 1);
    buildButtons(layout);
    setProgress(false, false);
}

QComboBox *IsolationView::addChoice(const QString &text, QLayout *layout)
{
    auto *label = new QLabel(text, this);
    auto *box = new QComboBox(this);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    box->setAccessibleName(QString(text).remove(u'&').remove(u':'));
    label->setBuddy(box);
    layout->addWidget(label);
    layout->addWidget(box);
    return box;
}

void IsolationView::buildChoices(QVBoxLayout *layout)
{
    auto *line = new QHBoxLayout;
    m_scenario = addChoice(tr("S&cenario:"), line);
    m_place = addChoice(tr("&Database:"), line);
    m_level = addChoice(tr("&Isolation:"), line);
    line->addStretch(1);
    layout->addLayout(line);
    m_explanation = wrappingLabel(this, tr("What the scenario shows"));
    m_levelNote = wrappingLabel(this, tr("What the isolation level means"));
    m_levelNote->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(m_explanation);
    layout->addWidget(m_levelNote);
    connect(m_scenario, &QComboBox::activated, this, &IsolationView::chosen);
    connect(m_level, &QComboBox::activated, this, &IsolationView::chosen);
    connect(m_place, &QComboBox::activated, this, &IsolationView::placeChosen);
}

void IsolationView::buildSteps(QWidget *parent, QVBoxLayout *layout)
{
    m_steps = new QTableView(parent);
    m_steps->setModel(&m_model);
    m_steps->setItemDelegate(new IsolationDelegate(m_steps));
    m_steps->setAccessibleName(tr("Steps of the two sessions"));
    m_steps->setShowGrid(false);
    m_steps->setSelectionMode(QAbstractItemView::SingleSelection);
    m_steps->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed |
                             QAbstractItemView::AnyKeyPressed);
    m_steps->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_steps->verticalHeader()->hide();
    m_steps->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_steps->horizontalHeader()->setSectionResizeMode(IsolationModel::NumberColumn,
                                                      QHeaderView::Fixed);
    m_steps->setColumnWidth(IsolationModel::NumberColumn, 52);
    layout->addWidget(m_steps, 1);
    connect(&m_model, &IsolationModel::textEdited, this, &IsolationView::editStep);
    connect(m_steps->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &IsolationView::updateEditing);
}

QAction *IsolationView::addAction(const QString &text, const QList<QKeySequence> &keys,
                                  const QString &tip, void (IsolationView::*signal)())
{
    auto *action = new QAction(text, this);
    action->setShortcuts(keys);
    action->setShortcutContext(Qt::WindowShortcut);
    QString hint = tip;
    if (!keys.isEmpty())
        hint += u" ("_s + keys.front().toString(QKeySequence::NativeText) + u')';
    action->setToolTip(hint);
    QWidget::addAction(action);
    connect(action, &QAction::triggered, this, signal);
    return action;
}

void IsolationView::buildButtons(QVBoxLayout *layout)
{
    m_next = addAction(tr("&Next Step"), {Qt::Key_F10}, tr("Take the next step"),
                       &IsolationView::nextRequested);
    m_next->setIcon(icon(Icon::Run));
    m_run = addAction(tr("&Run to the End"), {Qt::Key_F5}, tr("Take all steps that are left"),
                      &IsolationView::runRequested);
    m_run->setIcon(icon(Icon::RunParallel));
    m_reset = addAction(tr("R&eset"), {Qt::CTRL | Qt::Key_R}, tr("Begin again with the first rows"),
                        &IsolationView::resetRequested);
    m_reset->setIcon(icon(Icon::Undo));
    m_stop = addAction(tr("S&top"), {Qt::Key_Escape}, tr("End what waits"),
                       &IsolationView::stopRequested);
    m_stop->setIcon(icon(Icon::Stop));
    m_runMatrix =
        addAction(tr("Run the &Matrix"), {Qt::CTRL | Qt::Key_M},
                  tr("Run all scenarios on all isolation levels"), &IsolationView::matrixRequested);
    m_runMatrix->setIcon(icon(Icon::Table));
    auto *line = new QHBoxLayout;
    for (QAction *action : {m_next, m_run, m_reset, m_stop, m_runMatrix}) {
        auto *button = new QToolButton(this);
        button->setDefaultAction(action);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setFocusPolicy(Qt::TabFocus);
        button->setAccessibleName(QString(action->text()).remove(u'&'));
        line->addWidget(button);
    }
    m_status = wrappingLabel(this, tr("What is going on"));
    line->addWidget(m_status, 1);
    layout->addLayout(line);
}

void IsolationView::buildEditing(QVBoxLayout *layout)
{
    auto *line = new QHBoxLayout;
    const auto add = [&](const QString &text, const QKeySequence &key, const QString &tip,
                         auto &&run) {
        auto *action = new QAction(text, this);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetShortcut);
        action->setToolTip(tip + u" ("_s + key.toString(QKeySequence::NativeText) + u')');
        m_steps->addAction(action);
        connect(action, &QAction::triggered, this, run);
        auto *button = new QToolButton(this);
        button->setDefaultAction(action);
        button->setFocusPolicy(Qt::TabFocus);
        button->setAccessibleName(tip);
        line->addWidget(button);
        m_editing << action;
    };
    add(tr("Add to A"), QKeySequence(Qt::ALT | Qt::Key_A), tr("Add a step of session A below"),
        [this] { insertStep(0); });
    add(tr("Add to B"), QKeySequence(Qt::ALT | Qt::Key_B), tr("Add a step of session B below"),
        [this] { insertStep(1); });
    add(tr("Remove"), QKeySequence(Qt::Key_Delete), tr("Remove the step"),
        [this] { removeStep(); });
    add(tr("Up"), QKeySequence(Qt::ALT | Qt::Key_Up), tr("Move the step up"),
        [this] { moveStep(-1); });
    add(tr("Down"), QKeySequence(Qt::ALT | Qt::Key_Down), tr("Move the step down"),
        [this] { moveStep(1); });
    add(tr("Other Session"), QKeySequence(Qt::ALT | Qt::Key_S),
        tr("Give the step to the other session"), [this] { switchSession(); });
    line->addStretch(1);
    layout->addLayout(line);
    m_steps->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void IsolationView::setScenarios(const QStringList &titles)
{
    fill(m_scenario, titles);
}

void IsolationView::setPlaces(const QStringList &titles)
{
    fill(m_place, titles);
}

void IsolationView::setLevels(const QStringList &titles)
{
    fill(m_level, titles);
}

void IsolationView::choose(int scenario, int place, int level)
{
    m_scenario->setCurrentIndex(scenario);
    m_place->setCurrentIndex(place);
    m_level->setCurrentIndex(level);
}

int IsolationView::scenario() const
{
    return m_scenario->currentIndex();
}

int IsolationView::place() const
{
    return m_place->currentIndex();
}

int IsolationView::level() const
{
    return m_level->currentIndex();
}

void IsolationView::setExplanation(const QString &scenario, const QString &level)
{
    m_explanation->setText(scenario);
    m_levelNote->setText(level);
    m_levelNote->setVisible(!level.isEmpty());
}

void IsolationView::setSteps(const QList<IsolationStep> &steps)
{
    const int before = currentStep();
    m_model.setSteps(steps);
    m_steps->clearSpans();
    int next = -1;
    for (int row = 0; row < m_model.rowCount(); ++row) {
        if (m_model.isAnomaly(row))
            m_steps->setSpan(row, 0, 1, IsolationModel::ColumnCount);
    }
    for (int i = 0; i < steps.size(); ++i) {
        if (steps[i].state == IsolationStep::State::Next)
            next = i;
    }
    fitRows();
    // Whoever edits stays where they are; whoever runs follows the steps.
    const bool fresh = std::none_of(steps.begin(), steps.end(), [](const IsolationStep &step) {
        return step.state != IsolationStep::State::ToCome &&
               step.state != IsolationStep::State::Next;
    });
    const int kept = std::min(std::max(before, 0), int(steps.size()) - 1);
    setCurrentStep(next >= 0 && !fresh ? next : kept);
    updateEditing();
}

void IsolationView::fitRows()
{
    m_steps->resizeRowsToContents();
}

void IsolationView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitRows();
}

int IsolationView::currentStep() const
{
    return m_model.stepOfRow(m_steps->currentIndex().row());
}

void IsolationView::setCurrentStep(int step)
{
    const int row = m_model.rowOfStep(step);
    if (row < 0)
        return;
    const QModelIndex index =
        m_model.index(row, IsolationModel::FirstSessionColumn + m_model.steps()[step].session);
    m_steps->setCurrentIndex(index);
    m_steps->scrollTo(index);
}

void IsolationView::setTables(const QList<IsolationTable> &tables)
{
    if (tables == m_tables)
        return;
    const QList<IsolationTable> before = std::exchange(m_tables, tables);
    const bool same = std::equal(
        before.begin(), before.end(), tables.begin(), tables.end(),
        [](const auto &a, const auto &b) { return a.name == b.name && a.columns == b.columns; });
    if (!same)
        makeGrids();
    for (qsizetype t = 0; t < tables.size(); ++t)
        fillGrid(*m_grids[t], tables[t], same ? &before[t] : nullptr);
}

void IsolationView::makeGrids()
{
    m_grids.clear();
    while (QLayoutItem *item = m_savedLayout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const IsolationTable &table : std::as_const(m_tables)) {
        auto *title = new QLabel(table.name, m_saved);
        auto *grid = new QTableWidget(0, int(table.columns.size()), m_saved);
        grid->setHorizontalHeaderLabels(table.columns);
        grid->verticalHeader()->hide();
        grid->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
        grid->setAccessibleName(tr("Saved rows of %1").arg(table.name));
        m_savedLayout->addWidget(title);
        m_savedLayout->addWidget(grid, 1);
        m_grids << grid;
    }
}

/// A cell that is new says so, beside its bold font.
void IsolationView::fillGrid(QTableWidget &grid, const IsolationTable &table,
                             const IsolationTable *before)
{
    grid.setRowCount(int(table.rows.size()));
    for (int row = 0; row < table.rows.size(); ++row) {
        for (int column = 0; column < table.columns.size(); ++column) {
            const QString cell = table.rows[row].value(column);
            const bool changed = before && before->rows.value(row).value(column) != cell;
            QTableWidgetItem *item = readOnlyItem(changed ? tr("%1  \u2190 new").arg(cell) : cell);
            QFont font = grid.font();
            font.setBold(changed);
            item->setFont(font);
            grid.setItem(row, column, item);
        }
    }
}

QString IsolationView::statusText() const
{
    return m_status->text();
}

void IsolationView::setStatus(const QString &text, bool problem)
{
    m_status->setText(problem ? tr("Problem: %1").arg(text) : text);
}

void IsolationView::setProgress(bool busy, bool ended)
{
    m_next->setEnabled(!busy && !ended);
    m_run->setEnabled(!busy && !ended);
    m_reset->setEnabled(!busy);
    m_runMatrix->setEnabled(!busy);
    m_stop->setEnabled(busy);
    m_scenario->setEnabled(!busy);
    m_place->setEnabled(!busy);
    m_level->setEnabled(!busy);
    m_model.setEditable(!busy);
    updateEditing();
    if (!busy && m_editWhenIdle >= 0) {
        setCurrentStep(std::exchange(m_editWhenIdle, -1));
        m_steps->edit(m_steps->currentIndex());
    }
}

void IsolationView::updateEditing()
{
    const int step = currentStep();
    const int last = int(m_model.steps().size()) - 1;
    const bool can = m_reset->isEnabled();
    for (qsizetype i = 0; i < m_editing.size(); ++i) {
        const bool needsStep = i >= 2;
        const bool fits = i == 3 ? step > 0 : i == 4 ? step < last : true;
        m_editing[i]->setEnabled(can && (!needsStep || step >= 0) && fits);
    }
}

void IsolationView::clearMatrix(const QStringList &scenarios, const QStringList &levels)
{
    m_matrix->clear();
    m_matrix->setRowCount(int(scenarios.size()));
    m_matrix->setColumnCount(int(levels.size()));
    m_matrix->setVerticalHeaderLabels(scenarios);
    m_matrix->setHorizontalHeaderLabels(levels);
}

void IsolationView::setMatrixCell(int scenario, int level, const IsolationCell &cell)
{
    const Theme &theme = Theme::of(palette());
    auto *item = readOnlyItem(cell.text);
    const Theme::Role &role = cell.happens   ? theme.alarm
                              : cell.refused ? theme.write
                                             : theme.parallel;
    item->setIcon(icon(cell.happens   ? Icon::Warning
                       : cell.refused ? Icon::Failure
                                      : Icon::Success,
                       cell.happens   ? IconTone::Alarm
                       : cell.refused ? IconTone::Write
                                      : IconTone::Parallel));
    item->setBackground(role.soft);
    item->setForeground(role.onSoft);
    item->setToolTip(cell.text);
    m_matrix->setItem(scenario, level, item);
    m_matrix->resizeRowsToContents();
}

void IsolationView::showMatrix()
{
    m_tabs->setCurrentWidget(m_matrix);
}

void IsolationView::insertStep(int session)
{
    QList<IsolationStep> steps = m_model.steps();
    const int at = std::min(currentStep() + 1, int(steps.size()));
    IsolationStep step;
    step.session = session;
    steps.insert(at, step);
    m_editWhenIdle = at;
    Q_EMIT stepsEdited(steps);
    setCurrentStep(at);
}

void IsolationView::removeStep()
{
    const int step = currentStep();
    if (step < 0)
        return;
    QList<IsolationStep> steps = m_model.steps();
    steps.removeAt(step);
    Q_EMIT stepsEdited(steps);
    setCurrentStep(std::min(step, int(m_model.steps().size()) - 1));
}

void IsolationView::moveStep(int by)
{
    const int step = currentStep(), to = step + by;
    QList<IsolationStep> steps = m_model.steps();
    if (step < 0 || to < 0 || to >= steps.size())
        return;
    steps.move(step, to);
    Q_EMIT stepsEdited(steps);
    setCurrentStep(to);
}

void IsolationView::switchSession()
{
    const int step = currentStep();
    if (step < 0)
        return;
    QList<IsolationStep> steps = m_model.steps();
    steps[step].session = 1 - steps[step].session;
    Q_EMIT stepsEdited(steps);
    setCurrentStep(step);
}

void IsolationView::editStep(int step, const QString &text)
{
    QList<IsolationStep> steps = m_model.steps();
    steps[step].text = text;
    Q_EMIT stepsEdited(steps);
    setCurrentStep(step);
}

void IsolationView::closeEvent(QCloseEvent *event)
{
    QWidget::closeEvent(event);
    Q_EMIT closed();
}

} // namespace heddle::ui
