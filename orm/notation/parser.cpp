#include "orm/notation/parser.h"

#include "orm/notation/walk.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace heddle::notation {

namespace {

constexpr int maximumDepth = 1500; // recursion of the parser; a bracket takes about five
constexpr std::size_t maximumDiagnostics = 200;

} // namespace

Parser::Recursion::Recursion(Parser &parser) : m_parser(parser)
{
    if (++m_parser.m_state.depth > maximumDepth) {
        --m_parser.m_state.depth;
        const Token &token = m_parser.current();
        m_parser.fail(token.begin, token.end, u"too many nested parentheses"_s);
    }
}

const Token &Parser::peek(std::size_t ahead) const
{
    return m_lexed.tokens[std::min(m_index + ahead, m_lexed.tokens.size() - 1)];
}

void Parser::advance()
{
    if (m_index + 1 < m_lexed.tokens.size())
        ++m_index;
}

bool Parser::accept(TokenKind kind)
{
    if (!at(kind))
        return false;
    advance();
    return true;
}

QStringView Parser::text(const Token &token) const
{
    return QStringView(m_state.source).mid(token.begin, token.end - token.begin);
}

/// A name as Python takes it: in normalization form KC.
QString Parser::identifier(const Token &token) const
{
    const QString name = text(token).toString();
    for (QChar c : name)
        if (c.unicode() >= 0x80)
            return name.normalized(QString::NormalizationForm_KC);
    return name;
}

bool Parser::atSoft(QStringView word) const
{
    return at(TokenKind::Name) && text(current()) == word;
}

void Parser::report(int begin, int end, const QString &message, Severity severity,
                    const QString &code)
{
    if (m_state.diagnostics.size() >= maximumDiagnostics)
        return;
    Diagnostic diagnostic;
    diagnostic.severity = severity;
    diagnostic.code = code;
    diagnostic.message =
        m_inFormattedString && severity == Severity::Error && !message.startsWith(u"f-string")
            ? u"f-string: "_s + message
            : message;
    diagnostic.span = m_state.map.span(begin, end);
    m_state.diagnostics.push_back(std::move(diagnostic));
}

/// For the parts of Python that the notation leaves out: parsing goes on, but the text is not
/// accepted.
void Parser::unavailable(int begin, int end, const QString &what, const QString &instead)
{
    report(begin, end, u"%1 is not available: %2"_s.arg(what, instead), Severity::Error,
           u"not-available"_s);
}

void Parser::fail(int begin, int end, const QString &message)
{
    report(begin, end, message);
    throw Abort{};
}

void Parser::fail(const Node &node, const QString &message)
{
    fail(node.span.begin, node.span.end, message);
}

void Parser::failHere()
{
    const Token &token = current();
    switch (token.kind) {
    case TokenKind::Error:
        fail(token.begin, token.end, m_lexed.messages[std::size_t(token.message)]);
    case TokenKind::Indent:
        fail(token.begin, token.end, u"unexpected indent"_s);
    default: // every other token is as wrong as the next
        failOnLaterLexerError();
        fail(token.begin, std::max(token.end, token.begin), u"invalid syntax"_s);
    }
}

/// Like Python, prefers an unclosed bracket or string further on in the statement to a bare
/// "invalid syntax".
void Parser::failOnLaterLexerError()
{
    for (std::size_t i = m_index; i < m_lexed.tokens.size(); ++i) {
        const Token &token = m_lexed.tokens[i];
        if (token.kind == TokenKind::Newline || token.kind == TokenKind::End)
            return;
        if (token.kind == TokenKind::Error)
            fail(token.begin, token.end, m_lexed.messages[std::size_t(token.message)]);
    }
}

void Parser::expect(TokenKind kind)
{
    if (!accept(kind))
        failHere();
}

Parser::Built Parser::node(NodeKind kind) const
{
    auto built = std::make_shared<Node>();
    built->kind = kind;
    return built;
}

