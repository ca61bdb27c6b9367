#include "ui/editor/codeeditor.h"

#include "ui/editor/completion.h"
#include "ui/editor/pythonlexer.h"
#include "ui/style/theme.h"

#include <QMimeData>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace heddle::ui {
namespace {

constexpr int numberMargin = 0;
constexpr int signMargin = 1;
constexpr int foldMargin = 2;

} // namespace

CodeEditor::CodeEditor(QWidget *parent) : QsciScintilla(parent), m_lexer(new PythonLexer(this))
{
    setAccessibleName(tr("Workbook text"));
    setAccessibleDescription(
        tr("Cells start with # %%. Control+M switches whether Tab indents or moves on."));
    setUtf8(true);
    setFrameShape(QFrame::NoFrame);
    setLexer(m_lexer);
    setIndentationsUseTabs(false);
    setTabWidth(4);
    setIndentationWidth(4);
    setTabIndents(true);
    setBackspaceUnindents(true);
    setAutoIndent(false); // characterAdded() knows brackets and returns
    setBraceMatching(QsciScintilla::SloppyBraceMatch);
    setCaretLineVisible(true);
    setCaretWidth(2);
    setScrollWidth(1);
    setScrollWidthTracking(true);
    SendScintilla(SCI_SETMULTIPLESELECTION, 1L);
    SendScintilla(SCI_SETADDITIONALSELECTIONTYPING, 1L);
    SendScintilla(SCI_SETEXTRAASCENT, 2L);
    SendScintilla(SCI_SETEXTRADESCENT, 2L);
    SendScintilla(SCI_SETENDATLASTLINE, 1L);
    SendScintilla(SCI_AUTOCSETIGNORECASE, 1L);
    SendScintilla(SCI_AUTOCSETMAXHEIGHT, 12L);
    SendScintilla(SCI_AUTOCSETORDER, SC_ORDER_CUSTOM);
    setUpMargins();
    setUpKeys();

    connect(this, &QsciScintillaBase::SCN_MODIFIED, this,
            [this](int position, int type, const char *text, int, int added) {
                textModified(position, type, text, added);
            });
    connect(this, &QsciScintillaBase::SCN_CHARADDED, this, &CodeEditor::characterAdded);
    connect(this, &QsciScintilla::cursorPositionChanged, this, &CodeEditor::updateCaret);
    connect(this, &QsciScintilla::textChanged, this, [this] {
        if (m_loading)
            return;
        updateCells();
        Q_EMIT contentChanged();
    });
    setTheme(EditorTheme::from(Theme::of(palette())));
    updateCells();
}

void CodeEditor::setUpMargins()
{
    setMarginType(numberMargin, QsciScintilla::NumberMargin);
    setMarginType(signMargin, QsciScintilla::SymbolMargin);
    setMarginWidth(signMargin, 12);
    SendScintilla(SCI_SETMARGINTYPEN, foldMargin, SC_MARGIN_SYMBOL);
    SendScintilla(SCI_SETMARGINMASKN, foldMargin, long(SC_MASK_FOLDERS));
    SendScintilla(SCI_SETMARGINSENSITIVEN, foldMargin, 1L);
    SendScintilla(SCI_SETMARGINWIDTHN, foldMargin, 16L);
    SendScintilla(SCI_SETMARGINLEFT, 0UL, 5L);
    // Only cells fold. The lexer's own folding by indentation would write over their levels.
    SendScintilla(SCI_SETPROPERTY, "fold", "0");
    SendScintilla(SCI_SETAUTOMATICFOLD,
                  SC_AUTOMATICFOLD_SHOW | SC_AUTOMATICFOLD_CLICK | SC_AUTOMATICFOLD_CHANGE);
    SendScintilla(SCI_MARKERDEFINE, SC_MARKNUM_FOLDER, long(SC_MARK_ARROW));
    SendScintilla(SCI_MARKERDEFINE, SC_MARKNUM_FOLDEROPEN, long(SC_MARK_ARROWDOWN));
    for (int marker : {SC_MARKNUM_FOLDERSUB, SC_MARKNUM_FOLDERTAIL, SC_MARKNUM_FOLDEREND,
                       SC_MARKNUM_FOLDEROPENMID, SC_MARKNUM_FOLDERMIDTAIL})
        SendScintilla(SCI_MARKERDEFINE, marker, long(SC_MARK_EMPTY));
}

