#pragma once

#include "ui/models/findingsmodel.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace heddle::ui {

/// One finding: its sign, its sentence with figures, what would be better, and what can be done.
/// Takes the focus; Enter shows where it is.
class FindingCard final : public QFrame {
    Q_OBJECT
public:
    FindingCard(const FindingsModel &model, int row, QWidget *parent = nullptr);

    int row() const { return m_row; }
    void setChosen(bool chosen);
    bool isChosen() const { return m_chosen; }

Q_SIGNALS:
    void showRequested(int row);
    void applyRequested(int row);
    void compareRequested(int row);
    void focused(int row);
    /// Up or down from here.
    void moveRequested(int row, int step);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;

private:
    QPushButton *button(const QString &text, const QString &spoken);

    const int m_row;
    const analysis::Severity m_severity;
    bool m_chosen = false;
};

} // namespace heddle::ui
