#include "orm/notation/parser.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace heddle::notation {

/// Statements up to the end of the block or of the text.
void Parser::statements(Nodes *out)
{
    while (!at(TokenKind::Dedent) && !at(TokenKind::End)) {
        if (at(TokenKind::Indent))
            unexpectedIndent(out);
        else
            statement(out);
    }
}

void Parser::unexpectedIndent(Nodes *out)
{
    report(peek().begin, peek().end, u"unexpected indent"_s);
    advance();
    statements(out);
    accept(TokenKind::Dedent);
}

/// One logical line, or a compound statement with its block. An error in it gives an Error node in
/// its place.
void Parser::statement(Nodes *out)
{
    const std::size_t start = m_index;
    const int startOffset = begin();
    const Scope scope = m_scope;
    const int depth = m_state.depth;
    const std::size_t count = out->size();
    try {
        if (startsCompound())
            out->push_back(compoundStatement());
        else
            simpleStatements(out);
    } catch (const Abort &) {
        m_scope = scope;
        m_state.depth = depth;
        recover(start, startOffset, out);
    }
    if (m_index == start && out->size() == count)
        advance(); // whatever it was: never stand still
}

/// Skips the rest of a statement that failed. Blocks that hang on it, and clauses behind those, are
/// still read for their own errors; their statements become the Error node's body.
void Parser::recover(std::size_t start, int startOffset, Nodes *out)
{
    Built error = node(NodeKind::Error);
    const auto skipLine = [this, start] {
        if (m_index > start && m_lexed.tokens[m_index - 1].kind == TokenKind::Newline)
            return;
        while (!at(TokenKind::End) && !accept(TokenKind::Newline))
            advance();
    };
    const Scope outer = m_scope;
    m_scope.recovering = true;
    m_scope.loop = true;
    skipLine();
    while (true) {
        if (at(TokenKind::Indent)) {
            advance();
            statements(&error->body);
            accept(TokenKind::Dedent);
        } else if (at(TokenKind::Elif) || at(TokenKind::Else) || at(TokenKind::Except) ||
                   at(TokenKind::Finally)) {
            start = m_index;
            advance();
            skipLine();
        } else {
            break;
        }
    }
    m_scope = outer;
    int end = std::max(startOffset, endOfPrevious());
    while (end > startOffset && m_state.source[end - 1].isSpace())
        --end;
    error->span = m_state.map.span(startOffset, end);
    for (const NodePtr &child : error->body)
        error->height = std::max(error->height, child->height + 1);
    if (error->height > maximumTreeHeight) {
        error->body.clear();
        error->height = 1;
    }
    out->push_back(error);
}

void Parser::simpleStatements(Nodes *out)
{
    do {
        if (at(TokenKind::Newline))
            break; // behind a last semicolon
        out->push_back(simpleStatement());
    } while (accept(TokenKind::Semicolon));
    endOfSimpleStatement();
}

void Parser::endOfSimpleStatement()
{
    if (!accept(TokenKind::Newline))
        failHere();
}

Parser::Built Parser::simpleStatement()
{
    const int from = begin();
    switch (current().kind) {
    case TokenKind::Pass:
        advance();
        return finish(node(NodeKind::Pass), from);
    case TokenKind::Break:
        return loopExit(NodeKind::Break);
    case TokenKind::Continue:
        return loopExit(NodeKind::Continue);
    case TokenKind::Del:
        return deleteStatement();
    case TokenKind::Return:
        return returnStatement();
    case TokenKind::Raise:
        return raiseStatement();
    case TokenKind::Assert:
        return assertStatement();
    case TokenKind::Global:
        return scopeNames(NodeKind::Global);
    case TokenKind::Nonlocal:
        return scopeNames(NodeKind::Nonlocal);
    case TokenKind::Import:
        return importStatement();
    case TokenKind::From:
        return importFrom();
    default: // an expression, or something that begins with one
        return expressionStatement();
    }
}