void CodeEditor::setTheme(const EditorTheme &theme)
{
    m_theme = theme;
    m_lexer->setTheme(theme);
    // A lexer tells its editor of fonts and colours one by one; setting it again applies all of
    // them at once.
    setLexer(m_lexer);
    SendScintilla(SCI_SETPROPERTY, "fold", "0");
    setPaper(theme.paper);
    setColor(theme.text);
    setCaretForegroundColor(theme.text);
    setCaretLineBackgroundColor(theme.currentLine);
    setSelectionBackgroundColor(theme.selection);
    if (theme.selectionText.isValid())
        setSelectionForegroundColor(theme.selectionText);
    else
        resetSelectionForegroundColor();
    setMarginsFont(theme.font);
    setMarginsForegroundColor(theme.marginText);
    setMarginsBackgroundColor(theme.marginPaper);
    setFoldMarginColors(theme.marginPaper, theme.marginPaper);
    for (int marker : {SC_MARKNUM_FOLDER, SC_MARKNUM_FOLDEROPEN}) {
        SendScintilla(SCI_MARKERSETFORE, ulong(marker), theme.marginText);
        SendScintilla(SCI_MARKERSETBACK, ulong(marker), theme.marginText);
    }
    setMatchedBraceBackgroundColor(theme.selection);
    setMatchedBraceForegroundColor(theme.text);
    setUnmatchedBraceForegroundColor(theme.error);
    setUnmatchedBraceBackgroundColor(theme.paper);
    updateSquiggles();
    setRunProblems(m_runProblems);
    updateCells(); // setting the lexer has folded by indentation once
}

void CodeEditor::setModels(ModelRegistryPtr models)
{
    m_models = std::move(models);
    QStringList names;
    if (m_models) {
        for (const auto &model : m_models->models())
            names.append(model->name);
    }
    m_lexer->setModelNames(names);
    setTheme(m_theme);
}

void CodeEditor::setWorkbook(Workbook workbook)
{
    m_loading = true;
    m_workbook = std::move(workbook);
    m_overlay = LineOverlay();
    m_runProblems.clear();
    m_problems.clear();
    const QString ending = m_workbook.lineEnding();
    setEolMode(ending == u"\r\n" ? EolWindows : ending == u"\r" ? EolMac : EolUnix);
    setText(m_workbook.text());
    SendScintilla(SCI_EMPTYUNDOBUFFER);
    setModified(false);
    m_loading = false;
    m_workbookStale = false;
    updateSquiggles();
    setRunProblems({});
    updateCells();
    updateCaret();
}

const Workbook &CodeEditor::workbook() const
{
    if (m_workbookStale) {
        m_workbook.setText(text());
        m_workbookStale = false;
    }
    return m_workbook;
}

void CodeEditor::replaceRange(int begin, int end, const QString &text)
{
    const QByteArray utf8 = text.toUtf8();
    SendScintilla(SCI_BEGINUNDOACTION);
    SendScintilla(SCI_SETTARGETSTART, positionOfOffset(begin));
    SendScintilla(SCI_SETTARGETEND, positionOfOffset(end));
    SendScintilla(SCI_REPLACETARGET, uintptr_t(utf8.size()), utf8.constData());
    SendScintilla(SCI_ENDUNDOACTION);
}

void CodeEditor::replaceContent(const QString &text)
{
    const Caret before = caret();
    replaceRange(0, int(workbook().text().size()), text);
    goTo(before.line, before.column);
}

