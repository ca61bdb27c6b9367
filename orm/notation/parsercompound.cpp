#include "orm/notation/parser.h"

using namespace Qt::Literals::StringLiterals;

namespace heddle::notation {

bool Parser::startsCompound() const
{
    switch (current().kind) {
    case TokenKind::If:
    case TokenKind::While:
    case TokenKind::For:
    case TokenKind::With:
    case TokenKind::Try:
    case TokenKind::Def:
    case TokenKind::Class:
    case TokenKind::Async:
    case TokenKind::At:
        return true;
    case TokenKind::Name:
        return atClassicMatch();
    default: // a simple statement, or nothing
        return false;
    }
}

/// `match` is a name everywhere but here: at the start of a line that ends in a colon and is
/// followed by a block of cases.
bool Parser::atClassicMatch() const
{
    if (!atSoft(u"match"))
        return false;
    std::size_t i = m_index + 1;
    while (m_lexed.tokens[i].kind != TokenKind::Newline && m_lexed.tokens[i].kind != TokenKind::End)
        ++i;
    if (i + 2 >= m_lexed.tokens.size() || m_lexed.tokens[i - 1].kind != TokenKind::Colon)
        return false;
    const Token &first = m_lexed.tokens[i + 2];
    return m_lexed.tokens[i + 1].kind == TokenKind::Indent && first.kind == TokenKind::Name &&
           text(first) == u"case";
}

Parser::Built Parser::compoundStatement()
{
    const int from = begin();
    switch (current().kind) {
    case TokenKind::If:
        return ifStatement();
    case TokenKind::While:
        return whileStatement();
    case TokenKind::For:
        return forStatement(false);
    case TokenKind::With:
        return withStatement(false);
    case TokenKind::Try:
        return tryStatement();
    case TokenKind::Def:
        return function(false, from);
    case TokenKind::Class:
        return refusedClass();
    case TokenKind::At:
        return decorated();
    case TokenKind::Async:
        break;
    default: // startsCompound() let only a match through
        return refusedMatch();
    }
    const TokenKind next = peek().kind;
    if (next == TokenKind::Def) {
        advance();
        return function(true, from);
    }
    if (next != TokenKind::For && next != TokenKind::With)
        failHere();
    if (!m_scope.async && !m_scope.recovering) {
        const QString word = next == TokenKind::For ? u"for"_s : u"with"_s;
        report(from, peek().end, u"'async %1' outside async function"_s.arg(word));
        m_state.diagnostics.back().suggestion =
            u"write '%1 ...:', or make the function an async def"_s.arg(word);
    }
    advance();
    Built result = next == TokenKind::For ? forStatement(true) : withStatement(true);
    return finish(result, from);
}

/// A colon and what it announces: an indented block, or simple statements on the same line.
Nodes Parser::block(const QString &header, int headerLine)
{
    if (!at(TokenKind::Colon)) {
        if (at(TokenKind::Error) || at(TokenKind::Assign))
            failHere();
        failOnLaterLexerError();
        fail(begin(), current().end, u"expected ':'"_s);
    }
    advance();
    Nodes body;
    if (!accept(TokenKind::Newline)) {
        simpleStatements(&body);
        return body;
    }
    if (!at(TokenKind::Indent))
        fail(begin(), current().end,
             u"expected an indented block after %1 on line %2"_s.arg(header).arg(headerLine));
    const Recursion guard(*this);
    advance();
    statements(&body);
    accept(TokenKind::Dedent);
    return body;
}

/// An if with its elifs, which nest in the tree but not in the parser: there may be hundreds.
Parser::Built Parser::ifStatement()
{
    std::vector<Built> chain;
    std::vector<int> begins;
    do {
        const QString header = at(TokenKind::If) ? u"'if' statement"_s : u"'elif' statement"_s;
        const int line = m_state.map.line(begin());
        begins.push_back(begin());
        advance();
        Built branch = node(NodeKind::If);
        branch->items = {namedExpression()};
        branch->body = block(header, line);
        chain.push_back(branch);
    } while (at(TokenKind::Elif));
    elseClause(&chain.back()->orelse, m_scope.loop);
    for (std::size_t i = chain.size(); i-- > 0;) {
        finish(chain[i], begins[i]);
        if (i > 0)
            chain[i - 1]->orelse = {chain[i]};
    }
    return chain.front();
}

void Parser::elseClause(Nodes *out, bool inLoop)
{
    if (!at(TokenKind::Else))
        return;
    const int line = m_state.map.line(begin());
    advance();
    const bool outer = m_scope.loop;
    m_scope.loop = inLoop;
    *out = block(u"'else' statement"_s, line);
    m_scope.loop = outer;
}

Parser::Built Parser::whileStatement()
{
    const int from = begin(), line = m_state.map.line(from);
    advance();
    Built result = node(NodeKind::While);
    result->items = {namedExpression()};
    const bool outer = m_scope.loop;
    m_scope.loop = true;
    result->body = block(u"'while' statement"_s, line);
    m_scope.loop = outer;
    elseClause(&result->orelse, outer);
    return finish(result, from);
}

Parser::Built Parser::forStatement(bool async)
{
    const int from = begin(), line = m_state.map.line(from);
    advance();
    Built result = node(async ? NodeKind::AsyncFor : NodeKind::For);
    Built target = targetList();
    expect(TokenKind::In);
    result->items = {target, starExpressions()};
    const bool outer = m_scope.loop;
    m_scope.loop = true;
    result->body = block(u"'for' statement"_s, line);
    m_scope.loop = outer;
    elseClause(&result->orelse, outer);
    return finish(result, from);
}

Parser::Built Parser::withStatement(bool async)
{
    const int from = begin(), line = m_state.map.line(from);
    advance();
    Built result = node(async ? NodeKind::AsyncWith : NodeKind::With);
    if (!at(TokenKind::LeftParen) || !parenthesizedWithItems(result.get()))
        withItems(result.get());
    result->body = block(u"'with' statement"_s, line);
    return finish(result, from);
}

void Parser::withItems(Node *with)
{
    do {
        withItem(with);
    } while (accept(TokenKind::Comma));
}

void Parser::withItem(Node *with)
{
    with->items.push_back(expression());
    with->items.push_back(nullptr);
    if (!accept(TokenKind::As))
        return;
    Built target = at(TokenKind::Star) ? starExpression() : primary();
    checkTarget(*target, TargetUse::Assign);
    with->items.back() = target;
}

/// with (a as b, c): the parentheses group items only if a colon follows them; otherwise they
/// belong to an expression.
bool Parser::parenthesizedWithItems(Node *with)
{
    std::size_t close = m_index;
    for (int depth = 0;; ++close) {
        const TokenKind kind = m_lexed.tokens[close].kind;
        if (kind == TokenKind::Newline || kind == TokenKind::End)
            return false;
        depth += kind == TokenKind::LeftParen ? 1 : kind == TokenKind::RightParen ? -1 : 0;
        if (depth == 0)
            break;
    }
    if (m_lexed.tokens[close + 1].kind != TokenKind::Colon)
        return false;
    const std::size_t start = m_index;
    const std::size_t known = m_state.diagnostics.size();
    const int depth = m_state.depth;
    try {
        advance();
        while (m_index < close) {
            withItem(with);
            if (!accept(TokenKind::Comma))
                break;
        }
        if (m_index == close && !with->items.empty()) {
            advance();
            return true;
        }
    } catch (const Abort &) {
        m_state.depth = depth;
    }
    m_index = start;
    m_state.diagnostics.resize(known);
    with->items.clear();
    return false;
}

Parser::Built Parser::tryStatement()
{
    const int from = begin(), line = m_state.map.line(from);
    advance();
    Built result = node(NodeKind::Try);
    result->body = block(u"'try' statement"_s, line);
    while (at(TokenKind::Except)) {
        if (!result->handlers.empty() && !result->handlers.back()->items[0])
            report(result->handlers.back()->span.begin, result->handlers.back()->span.begin + 6,
                   u"default 'except:' must be last"_s);
        result->handlers.push_back(exceptHandler());
        if (result->handlers.back()->op != result->handlers.front()->op)
            fail(*result->handlers.back(),
                 u"cannot have both 'except' and 'except*' on the same 'try'"_s);
    }
    if (!result->handlers.empty())
        elseClause(&result->orelse, m_scope.loop);
    const int finallyLine = m_state.map.line(begin());
    const bool hasFinally = accept(TokenKind::Finally);
    if (hasFinally)
        result->finalbody = block(u"'finally' statement"_s, finallyLine);
    if (result->handlers.empty() && !hasFinally) {
        if (at(TokenKind::Error) || at(TokenKind::Indent))
            failHere();
        fail(begin(), current().end, u"expected 'except' or 'finally' block"_s);
    }
    return finish(result, from);
}

Parser::Built Parser::exceptHandler()
{
    const int from = begin(), line = m_state.map.line(from);
    advance();
    Built handler = node(NodeKind::ExceptHandler);
    handler->items.resize(1);
    if (accept(TokenKind::Star)) {
        handler->op = u"*"_s;
        if (at(TokenKind::Colon))
            fail(begin(), current().end, u"expected one or more exception types"_s);
    }
    if (!at(TokenKind::Colon)) {
        Built type = expression();
        if (at(TokenKind::Comma))
            fail(*type, u"multiple exception types must be parenthesized"_s);
        handler->items[0] = type;
        if (accept(TokenKind::As)) {
            if (!at(TokenKind::Name))
                failHere();
            handler->name = identifier(current());
            handler->nameSpan = m_state.map.span(current().begin, current().end);
            advance();
        }
    }
    handler->body = block(u"'except' statement"_s, line);
    return finish(handler, from);
}

Parser::Built Parser::function(bool async, int from)
{
    const int line = m_state.map.line(begin());
    advance();
    Built result = node(async ? NodeKind::AsyncFunctionDef : NodeKind::FunctionDef);
    if (!at(TokenKind::Name))
        failHere();
    result->name = identifier(current());
    result->nameSpan = m_state.map.span(current().begin, current().end);
    advance();
    if (!at(TokenKind::LeftParen)) {
        if (at(TokenKind::Error))
            failHere();
        fail(begin(), current().end, u"expected '('"_s);
    }
    advance();
    parameters(result.get(), TokenKind::RightParen, true);
    expect(TokenKind::RightParen);
    if (accept(TokenKind::Arrow))
        expression();
    const Scope outer = m_scope;
    m_scope = Scope{true, async, false, outer.recovering};
    result->body = block(u"function definition"_s, line);
    m_scope = outer;
    return finish(result, from);
}

/// Parameters of a def or a lambda, up to the closing token.
void Parser::parameters(Node *function, TokenKind closing, bool annotations)
{
    QSet<QString> names;
    bool seenDefault = false, seenStar = false, bareStar = false, seenKwArgs = false;
    while (!at(closing)) {
        Parameter parameter;
        const int from = begin();
        if (seenKwArgs)
            fail(from, current().end, u"arguments cannot follow var-keyword argument"_s);
        if (at(TokenKind::Slash)) {
            unavailable(from, current().end, u"A positional-only parameter ('/')"_s,
                        u"leave the '/' out"_s);
            advance();
            if (!accept(TokenKind::Comma))
                break;
            continue;
        }
        if (accept(TokenKind::Star)) {
            if (seenStar)
                fail(from, endOfPrevious(), u"* argument may appear only once"_s);
            seenStar = true;
            parameter.kind = Parameter::VarArgs;
            if (at(TokenKind::Comma)) {
                advance();
                if (at(closing))
                    fail(from, endOfPrevious(), u"named arguments must follow bare *"_s);
                bareStar = true;
                continue;
            }
            if (at(closing))
                fail(from, endOfPrevious(), u"named arguments must follow bare *"_s);
        } else if (accept(TokenKind::DoubleStar)) {
            if (bareStar)
                fail(from, endOfPrevious(), u"named arguments must follow bare *"_s);
            parameter.kind = Parameter::KwArgs;
            seenKwArgs = true;
        } else if (seenStar) {
            parameter.kind = Parameter::KeywordOnly;
            bareStar = false;
        }
        if (!at(TokenKind::Name))
            failHere();
        parameter.name = identifier(current());
        parameter.span = m_state.map.span(current().begin, current().end);
        if (names.contains(parameter.name))
            report(current().begin, current().end,
                   u"duplicate argument '%1' in function definition"_s.arg(parameter.name));
        names.insert(parameter.name);
        advance();
        if (annotations && accept(TokenKind::Colon)) {
            if (at(TokenKind::Star) && parameter.kind == Parameter::VarArgs)
                starExpression();
            else
                expression();
        }
        if (at(TokenKind::Assign)) {
            if (parameter.kind == Parameter::VarArgs || parameter.kind == Parameter::KwArgs)
                fail(begin(), current().end,
                     parameter.kind == Parameter::VarArgs
                         ? u"var-positional argument cannot have default value"_s
                         : u"var-keyword argument cannot have default value"_s);
            advance();
            if (at(TokenKind::Comma) || at(closing))
                fail(m_lexed.tokens[m_index - 1].begin, endOfPrevious(),
                     u"expected default value expression"_s);
            parameter.defaultValue = expression();
            seenDefault = true;
        } else if (parameter.kind == Parameter::PositionalOrKeyword && seenDefault) {
            fail(parameter.span.begin, parameter.span.end,
                 u"non-default argument follows default argument"_s);
        }
        function->parameters.push_back(std::move(parameter));
        if (!accept(TokenKind::Comma))
            break;
    }
}

Parser::Built Parser::refusedClass()
{
    const int from = begin(), line = m_state.map.line(from);
    advance();
    if (!at(TokenKind::Name))
        failHere();
    advance();
    const int headEnd = endOfPrevious();
    Built error = node(NodeKind::Error);
    if (at(TokenKind::LeftParen)) {
        Built bases = call(errorNode(from), from);
        error->items = {bases};
    }
    unavailable(from, headEnd, u"class"_s, u"models come from the database"_s);
    const Scope outer = m_scope;
    m_scope = Scope{false, false, false, true};
    error->body = block(u"class definition"_s, line);
    m_scope = outer;
    return finish(error, from);
}

/// A match with its cases: skipped whole, since patterns are a grammar of their own.
Parser::Built Parser::refusedMatch()
{
    const int from = begin();
    unavailable(from, current().end, u"match"_s, u"write if and elif"_s);
    while (!accept(TokenKind::Newline))
        advance();
    int depth = 0;
    do {
        depth += at(TokenKind::Indent) ? 1 : at(TokenKind::Dedent) ? -1 : 0;
        advance();
    } while (depth > 0 && !at(TokenKind::End));
    return errorNode(from);
}

Parser::Built Parser::decorated()
{
    const int from = begin();
    Nodes decorators;
    while (accept(TokenKind::At)) {
        decorators.push_back(namedExpression());
        expect(TokenKind::Newline);
    }
    const bool async = at(TokenKind::Async) && peek().kind == TokenKind::Def;
    if (at(TokenKind::Class))
        return refusedClass();
    if (!async && !at(TokenKind::Def))
        failHere();
    if (async)
        advance();
    Built result = function(async, begin());
    result->decorators = std::move(decorators);
    return finish(result, from);
}

} // namespace heddle::notation
