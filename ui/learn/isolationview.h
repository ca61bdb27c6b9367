#pragma once

#include "ui/learn/isolationmodel.h"

#include <QWidget>

class QAction;
class QComboBox;
class QLabel;
class QTableView;
class QTableWidget;
class QTabWidget;
class QToolButton;
class QVBoxLayout;

namespace heddle::ui {

/// A table as everybody sees it.
struct IsolationTable {
    QString name;
    QStringList columns;
    QList<QStringList> rows;
    friend bool operator==(const IsolationTable &, const IsolationTable &) = default;
};

/// What a scenario comes to on a level, in words; `happens`: an anomaly, `refused`: by an error.
struct IsolationCell {
    QString text;
    bool happens = false, refused = false;
};

/// The isolation lab: two sessions' steps side by side, what happened with each, what is saved, and
/// the matrix of all scenarios on all levels.
///
/// Shows and asks; who runs the steps is told by the signals.
class IsolationView final : public QWidget {
    Q_OBJECT
public:
    explicit IsolationView(QWidget *parent = nullptr);

    // --- What can be chosen; emits nothing ---
    void setScenarios(const QStringList &titles);
    void setPlaces(const QStringList &titles);
    void setLevels(const QStringList &titles);
    void choose(int scenario, int place, int level);
    int scenario() const;
    int place() const;
    int level() const;

    // --- What is shown ---
    void setExplanation(const QString &scenario, const QString &level);
    void setSteps(const QList<IsolationStep> &steps);
    void setTables(const QList<IsolationTable> &tables);
    /// A line of what is going on, or why it cannot.
    void setStatus(const QString &text, bool problem = false);
    /// What can be done now: `busy` steps are under way, `ended` none is left.
    void setProgress(bool busy, bool ended);
    void clearMatrix(const QStringList &scenarios, const QStringList &levels);
    void setMatrixCell(int scenario, int level, const IsolationCell &cell);
    void showMatrix();

    const IsolationModel &model() const { return m_model; }
    QTableView &stepsTable() { return *m_steps; }
    QTableWidget &matrix() { return *m_matrix; }
    QString statusText() const;
    int currentStep() const;
    void setCurrentStep(int step);

Q_SIGNALS:
    void chosen();
    void placeChosen();
    void nextRequested();
    void runRequested();
    void resetRequested();
    void stopRequested();
    void matrixRequested();
    void stepsEdited(const QList<heddle::ui::IsolationStep> &steps);
    void closed();

protected:
    void closeEvent(QCloseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QAction *addAction(const QString &text, const QList<QKeySequence> &keys, const QString &tip,
                       void (IsolationView::*signal)());
    void buildChoices(QVBoxLayout *layout);
    void buildSteps(QWidget *parent, QVBoxLayout *layout);
    void buildButtons(QVBoxLayout *layout);
    void buildEditing(QVBoxLayout *layout);
    QComboBox *addChoice(const QString &label, QLayout *layout);
    void insertStep(int session);
    void removeStep();
    void moveStep(int by);
    void switchSession();
    void editStep(int step, const QString &text);
    void fitRows();
    void makeGrids();
    void fillGrid(QTableWidget &grid, const IsolationTable &table, const IsolationTable *before);
    void updateEditing();

    IsolationModel m_model;
    QComboBox *m_scenario = nullptr, *m_place = nullptr, *m_level = nullptr;
    QLabel *m_explanation = nullptr, *m_levelNote = nullptr, *m_status = nullptr;
    QTableView *m_steps = nullptr;
    QTabWidget *m_tabs = nullptr;
    QWidget *m_saved = nullptr;
    QVBoxLayout *m_savedLayout = nullptr;
    QTableWidget *m_matrix = nullptr;
    QAction *m_next = nullptr, *m_run = nullptr, *m_reset = nullptr, *m_stop = nullptr;
    QAction *m_runMatrix = nullptr;
    QList<QAction *> m_editing;
    QList<IsolationTable> m_tables;
    QList<QTableWidget *> m_grids; // of the tables
    int m_editWhenIdle = -1;       // the step to edit once nothing runs
};

} // namespace heddle::ui