CodeEditor::Caret CodeEditor::caret() const
{
    const long position = SendScintilla(SCI_GETCURRENTPOS);
    const long line = SendScintilla(SCI_LINEFROMPOSITION, position);
    const long start = SendScintilla(SCI_POSITIONFROMLINE, line);
    return {int(line) + 1, int(SendScintilla(SCI_COUNTCHARACTERS, ulong(start), position)) + 1,
            offsetOfPosition(position)};
}

void CodeEditor::goTo(int line, int column)
{
    const long index = std::clamp(line, 1, lines()) - 1;
    const long start = SendScintilla(SCI_POSITIONFROMLINE, index);
    const long end = SendScintilla(SCI_GETLINEENDPOSITION, index);
    long position =
        SendScintilla(SCI_POSITIONRELATIVE, ulong(start), long(std::max(0, column - 1)));
    if (position == 0 && column > 1)
        position = end; // Scintilla's answer for "beyond the text" is 0
    SendScintilla(SCI_ENSUREVISIBLEENFORCEPOLICY, index);
    SendScintilla(SCI_GOTOPOS, std::min(position, end));
}

const Cell *CodeEditor::currentCell() const
{
    return workbook().cellAt(caret().line);
}

CodeEditor::LineRange CodeEditor::selectedLines() const
{
    const long begin = SendScintilla(SCI_GETSELECTIONSTART),
               end = SendScintilla(SCI_GETSELECTIONEND);
    const long first = SendScintilla(SCI_LINEFROMPOSITION, begin);
    long last = SendScintilla(SCI_LINEFROMPOSITION, end);
    if (last > first && SendScintilla(SCI_POSITIONFROMLINE, last) == end)
        --last;
    return {int(first) + 1, int(last) + 1};
}

int CodeEditor::offsetOfPosition(long position) const
{
    return int(SendScintilla(SCI_COUNTCODEUNITS, 0UL, position));
}

long CodeEditor::positionOfOffset(int offset) const
{
    if (offset <= 0)
        return 0;
    const long position = SendScintilla(SCI_POSITIONRELATIVECODEUNITS, 0UL, long(offset));
    return position > 0 ? position : SendScintilla(SCI_GETLENGTH);
}

QString CodeEditor::lineText(int line) const
{
    QString result = text(line - 1);
    while (result.endsWith(u'\n') || result.endsWith(u'\r'))
        result.chop(1);
    return result;
}

void CodeEditor::textModified(int position, int type, const char *text, int added)
{
    if (m_loading || !(type & (SC_MOD_INSERTTEXT | SC_MOD_DELETETEXT)))
        return;
    m_workbookStale = true;
    const long line = SendScintilla(SCI_LINEFROMPOSITION, long(position));
    const bool atLineStart = SendScintilla(SCI_POSITIONFROMLINE, line) == position;
    const bool newLineAtEnd = (type & SC_MOD_INSERTTEXT) && text &&
                              (text[0] == '\n' || text[0] == '\r') &&
                              SendScintilla(SCI_GETLINEENDPOSITION, line) == position;
    // Whole lines that come or go at the start of a line move that line itself; an end of line
    // typed behind one leaves it alone.
    const int anchor = int(line) + (added != 0 && atLineStart ? 0 : 1);
    m_overlay.linesAdded(anchor, added);
    QMap<int, Problem> runProblems;
    for (Problem problem : std::as_const(m_runProblems)) {
        if (problem.line > anchor && added < 0 && problem.line <= anchor - added)
            continue;
        if (problem.line > anchor)
            problem.line += added;
        runProblems.insert(problem.line, problem);
    }
    m_runProblems = runProblems;
    if ((added == 0 || !atLineStart) && !newLineAtEnd) {
        m_overlay.lineChanged(int(line) + 1);
        if (m_runProblems.remove(int(line) + 1)) {
            // Annotations must not change inside a modification: Scintilla is not re-entrant there.
            QMetaObject::invokeMethod(
                this, [this] { setRunProblems(m_runProblems); }, Qt::QueuedConnection);
        }
    }
}