Parser::Built Parser::loopExit(NodeKind kind)
{
    const int from = begin();
    if (!m_scope.loop)
        report(from, current().end,
               kind == NodeKind::Break ? u"'break' outside loop"_s
                                       : u"'continue' not properly in loop"_s);
    advance();
    return finish(node(kind), from);
}

Parser::Built Parser::deleteStatement()
{
    const int from = begin();
    advance();
    Built result = node(NodeKind::Delete);
    do {
        if (!result->items.empty() && !startsExpression())
            break; // behind a last comma
        Built target = at(TokenKind::Star) ? starExpression() : expression();
        checkTarget(*target, TargetUse::Delete);
        result->items.push_back(target);
    } while (accept(TokenKind::Comma));
    return finish(result, from);
}

Parser::Built Parser::returnStatement()
{
    const int from = begin();
    if (!m_scope.function && !m_scope.recovering)
        report(from, current().end, u"'return' outside function"_s);
    advance();
    Built result = node(NodeKind::Return);
    result->items = {startsExpression() || at(TokenKind::Star) ? starExpressions() : nullptr};
    return finish(result, from);
}

Parser::Built Parser::raiseStatement()
{
    const int from = begin();
    advance();
    Built result = node(NodeKind::Raise);
    result->items.resize(2);
    if (startsExpression()) {
        result->items[0] = expression();
        if (accept(TokenKind::From))
            result->items[1] = expression();
    }
    return finish(result, from);
}

Parser::Built Parser::assertStatement()
{
    const int from = begin();
    advance();
    Built result = node(NodeKind::Assert);
    result->items.resize(2);
    result->items[0] = expression();
    if (at(TokenKind::Assign))
        failOnAssignmentInExpression(*result->items[0]);
    if (accept(TokenKind::Comma))
        result->items[1] = expression();
    return finish(result, from);
}

Parser::Built Parser::scopeNames(NodeKind kind)
{
    const int from = begin();
    if (kind == NodeKind::Nonlocal && !m_scope.function && !m_scope.recovering)
        report(from, current().end, u"nonlocal declaration not allowed at module level"_s);
    advance();
    Built result = node(kind);
    do {
        if (!at(TokenKind::Name))
            failHere();
        result->names.push_back(identifier(current()));
        advance();
    } while (accept(TokenKind::Comma));
    return finish(result, from);
}

QString Parser::dottedName()
{
    QString name;
    do {
        if (!at(TokenKind::Name))
            failHere();
        name += (name.isEmpty() ? QString() : u"."_s) + identifier(current());
        advance();
    } while (accept(TokenKind::Dot));
    return name;
}

Parser::Built Parser::importStatement()
{
    const int from = begin();
    advance();
    Built result = node(NodeKind::Import);
    do {
        result->names.push_back(dottedName());
        result->asNames.push_back(QString());
        if (accept(TokenKind::As)) {
            if (!at(TokenKind::Name))
                failHere();
            result->asNames.back() = identifier(current());
            advance();
        }
    } while (accept(TokenKind::Comma));
    return finish(result, from);
}

/// `name` holds the dots of a relative import, too, as they are written: "..models".
Parser::Built Parser::importFrom()
{
    const int from = begin();
    advance();
    Built result = node(NodeKind::ImportFrom);
    while (at(TokenKind::Dot) || at(TokenKind::Ellipsis)) {
        result->name += text(current());
        advance();
    }
    if (result->name.isEmpty() || at(TokenKind::Name))
        result->name += dottedName();
    expect(TokenKind::Import);
    if (at(TokenKind::Star)) {
        if (m_scope.function)
            report(begin(), current().end, u"import * only allowed at module level"_s);
        result->names = {u"*"_s};
        result->asNames = {QString()};
        advance();
        return finish(result, from);
    }
    const bool brackets = accept(TokenKind::LeftParen);
    do {
        if (!result->names.isEmpty() && brackets && at(TokenKind::RightParen))
            break;
        if (!result->names.isEmpty() && at(TokenKind::Newline))
            fail(begin(), current().end,
                 u"trailing comma not allowed without surrounding parentheses"_s);
        if (!at(TokenKind::Name))
            failHere();
        result->names.push_back(identifier(current()));
        result->asNames.push_back(QString());
        advance();
        if (accept(TokenKind::As)) {
            if (!at(TokenKind::Name))
                failHere();
            result->asNames.back() = identifier(current());
            advance();
        }
    } while (accept(TokenKind::Comma));
    if (brackets)
        expect(TokenKind::RightParen);
    return finish(result, from);
}

