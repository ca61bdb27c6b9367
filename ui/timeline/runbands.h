#pragma once

#include "orm/trace/trace.h"

#include <QPixmap>
#include <QWidget>
#include <set>
#include <vector>

namespace heddle::ui {

/// Two runs, one above the other, on one axis of time that begins at 0 for both.
class RunBands final : public QWidget {
    Q_OBJECT
public:
    explicit RunBands(QWidget *parent = nullptr);

    /// `names`: of the earlier and the later run. The records are copied as far as they are drawn.
    void setRuns(const QStringList &names, const std::vector<TraceRecord> &before,
                 const std::vector<TraceRecord> &after);
    /// Which records stand out: of the earlier and of the later run.
    void highlight(std::set<int> before, std::set<int> after);
    /// The drawn marks that stand out; for tests.
    int highlighted() const;

    QSize sizeHint() const override { return {600, 150}; }
    QSize minimumSizeHint() const override { return {240, 110}; }

Q_SIGNALS:
    /// A click: `run` is 0 or 1, `record` an index into its records.
    void recordClicked(int run, int record);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    bool event(QEvent *event) override;

private:
    struct Mark {
        std::int64_t startNs = 0, endNs = 0; // from the run's start
        int row = 0;
        int record = 0;
        bool write = false, failed = false, implicit = false;
        QString text;
    };
    struct Band {
        QString name;
        std::vector<Mark> marks; // by start
        int rows = 1;
        std::int64_t lengthNs = 0;
        std::set<int> chosen;
    };
    static Band bandOf(const QString &name, const std::vector<TraceRecord> &records);
    QRectF bandRect(int run) const;
    QRectF markRect(int run, const Mark &mark) const;
    const Mark *markAt(const QPointF &position, int *run) const;
    std::int64_t longestNs() const;

    Band m_bands[2];
};

} // namespace heddle::ui
