#pragma once

#include "orm/notation/lexer.h"

#include <QSet>

namespace heddle::notation {

struct LiteralProblem;

/// What the parser of a text shares with the parsers of the expressions in its f-strings.
struct ParseState {
    const QString &source;
    const SourceMap &map;
    std::vector<Diagnostic> diagnostics;
    int depth = 0; // of the recursion, over all parsers of this text
};

/// A recursive descent parser for the grammar of Python 3.11. One error ends the statement in which
/// it stands (by throwing Abort, which never leaves this class); parsing goes on with the next one.
///
/// Refused forms (lambda, class, yield, ...) are parsed like the rest, so that the message is about
/// them and not about a comma.
class Parser {
public:
    using Built = std::shared_ptr<Node>;

    Parser(ParseState &state, LexResult tokens) : m_state(state), m_lexed(std::move(tokens)) {}

    Built module();
    /// One expression and nothing behind it.
    Built expressionOnly();

private:
    struct Abort {};
    /// Which statements make sense where: Python's rules for await, return, break, ...
    struct Scope {
        bool function = false;
        bool async = true; // the module itself may await
        bool loop = false;
        bool recovering = false; // a block whose header did not parse: complain about none of these
    };
    struct Recursion {
        explicit Recursion(Parser &parser);
        ~Recursion() { --m_parser.m_state.depth; }
        Recursion(const Recursion &) = delete;
        Recursion &operator=(const Recursion &) = delete;
        Parser &m_parser;
    };
    /// What the arguments so far forbid to those that follow.
    struct CallState {
        QSet<QString> keywords;
        bool seenDoubleStar = false;
        int open = 0; // offset of the opening parenthesis
    };
    enum class TargetUse { Assign, Delete };

    // --- Tokens (parser.cpp) ---
    const Token &current() const { return m_lexed.tokens[m_index]; }
    const Token &peek(std::size_t ahead = 1) const;
    bool at(TokenKind kind) const { return current().kind == kind; }
    void advance();
    bool accept(TokenKind kind);
    int begin() const { return current().begin; }
    int endOfPrevious() const { return m_index > 0 ? m_lexed.tokens[m_index - 1].end : 0; }
    QStringView text(const Token &token) const;
    QString identifier(const Token &token) const;
    bool atSoft(QStringView word) const;

    // --- Errors (parser.cpp) ---
    void report(int begin, int end, const QString &message, Severity severity = Severity::Error,
                const QString &code = QStringLiteral("syntax-error"));
    void unavailable(int begin, int end, const QString &what, const QString &instead);
    [[noreturn]] void fail(int begin, int end, const QString &message);
    [[noreturn]] void fail(const Node &node, const QString &message);
    /// "invalid syntax" at the current token, or what the lexer, or a common mistake, says about
    /// it.
    [[noreturn]] void failHere();
    void failOnLaterLexerError();
    void expect(TokenKind kind);

    // --- Nodes (parser.cpp) ---
    Built node(NodeKind kind) const;
    /// Closes a node: its span runs from `begin` to the end of the previous token.
    Built finish(Built node, int begin) const;
    Built errorNode(int begin) const;

    // --- Statements (parserstatements.cpp, parsercompound.cpp) ---
    void statements(Nodes *out);
    void statement(Nodes *out);
    void recover(std::size_t start, int startOffset, Nodes *out);
    void unexpectedIndent(Nodes *out);
    void simpleStatements(Nodes *out);
    Built simpleStatement();
    Built expressionStatement();
    Built assignment(Built first, int begin);
    Built annotated(Built target, int begin);
    Built deleteStatement();
    Built raiseStatement();
    Built returnStatement();
    Built assertStatement();
    Built scopeNames(NodeKind kind);
    Built loopExit(NodeKind kind);
    Built importStatement();
    Built importFrom();
    QString dottedName();
    void endOfSimpleStatement();
    void legacyCall(const Node &first);
    bool atClassicMatch() const;
    Built compoundStatement();
    Built ifStatement();
    Built whileStatement();
    Built forStatement(bool async);
    Built withStatement(bool async);
    void withItems(Node *with);
    bool parenthesizedWithItems(Node *with);
    void withItem(Node *with);
    Built tryStatement();
    Built exceptHandler();
    Built function(bool async, int begin);
    void parameters(Node *function, TokenKind closing, bool annotations);
    Built refusedClass();
    Built refusedMatch();
    Built decorated();
    void elseClause(Nodes *out, bool inLoop);
    Nodes block(const QString &header, int headerLine);
    bool startsCompound() const;

    // --- Targets (parsertargets.cpp) ---
    Built targetList();
    void checkTarget(const Node &target, TargetUse use, bool nested = false);
    void checkAssignTarget(const Node &target);
    void failOnAssignmentInExpression(const Node &left);

    // --- Expressions (parserexpressions.cpp) ---
    Built starExpressions();
    Built starTuple();
    Built starExpression();
    Built namedExpression();
    Built starNamedExpression();
    Built expression();
    Built lambda();
    Built yieldExpression();
    Built disjunction();
    Built conjunction();
    Built inversion();
    Built comparison();
    QString comparisonOperator();
    Built binary(int precedence);
    Built unary();
    Built power();
    Built awaitPrimary();
    Built primary();
    Built call(Built callee, int begin);
    void argument(Node *call, CallState *state);
    void keywordArgument(Node *call, CallState *state);
    Built subscript(Built value, int begin);
    Built subscriptIndex();
    Built sliceItem();

    // --- Displays (parserdisplays.cpp) ---
    Built atom();
    Built number();
    Built parenthesized();
    Built list();
    Built dictOrSet();
    Built dict(int begin, Built firstKey);
    Built set(int begin, Built first);
    void dictItem(Node *dict);
    std::vector<Comprehension> comprehension();
    bool atComprehension() const;
    void expectSeparator(TokenKind closing, int itemBegin);
    bool startsExpression() const;

    // --- Strings (parserstrings.cpp) ---
    Built strings();
    struct Pieces;
    void formattedString(const Token &token, Pieces *pieces);
    void formattedBody(int *position, int end, bool raw, int level, Pieces *pieces);
    Built replacementField(int *position, int end, bool raw, int level, Pieces *pieces);
    int fieldExpressionEnd(int begin, int end);
    Built fieldExpression(int begin, int end);
    void literalProblems(int offset, const std::vector<LiteralProblem> &problems);

    ParseState &m_state;
    LexResult m_lexed;
    std::size_t m_index = 0;
    Scope m_scope;
    bool m_inFormattedString = false;
};

/// Python's words for a kind of expression in "cannot assign to ...".
QString expressionName(const Node &node);

} // namespace heddle::notation
