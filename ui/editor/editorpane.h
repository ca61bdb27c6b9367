#pragma once

#include <QWidget>

namespace heddle::ui {

class CodeEditor;
class FindBar;

/// One tab of the workbench: an editor with its find bar.
class EditorPane final : public QWidget {
    Q_OBJECT

public:
    explicit EditorPane(QWidget *parent = nullptr);

    CodeEditor *editor() const { return m_editor; }
    FindBar *findBar() const { return m_findBar; }

private:
    CodeEditor *m_editor;
    FindBar *m_findBar;
};

} // namespace heddle::ui
