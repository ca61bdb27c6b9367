#include "ui/editor/pythonlexer.h"

namespace heddle::ui {
namespace {

constexpr int keywordSet = 1;
constexpr int modelSet = 2;

// What notation.md has, and what Python would colour although the notation refuses it.
const char pythonKeywords[] =
    "False None True and as assert async await break class continue def del elif else except "
    "finally for "
    "from global if import in is lambda nonlocal not or pass raise return try while with yield";

} // namespace

PythonLexer::PythonLexer(QObject *parent) : QsciLexerPython(parent)
{
    setIndentationWarning(QsciLexerPython::NoWarning);
    setHighlightSubidentifiers(false); // `x.book` is no model
    setV2UnicodeAllowed(true);
}

void PythonLexer::setTheme(const EditorTheme &theme)
{
    setDefaultFont(theme.font);
    setDefaultPaper(theme.paper);
    setDefaultColor(theme.text);
    setFont(theme.font);
    setPaper(theme.paper);
    setColor(theme.text);
    for (int style : {Comment, CommentBlock})
        setColor(theme.comment, style);
    for (int style : {DoubleQuotedString, SingleQuotedString, TripleSingleQuotedString,
                      TripleDoubleQuotedString, UnclosedString, DoubleQuotedFString,
                      SingleQuotedFString, TripleSingleQuotedFString, TripleDoubleQuotedFString})
        setColor(theme.string, style);
    setColor(theme.keyword, Keyword);
    setColor(theme.keyword, Decorator);
    setColor(theme.number, Number);
    setColor(theme.model, HighlightedIdentifier);
    for (int style = Default; style <= TripleDoubleQuotedFString; ++style)
        setEolFill(false, style);
}

void PythonLexer::setModelNames(const QStringList &names)
{
    m_modelNames = names.join(u' ').toUtf8();
}

const char *PythonLexer::keywords(int set) const
{
    if (set == keywordSet)
        return pythonKeywords;
    return set == modelSet ? m_modelNames.constData() : nullptr;
}

} // namespace heddle::ui
