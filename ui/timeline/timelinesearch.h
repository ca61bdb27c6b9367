#pragma once

#include "ui/models/tracemodel.h"

#include <QWidget>
#include <vector>

class QLabel;
class QLineEdit;

namespace heddle::ui {

/// A line over the timeline that searches its bars. Says what it found and which of them the user
/// walked to; shows nothing itself but "3 of 17".
class TimelineSearch final : public QWidget {
    Q_OBJECT
public:
    TimelineSearch(const TraceModel &model, QWidget *parent);

    /// Shows the line with its text selected.
    void open();
    void close();
    QString text() const;
    QString countText() const;
    const std::vector<RecordIndex> &found() const { return m_found; }
    /// After the model has changed: searches again and stays at the same place.
    void refresh();

Q_SIGNALS:
    /// Others are found than before.
    void foundChanged();
    void walkedTo(int record);
    void closed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void search();
    void walk(int step);
    void showCount();

    const TraceModel &m_model;
    QLineEdit *m_line = nullptr;
    QLabel *m_count = nullptr;
    std::vector<RecordIndex> m_found;
    int m_at = -1; // none yet
};

} // namespace heddle::ui
