#pragma once

#include <QPlainTextEdit>
#include <QTimer>
#include <vector>

namespace heddle::app {

/// What happened, line by line: output of cells, warnings, errors, what the window did.
///
/// Lines are collected and shown 30 times a second, so that a script that prints a million lines
/// does not stop the window; the oldest go first beyond 20,000.
class LogView final : public QPlainTextEdit {
    Q_OBJECT

public:
    enum class Kind { Output, Note, Warning, Error };

    explicit LogView(QWidget *parent = nullptr);

    void add(Kind kind, const QString &text);
    /// Shows what is still collected now.
    void flush();

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Line {
        Kind kind;
        QString text;
    };
    std::vector<Line> m_waiting;
    QTimer m_timer;
};

} // namespace heddle::app
