#pragma once

#include <QLabel>

namespace heddle::ui {

/// One line of plain text that leaves out its middle where it does not fit: expressions differ at
/// both ends. The tool tip says the whole while something is left out.
class ElidedLabel final : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget *parent = nullptr);

    QSize minimumSizeHint() const override;
    /// What is painted now.
    QString shownText() const;

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
};

} // namespace heddle::ui
