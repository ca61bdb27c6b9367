#pragma once

#include "ui/models/findingsmodel.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace heddle::ui {

class FindingCard;

/// A fix beside the text without it, each run on its own.
struct FixComparison {
    int queriesBefore = 0, queriesAfter = 0;
    std::int64_t rowsBefore = 0, rowsAfter = 0;
    std::int64_t nsBefore = 0, nsAfter = 0;
    bool sameOutput = true;
    QString difference; // the first one, in words
    QString refusal;    // why nothing was run; then the figures say nothing
};

/// What the last run showed, a card a finding, the worst on top; above them what a fix has changed.
///
/// Choosing a card says so by chosen(); the slots only show what was chosen elsewhere and emit
/// nothing, so that two views can be connected both ways.
class FindingsView final : public QWidget {
    Q_OBJECT
public:
    /// `model` is not owned and must outlive the view.
    explicit FindingsView(FindingsModel &model, QWidget *parent = nullptr);

    const FindingsModel &model() const { return m_model; }
    int chosenRow() const { return m_chosen; }
    QList<FindingCard *> cards() const { return m_cards; }
    /// What the line above the cards says; empty while there is none.
    QString comparisonText() const;

public Q_SLOTS:
    void selectRecord(std::uint64_t traceId);
    void selectLine(int line);
    void setComparing(const QString &fix);
    void setComparison(const heddle::ui::FixComparison &comparison);
    void clearComparison();

Q_SIGNALS:
    void chosen(int row);
    void showRequested(int row);
    void applyRequested(int row);
    void compareRequested(int row);
    /// The fix that was compared shall go again.
    void undoRequested();

private:
    void rebuild();
    void choose(int row);
    void move(int row, int step);

    FindingsModel &m_model;
    QList<FindingCard *> m_cards;
    QWidget *m_comparison = nullptr;
    QLabel *m_comparisonSign = nullptr, *m_comparisonText = nullptr, *m_hint = nullptr;
    QPushButton *m_undo = nullptr;
    QScrollArea *m_scroll = nullptr;
    QVBoxLayout *m_list = nullptr;
    int m_chosen = -1;
};

} // namespace heddle::ui