Parser::Built Parser::finish(Built node, int begin) const
{
    node->span = m_state.map.span(begin, std::max(begin, endOfPrevious()));
    int height = 0;
    forEachChild(*node,
                 [&height](const NodePtr &child) { height = std::max(height, child->height); });
    node->height = height + 1;
    if (node->height > maximumTreeHeight) {
        // The children end here, one level at a time, long before the stack would.
        const_cast<Parser *>(this)->fail(node->span.begin, node->span.end,
                                         u"the expression is too deeply nested"_s);
    }
    return node;
}

Parser::Built Parser::errorNode(int begin) const
{
    return finish(node(NodeKind::Error), begin);
}

Parser::Built Parser::module()
{
    Built result = node(NodeKind::Module);
    while (!at(TokenKind::End)) {
        statements(&result->body);
        if (at(TokenKind::Dedent))
            advance(); // the end of a block that should not have begun
    }
    result->span = m_state.map.span(0, int(m_state.source.size()));
    for (const NodePtr &child : result->body)
        result->height = std::max(result->height, child->height + 1);
    return result;
}

Parser::Built Parser::expressionOnly()
{
    const int from = begin();
    try {
        if (at(TokenKind::Indent))
            advance(); // eval() takes leading blanks, too
        Built result = starExpressions();
        if (at(TokenKind::ColonEqual) || at(TokenKind::Assign))
            failOnAssignmentInExpression(*result);
        while (accept(TokenKind::Newline) || accept(TokenKind::Dedent)) {
        }
        if (!at(TokenKind::End))
            failHere();
        return result;
    } catch (const Abort &) {
        m_index = m_lexed.tokens.size() - 1;
        return errorNode(from);
    }
}

namespace {

enum class Whole { Module, Expression };

ParseResult parse(const QString &source, Whole whole)
{
    ParseResult result;
    result.source = source;
    const SourceMap map(source);
    LexResult lexed = lex(source, map, 0, int(source.size()), LexMode::Module);
    result.comments = std::move(lexed.comments);
    ParseState state{result.source, map, {}, 0};
    if (const qsizetype nul = source.indexOf(QChar(0)); nul >= 0) {
        state.diagnostics.push_back({Severity::Error,
                                     u"syntax-error"_s,
                                     {},
                                     u"source code cannot contain null bytes"_s,
                                     {},
                                     map.span(int(nul), int(nul) + 1)});
    }
    Parser parser(state, std::move(lexed));
    result.tree = whole == Whole::Module ? parser.module() : parser.expressionOnly();
    result.diagnostics = std::move(state.diagnostics);
    std::stable_sort(
        result.diagnostics.begin(), result.diagnostics.end(),
        [](const Diagnostic &a, const Diagnostic &b) { return a.span.begin < b.span.begin; });
    return result;
}

} // namespace

ParseResult parseModule(const QString &source)
{
    return parse(source, Whole::Module);
}

ParseResult parseExpression(const QString &source)
{
    return parse(source, Whole::Expression);
}

namespace {

bool awaits(const Node &node)
{
    switch (node.kind) {
    case NodeKind::Await:
    case NodeKind::AsyncFor:
    case NodeKind::AsyncWith:
        return true;
    case NodeKind::FunctionDef:
    case NodeKind::AsyncFunctionDef:
    case NodeKind::Lambda:
        // Defaults belong to the module, the body does not.
        for (const Parameter &parameter : node.parameters)
            if (parameter.defaultValue && awaits(*parameter.defaultValue))
                return true;
        return false;
    default: // only those three differ from "ask the children"
        break;
    }
    for (const Comprehension &generator : node.generators)
        if (generator.async)
            return true;
    bool found = false;
    forEachChild(node, [&found](const NodePtr &child) { found = found || awaits(*child); });
    return found;
}

} // namespace

bool isAsyncModule(const Node &module)
{
    return awaits(module);
}

} // namespace heddle::notation
