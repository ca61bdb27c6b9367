#pragma once

#include "ui/models/resultmodel.h"
#include "ui/models/resulttext.h"

#include <QFutureWatcher>
#include <QTimer>
#include <QWidget>

class QLabel;
class QStackedWidget;
class QToolButton;

namespace heddle::ui {

class CellViewer;
class ResultTable;

/// The rows of a result, growing while they arrive, with one line under them that says how far they
/// are. Errors and messages are sentences in that place, never dialogs.
class ResultsView final : public QWidget {
    Q_OBJECT
public:
    /// `model` is not owned and must outlive the view.
    explicit ResultsView(ResultModel &model, QWidget *parent = nullptr);
    ~ResultsView() override;

    ResultTable &table() const { return *m_table; }
    CellViewer &viewer() const { return *m_viewer; }
    /// Puts the selected cells on the clipboard; large selections are written on another thread
    /// first.
    void copy(CopyFormat format);
    /// The order that the header shows, for a result that came ordered. An empty name: none.
    void setShownOrder(const QString &column, bool descending);

public Q_SLOTS:
    void setViewerShown(bool shown);
    /// A sentence over the rows; empty: none. Results that fail or stop bring their own.
    void showMessage(const QString &message);

Q_SIGNALS:
    /// A header was clicked: the queryset is to be ordered by this column.
    void orderRequested(const QString &column, bool descending);
    /// The current row, or -1.
    void currentRowChanged(int row);
    void copied(const QString &what);

private:
    void buildCopyMenu();
    void headerClicked(int section);
    void stateChanged();
    void updateStatus();
    void updateViewer();
    void clipboardReady();

    ResultModel &m_model;
    ResultTable *m_table = nullptr;
    CellViewer *m_viewer = nullptr;
    QStackedWidget *m_pages = nullptr;
    QLabel *m_empty = nullptr;
    QLabel *m_message = nullptr;
    QLabel *m_status = nullptr;
    QToolButton *m_copy = nullptr;
    QTimer m_statusTimer;
    QFutureWatcher<QString> m_clipboardText;
    QString m_orderColumn;
    bool m_orderDescending = false;
};

} // namespace heddle::ui
