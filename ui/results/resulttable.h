#pragma once

#include "ui/models/resulttext.h"

#include <QTableView>

namespace heddle::ui {

/// The grid. Every row is equally high, and column widths come from the first rows only: nothing
/// here ever looks at all rows.
class ResultTable final : public QTableView {
    Q_OBJECT
public:
    explicit ResultTable(QWidget *parent = nullptr);
    void setModel(QAbstractItemModel *model) override;
    /// What the selection covers, as row ranges times columns; the current cell if nothing is
    /// selected.
    CellSelection cellSelection() const;
    void fitColumns();

Q_SIGNALS:
    void copyRequested();
    void viewerRequested();

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    bool m_fitted = false;
};

} // namespace heddle::ui