void CodeEditor::updateCells()
{
    m_workbookStale = m_workbookStale || !m_loading;
    const Workbook &book = workbook();
    int line = 1;
    const auto setLevel = [this](int l, long level) {
        if (SendScintilla(SCI_GETFOLDLEVEL, long(l - 1)) != level)
            SendScintilla(SCI_SETFOLDLEVEL, ulong(l - 1), level);
    };
    for (const Cell &cell : book.cells()) {
        for (; line < cell.topLine(); ++line)
            setLevel(line, SC_FOLDLEVELBASE);
        for (; line <= cell.lastLine; ++line) {
            const bool header = line == cell.headerLine;
            setLevel(line, header ? SC_FOLDLEVELBASE | SC_FOLDLEVELHEADERFLAG
                                  : SC_FOLDLEVELBASE + (cell.headerLine > 0 ? 1 : 0));
        }
    }
    updateMarginWidth();
    viewport()->update();
}

void CodeEditor::updateMarginWidth()
{
    const QString widest = QString(std::max(3, int(QString::number(lines()).size()) + 1), u'9');
    setMarginWidth(numberMargin, widest);
}

void CodeEditor::updateCaret()
{
    const Caret now = caret();
    if (now.line != m_lastCaret.line)
        viewport()->update(); // the edge of the current cell may have moved
    m_lastCaret = now;
    if (!m_loading)
        Q_EMIT caretMoved(now.line, now.column);
}

void CodeEditor::setBadges(QMap<int, LineBadge> badges)
{
    m_overlay.setBadges(std::move(badges));
    viewport()->update();
}

void CodeEditor::setRails(std::vector<LineRail> rails)
{
    m_overlay.setRails(std::move(rails));
    viewport()->update();
}

void CodeEditor::setCellSigns(QMap<int, QString> signs_)
{
    if (m_overlay.cellSigns() == signs_)
        return;
    m_overlay.setSigns(std::move(signs_));
    viewport()->update();
}

void CodeEditor::toggleCellFold()
{
    if (const Cell *cell = currentCell(); cell && cell->headerLine > 0) {
        const int header = cell->headerLine;
        SendScintilla(SCI_TOGGLEFOLD, long(header - 1));
        goTo(header);
    }
}

void CodeEditor::foldAllCells(bool folded)
{
    const std::vector<Cell> cells = workbook().cells();
    for (const Cell &cell : cells) {
        if (cell.headerLine > 0)
            SendScintilla(SCI_FOLDLINE, ulong(cell.headerLine - 1),
                          long(folded ? SC_FOLDACTION_CONTRACT : SC_FOLDACTION_EXPAND));
    }
}

void CodeEditor::complete()
{
    const Completion found = completionsAt(workbook().text().first(caret().offset), m_models.get());
    if (found.words.isEmpty()) {
        SendScintilla(SCI_AUTOCCANCEL);
        return;
    }
    SendScintilla(SCI_AUTOCSETSEPARATOR, long('\n'));
    // Names are ASCII or few: what is typed so far is counted in bytes, as Scintilla does.
    const QString prefix =
        workbook().text().sliced(caret().offset - found.prefixLength, found.prefixLength);
    SendScintilla(SCI_AUTOCSHOW, uintptr_t(prefix.toUtf8().size()),
                  found.words.join(u'\n').toUtf8().constData());
}

QByteArray CodeEditor::fromMimeData(const QMimeData *source, bool &rectangular) const
{
    // A zero byte would end the text for Scintilla's callers and make the file unreadable as text.
    QByteArray text = QsciScintilla::fromMimeData(source, rectangular);
    text.replace(QByteArray("\0", 1), QByteArray());
    return text;
}

} // namespace heddle::ui
