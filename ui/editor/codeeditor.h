#pragma once

#include "orm/models/modelinfo.h"
#include "ui/editor/editortheme.h"
#include "ui/editor/lineoverlay.h"
#include "ui/editor/qscintilla.h"
#include "ui/workbook/workbook.h"

#include <QList>
#include <QUrl>

namespace heddle::ui {

class PythonLexer;

/// What is wrong with a stretch of the text. Offsets are UTF-16 units, lines and columns 1-based
/// code points.
struct Problem {
    enum class Severity { Error, Warning };
    Severity severity = Severity::Error;
    QString message;
    QString suggestion; // "did you mean ...": shown behind the message; may be empty
    int line = 0, column = 0;
    int begin = -1,
        end = -1; // negative: only line and column are known; the word that stands there is meant
    bool operator==(const Problem &) const = default;
};

/// The editor of one workbook: Python with cells, what runs said of its lines, and what is wrong
/// with it.
///
/// It runs nothing and knows no database. Keys that run things belong to the window; this editor
/// lets them through. Tab indents, and setTabMovesFocus() (Ctrl+M in the window) is the way out for
/// whoever has no mouse.
class CodeEditor final : public QsciScintilla {
    Q_OBJECT

public:
    explicit CodeEditor(QWidget *parent = nullptr);

    void setTheme(const EditorTheme &theme);
    const EditorTheme &theme() const { return m_theme; }
    /// The models of the open database: coloured and offered by completion. May be null.
    void setModels(ModelRegistryPtr models);

    /// Takes over a file's text: nothing to undo, not modified.
    void setWorkbook(Workbook workbook);
    /// The text as it is now, with its cells.
    const Workbook &workbook() const;
    /// Puts other text in the place of a range (UTF-16 offsets), as one step of the undo stack.
    void replaceRange(int begin, int end, const QString &text);
    /// As replaceRange() over everything, but the caret stays on its line.
    void replaceContent(const QString &text);

    struct Caret {
        int line = 1, column = 1; // 1-based, code points
        int offset = 0;           // UTF-16 units
    };
    Caret caret() const;
    /// Puts the caret there, unfolds and scrolls as far as needed.
    void goTo(int line, int column = 1);
    const Cell *currentCell() const;
    /// Lines of the selection; its last line does not count if the selection ends at its start.
    struct LineRange {
        int first = 0, last = 0;
    };
    LineRange selectedLines() const;

    /// What notation says while somebody types: squiggles and margin signs, texts on hover.
    void setProblems(std::vector<Problem> problems);
    const std::vector<Problem> &problems() const { return m_problems; }
    /// What a run said: squiggle, sign, and the sentence below the line until the line is edited or
    /// its cell runs again.
    void addRunProblem(const Problem &problem);
    /// Forgets badges, rails and run problems of these lines.
    void clearRunMarks(int firstLine, int lastLine);
    /// The next problem below the caret, from the top again at the end; the caret goes there.
    const Problem *goToNextProblem();
    /// The problem at the caret's line, those of runs first; null: none.
    const Problem *problemAt(int line) const;

    void setBadges(QMap<int, LineBadge> badges);
    void setRails(std::vector<LineRail> rails);
    void setCellSigns(QMap<int, QString> signs_);
    const LineOverlay &overlay() const { return m_overlay; }

    void toggleComment();
    void toggleCellFold();
    void foldAllCells(bool folded);
    /// Offers models, fields, lookups and methods that fit at the caret.
    void complete();
    bool tabMovesFocus() const { return m_tabMovesFocus; }
    void setTabMovesFocus(bool moves) { m_tabMovesFocus = moves; }

    int offsetOfPosition(long position) const;
    long positionOfOffset(int offset) const;

Q_SIGNALS:
    void contentChanged();
    void caretMoved(int line, int column);
    void badgeActivated(int line);
    void filesDropped(const QList<QUrl> &files);

protected:
    bool event(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    bool focusNextPrevChild(bool next) override;
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragMoveEvent(QDragMoveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    QByteArray fromMimeData(const QMimeData *source, bool &rectangular) const override;

private:
    void setUpMargins();
    void setUpKeys();
    void textModified(int position, int type, const char *text, int added);
    void characterAdded(int character);
    void indentNewLine();
    void updateCells();
    void updateMarginWidth();
    void updateSquiggles();
    void setRunProblems(QMap<int, Problem> problems);
    long problemBegin(const Problem &problem) const;
    long problemEnd(const Problem &problem, long begin) const;
    std::optional<QRect> lineRect(int line) const;
    LineOverlay::LineGeometry lineGeometry() const;
    int textLeft() const;
    QString lineText(int line) const;
    void updateCaret();

    PythonLexer *m_lexer;
    EditorTheme m_theme;
    ModelRegistryPtr m_models;
    mutable Workbook m_workbook;
    mutable bool m_workbookStale = false;
    LineOverlay m_overlay;
    std::vector<Problem> m_problems;
    QMap<int, Problem> m_runProblems; // by line
    Caret m_lastCaret;
    bool m_tabMovesFocus = false;
    bool m_loading = false;
};

} // namespace heddle::ui