Parser::Built Parser::expressionStatement()
{
    const int from = begin();
    Built first = starTuple(); // a starred target alone gets its message below
    switch (current().kind) {
    case TokenKind::Assign:
        return assignment(first, from);
    case TokenKind::AugmentedAssign: {
        if (first->kind != NodeKind::Name && first->kind != NodeKind::Attribute &&
            first->kind != NodeKind::Subscript)
            fail(*first, u"'%1' is an illegal expression for augmented assignment"_s.arg(
                             expressionName(*first)));
        Built augmented = node(NodeKind::AugAssign);
        augmented->op = text(current()).chopped(1).toString();
        augmented->nameSpan = m_state.map.span(current().begin, current().end);
        advance();
        augmented->items = {first, starExpressions()};
        return finish(augmented, from);
    }
    case TokenKind::Colon:
        return annotated(first, from);
    case TokenKind::ColonEqual:
        failHere();
    default: // the expression alone
        break;
    }
    if (first->kind == NodeKind::Starred)
        fail(*first, u"can't use starred expression here"_s);
    if (!at(TokenKind::Newline) && !at(TokenKind::Semicolon))
        legacyCall(*first);
    Built result = node(NodeKind::Expr);
    result->items = {first};
    return finish(result, from);
}

/// print "text": the oldest mistake of all.
void Parser::legacyCall(const Node &first)
{
    const bool legacy =
        first.kind == NodeKind::Name && (first.name == u"print" || first.name == u"exec");
    if (!legacy || !startsExpression() || at(TokenKind::Error))
        return;
    int end = current().end;
    for (std::size_t i = m_index;
         m_lexed.tokens[i].kind != TokenKind::Newline && m_lexed.tokens[i].kind != TokenKind::End;
         ++i)
        end = m_lexed.tokens[i].end;
    fail(first.span.begin, end,
         u"Missing parentheses in call to '%1'. Did you mean %1(...)?"_s.arg(first.name));
}

Parser::Built Parser::assignment(Built first, int from)
{
    Built result = node(NodeKind::Assign);
    result->items.push_back(first);
    while (accept(TokenKind::Assign)) {
        checkAssignTarget(*result->items.back());
        result->items.push_back(starTuple());
    }
    if (result->items.back()->kind == NodeKind::Starred)
        fail(*result->items.back(), u"can't use starred expression here"_s);
    return finish(result, from);
}

Parser::Built Parser::annotated(Built target, int from)
{
    if (peek().kind == TokenKind::Newline)
        failHere(); // "foo(x):" is no annotation
    if (target->kind == NodeKind::Tuple || target->kind == NodeKind::List)
        fail(*target,
             u"only single target (not %1) can be annotated"_s.arg(expressionName(*target)));
    if (target->kind != NodeKind::Name && target->kind != NodeKind::Attribute &&
        target->kind != NodeKind::Subscript)
        fail(*target, u"illegal target for annotation"_s);
    advance();
    Built result = node(NodeKind::AnnAssign);
    Built annotation = expression();
    Built value = accept(TokenKind::Assign) ? starExpressions() : nullptr;
    result->items = {target, annotation, value};
    return finish(result, from);
}

} // namespace heddle::notation
