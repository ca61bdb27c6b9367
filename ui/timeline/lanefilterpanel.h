#pragma once

#include "ui/timeline/lanefilter.h"

#include <QFrame>

class QCheckBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace heddle::ui {

/// Chooses the lanes that the timeline shows: by text, by kind, one by one. A popup; it closes with
/// Esc or a click beside it, and each change counts at once.
class LaneFilterPanel final : public QFrame {
    Q_OBJECT
public:
    /// `model` is not owned and must outlive the panel.
    explicit LaneFilterPanel(const TraceModel &model, QWidget *parent = nullptr);

    /// Shows the panel at a place of the screen.
    void open(const LaneFilter &filter, const QPoint &global);
    const LaneFilter &filter() const { return m_filter; }

    QLineEdit *line() const { return m_line; }
    QListWidget *list() const { return m_list; }
    QCheckBox *box(LaneKind kind) const;
    QPushButton *showAllButton() const { return m_all; }
    QString countText() const;

Q_SIGNALS:
    void filterChanged(const LaneFilter &filter);

private:
    void fillList();
    void showFilter();
    void change(const LaneFilter &filter);

    const TraceModel &m_model;
    LaneFilter m_filter;
    bool m_showing = false; // what the controls say comes from the filter, not the other way round
    QLineEdit *m_line = nullptr;
    std::vector<QCheckBox *> m_boxes; // as laneKinds()
    QListWidget *m_list = nullptr;
    QLabel *m_count = nullptr;
    QPushButton *m_all = nullptr;
};

/// "3 of 7 lanes are hidden", "All 7 lanes are shown".
QString hiddenLanesText(const std::vector<bool> &hidden);

} // namespace heddle::ui
