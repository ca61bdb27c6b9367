#pragma once

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QToolButton;

namespace heddle::ui {

class CodeEditor;

/// Find and replace below an editor. Every match is marked while the bar is open; Enter and
/// Shift+Enter walk, Escape closes.
class FindBar final : public QWidget {
    Q_OBJECT

public:
    explicit FindBar(CodeEditor *editor, QWidget *parent = nullptr);

    /// Shows the bar with the editor's selection as what is looked for, if it is within one line.
    void open(bool replace);
    void close();
    void findNext() { find(true); }
    void findPrevious() { find(false); }
    int matchCount() const { return m_matches; }

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void find(bool forward);
    void replaceOne();
    void replaceAll();
    void markMatches();
    void clearMarks();
    void showCount();

    CodeEditor *m_editor;
    QLineEdit *m_text;
    QLineEdit *m_replacement;
    QLabel *m_count;
    QToolButton *m_case;
    QToolButton *m_words;
    QToolButton *m_regex;
    QWidget *m_replaceRow;
    int m_matches = 0;
};

} // namespace heddle::ui
