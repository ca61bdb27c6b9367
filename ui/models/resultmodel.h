#pragma once

#include "ui/models/resultrows.h"

#include <QAbstractTableModel>
#include <QElapsedTimer>
#include <QTimer>
#include <chrono>

namespace heddle::ui {

enum class ResultState { Empty, Streaming, Complete, Cancelled, Failed };

/// Where rows come from, as far as it is known: for copying them as INSERT and for asking for
/// another order.
struct ResultSource {
    QString model; // "Book"
    QString table; // "book"
};

/// One result while it arrives and afterwards. GUI thread only: batches are handed over to it
/// there.
///
/// Nothing is stored a cell: texts are decoded when a view asks for them. Batches that come in
/// quick succession are shown together, because every insertion costs the view a pass over its
/// rows.
class ResultModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role { NullRole = Qt::UserRole + 1 };

    explicit ResultModel(QObject *parent = nullptr);

    /// Drops what was there and expects batches with these columns.
    void begin(const QStringList &columns, const ResultSource &source = {});
    void appendBatch(const heddle::RowBatchPtr &batch);
    /// No more batches come. `message` says why for Cancelled and Failed; one sentence. Without an
    /// elapsed time, the time since begin() counts.
    void finish(ResultState state, const QString &message = {},
                std::chrono::nanoseconds elapsed = {});
    /// To nothing: no columns, no rows.
    void clear();

    ResultState state() const { return m_state; }
    const QString &message() const { return m_message; }
    std::chrono::nanoseconds elapsed() const;
    const ResultSource &source() const { return m_source; }
    /// Every row that has arrived, also those that are not shown yet.
    const ResultRows &rows() const { return m_rows; }
    /// "40 rows in 3.1 ms", "Cancelled after 12,000 rows": what the view's status line says.
    QString statusText() const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// The cell on one line, cut to a length that a grid can show.
    QString displayText(int row, int column) const;

Q_SIGNALS:
    void stateChanged();

private:
    void showArrived();

    ResultRows m_rows;
    int m_shown = 0;
    ResultState m_state = ResultState::Empty;
    QString m_message;
    ResultSource m_source;
    QElapsedTimer m_clock;
    std::chrono::nanoseconds m_elapsed{};
    QTimer m_showTimer;
};

} // namespace heddle::ui
