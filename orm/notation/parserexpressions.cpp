#include "orm/notation/parser.h"

using namespace Qt::Literals::StringLiterals;

namespace heddle::notation {

namespace {

/// How tightly a binary operator binds; 0: none. All of these group to the left.
int precedenceOf(TokenKind kind)
{
    switch (kind) {
    case TokenKind::Bar:
        return 1;
    case TokenKind::Caret:
        return 2;
    case TokenKind::Ampersand:
        return 3;
    case TokenKind::LeftShift:
    case TokenKind::RightShift:
        return 4;
    case TokenKind::Plus:
    case TokenKind::Minus:
        return 5;
    case TokenKind::Star:
    case TokenKind::Slash:
    case TokenKind::DoubleSlash:
    case TokenKind::Percent:
    case TokenKind::At:
        return 6;
    default: // no operator
        return 0;
    }
}

} // namespace

/// What may stand at the right of "=", behind return and in f-strings: an expression, or a tuple
/// without parentheses.
Parser::Built Parser::starExpressions()
{
    Built result = starTuple();
    if (result->kind == NodeKind::Starred)
        fail(*result, u"can't use starred expression here"_s);
    return result;
}

/// The same, but one starred expression alone is left to the caller: it may be a target.
Parser::Built Parser::starTuple()
{
    const int from = begin();
    Built first = starExpression();
    if (!at(TokenKind::Comma))
        return first;
    Built tuple = node(NodeKind::Tuple);
    tuple->items.push_back(first);
    while (accept(TokenKind::Comma)) {
        if (!startsExpression() && !at(TokenKind::Star))
            break;
        tuple->items.push_back(starExpression());
    }
    return finish(tuple, from);
}

Parser::Built Parser::starExpression()
{
    if (!at(TokenKind::Star))
        return at(TokenKind::Yield) ? yieldExpression() : expression();
    const int from = begin();
    advance();
    Built starred = node(NodeKind::Starred);
    starred->items = {binary(1)};
    return finish(starred, from);
}

/// An expression where Python also takes ":=" (conditions, elements, arguments). The notation has
/// no ":=" and says so.
Parser::Built Parser::namedExpression()
{
    const int from = begin();
    Built value = expression();
    if (at(TokenKind::ColonEqual)) {
        if (value->kind != NodeKind::Name || value->parenthesized)
            fail(*value,
                 u"cannot use assignment expressions with %1"_s.arg(expressionName(*value)));
        advance();
        Built right = expression();
        unavailable(from, endOfPrevious(), u":="_s, u"assign on a line of its own"_s);
        return right;
    }
    if (at(TokenKind::Assign))
        failOnAssignmentInExpression(*value);
    return value;
}

Parser::Built Parser::starNamedExpression()
{
    return at(TokenKind::Star) ? starExpression() : namedExpression();
}

Parser::Built Parser::expression()
{
    const Recursion guard(*this);
    if (at(TokenKind::Lambda))
        return lambda();
    const int from = begin();
    Built value = disjunction();
    if (!at(TokenKind::If))
        return value;
    advance();
    Built condition = disjunction();
    if (!at(TokenKind::Else)) {
        if (!at(TokenKind::Colon) && !at(TokenKind::Error))
            fail(from, endOfPrevious(), u"expected 'else' after 'if' expression"_s);
        failHere();
    }
    advance();
    Built conditional = node(NodeKind::IfExp);
    conditional->items = {condition, value, expression()};
    return finish(conditional, from);
}

Parser::Built Parser::lambda()
{
    const int from = begin();
    advance();
    Built result = node(NodeKind::Lambda);
    parameters(result.get(), TokenKind::Colon, false);
    expect(TokenKind::Colon);
    const Scope outer = m_scope;
    m_scope = Scope{true, false, false, outer.recovering};
    result->items = {expression()};
    m_scope = outer;
    finish(result, from);
    unavailable(result->span.begin, result->span.end, u"lambda"_s,
                u"write a def, or say it to the database with F() and Q()"_s);
    return result;
}

Parser::Built Parser::yieldExpression()
{
    const int from = begin();
    advance();
    if (accept(TokenKind::From))
        expression();
    else if (startsExpression() || at(TokenKind::Star))
        starExpressions();
    unavailable(from, endOfPrevious(), u"yield"_s,
                u"return a list, or iterate over the queryset"_s);
    return errorNode(from);
}

Parser::Built Parser::disjunction()
{
    const int from = begin();
    Built first = conjunction();
    if (!at(TokenKind::Or))
        return first;
    Built any = node(NodeKind::BoolOp);
    any->op = u"or"_s;
    any->items.push_back(first);
    while (accept(TokenKind::Or))
        any->items.push_back(conjunction());
    return finish(any, from);
}

Parser::Built Parser::conjunction()
{
    const int from = begin();
    Built first = inversion();
    if (!at(TokenKind::And))
        return first;
    Built all = node(NodeKind::BoolOp);
    all->op = u"and"_s;
    all->items.push_back(first);
    while (accept(TokenKind::And))
        all->items.push_back(inversion());
    return finish(all, from);
}

Parser::Built Parser::inversion()
{
    if (!at(TokenKind::Not))
        return comparison();
    const Recursion guard(*this);
    const int from = begin();
    advance();
    Built negated = node(NodeKind::UnaryOp);
    negated->op = u"not"_s;
    negated->items = {inversion()};
    return finish(negated, from);
}

/// Takes a comparison operator, of one word or two, and returns it; empty if there is none here.
QString Parser::comparisonOperator()
{
    switch (current().kind) {
    case TokenKind::Equal:
    case TokenKind::NotEqual:
    case TokenKind::Less:
    case TokenKind::LessEqual:
    case TokenKind::Greater:
    case TokenKind::GreaterEqual:
    case TokenKind::In: {
        const QString op = text(current()).toString();
        advance();
        return op;
    }
    case TokenKind::Not:
        if (peek().kind != TokenKind::In)
            return {};
        advance();
        advance();
        return u"not in"_s;
    case TokenKind::Is:
        advance();
        return accept(TokenKind::Not) ? u"is not"_s : u"is"_s;
    default: // everything else ends the comparison
        return {};
    }
}

Parser::Built Parser::comparison()
{
    const int from = begin();
    Built first = binary(1);
    int operatorBegin = begin();
    QString op = comparisonOperator();
    if (op.isEmpty())
        return first;
    Built compare = node(NodeKind::Compare);
    compare->nameSpan = m_state.map.span(operatorBegin, endOfPrevious());
    compare->items.push_back(first);
    while (!op.isEmpty()) {
        compare->ops.push_back(op);
        compare->items.push_back(binary(1));
        op = comparisonOperator();
    }
    return finish(compare, from);
}

/// Operators that bind at least as tightly as `precedence`, by climbing.
Parser::Built Parser::binary(int precedence)
{
    const int from = begin();
    Built left = unary();
    while (true) {
        const int found = precedenceOf(current().kind);
        if (found == 0 || found < precedence)
            return left;
        Built operation = node(NodeKind::BinOp);
        operation->op = text(current()).toString();
        operation->nameSpan = m_state.map.span(current().begin, current().end);
        advance();
        operation->items = {left, binary(found + 1)};
        left = finish(operation, from);
    }
}

Parser::Built Parser::unary()
{
    if (!at(TokenKind::Plus) && !at(TokenKind::Minus) && !at(TokenKind::Tilde))
        return power();
    const Recursion guard(*this);
    const int from = begin();
    Built operation = node(NodeKind::UnaryOp);
    operation->op = text(current()).toString();
    advance();
    operation->items = {unary()};
    return finish(operation, from);
}

/// ** groups to the right, binds tighter than a sign at its left and looser than one at its right.
Parser::Built Parser::power()
{
    const int from = begin();
    Built base = awaitPrimary();
    if (!at(TokenKind::DoubleStar))
        return base;
    const Recursion guard(*this);
    Built operation = node(NodeKind::BinOp);
    operation->op = u"**"_s;
    operation->nameSpan = m_state.map.span(current().begin, current().end);
    advance();
    operation->items = {base, unary()};
    return finish(operation, from);
}

Parser::Built Parser::awaitPrimary()
{
    if (!at(TokenKind::Await))
        return primary();
    const int from = begin();
    if (!m_scope.async && !m_scope.recovering)
        report(begin(), current().end, u"'await' outside async function"_s);
    advance();
    Built awaited = node(NodeKind::Await);
    awaited->items = {primary()};
    return finish(awaited, from);
}

Parser::Built Parser::primary()
{
    const int from = begin();
    Built value = atom();
    while (true) {
        if (at(TokenKind::Dot)) {
            advance();
            if (!at(TokenKind::Name))
                failHere();
            Built attribute = node(NodeKind::Attribute);
            attribute->name = identifier(current());
            attribute->nameSpan = m_state.map.span(current().begin, current().end);
            attribute->items = {value};
            advance();
            value = finish(attribute, from);
        } else if (at(TokenKind::LeftParen)) {
            value = call(value, from);
        } else if (at(TokenKind::LeftBracket)) {
            value = subscript(value, from);
        } else {
            return value;
        }
    }
}

Parser::Built Parser::call(Built callee, int from)
{
    const int open = begin();
    advance();
    Built result = node(NodeKind::Call);
    result->items = {callee};
    CallState state;
    state.open = open;
    while (!at(TokenKind::RightParen)) {
        const int itemBegin = begin();
        argument(result.get(), &state);
        if (!accept(TokenKind::Comma)) {
            expectSeparator(TokenKind::RightParen, itemBegin);
            break;
        }
    }
    expect(TokenKind::RightParen);
    return finish(result, from);
}

void Parser::argument(Node *call, CallState *state)
{
    const int from = begin();
    Argument argument;
    if (at(TokenKind::Star) || at(TokenKind::DoubleStar)) {
        const bool twice = at(TokenKind::DoubleStar);
        if (!twice && state->seenDoubleStar)
            fail(from, current().end,
                 u"iterable argument unpacking follows keyword argument unpacking"_s);
        state->seenDoubleStar |= twice;
        argument.kind = twice ? Argument::DoubleStar : Argument::Star;
        advance();
        argument.value = expression();
        call->arguments.push_back(std::move(argument));
        return;
    }
    if (peek().kind == TokenKind::Assign && (at(TokenKind::Name) || at(TokenKind::True) ||
                                             at(TokenKind::False) || at(TokenKind::None))) {
        keywordArgument(call, state);
        return;
    }
    Built value = expression();
    if (at(TokenKind::ColonEqual)) {
        advance();
        value = expression();
        unavailable(from, endOfPrevious(), u":="_s, u"assign on a line of its own"_s);
    }
    if (at(TokenKind::Assign))
        fail(from, current().end,
             u"expression cannot contain assignment, perhaps you meant \"==\"?"_s);
    if (atComprehension()) {
        Built generator = node(NodeKind::GeneratorExp);
        generator->items = {value};
        generator->generators = comprehension();
        const bool alone = call->arguments.empty() && at(TokenKind::RightParen);
        if (!alone && !at(TokenKind::Error))
            fail(from, endOfPrevious(), u"Generator expression must be parenthesized"_s);
        finish(generator, state->open);
        if (alone)
            generator->span = m_state.map.span(
                state->open, current().end); // Python's: with the call's parentheses
        value = generator;
    }
    if (state->seenDoubleStar)
        fail(from, endOfPrevious(), u"positional argument follows keyword argument unpacking"_s);
    if (!state->keywords.isEmpty())
        fail(from, endOfPrevious(), u"positional argument follows keyword argument"_s);
    argument.value = value;
    call->arguments.push_back(std::move(argument));
}

void Parser::keywordArgument(Node *call, CallState *state)
{
    const int from = begin();
    if (!at(TokenKind::Name))
        fail(from, peek().end, u"cannot assign to %1"_s.arg(text(current())));
    Argument argument;
    argument.kind = Argument::Keyword;
    argument.name = identifier(current());
    argument.nameSpan = m_state.map.span(current().begin, current().end);
    advance();
    advance();
    if (at(TokenKind::Comma) || at(TokenKind::RightParen))
        fail(from, endOfPrevious(), u"expected argument value expression"_s);
    argument.value = expression();
    if (atComprehension())
        fail(from, endOfPrevious(),
             u"invalid syntax. Maybe you meant '==' or ':=' instead of '='?"_s);
    if (at(TokenKind::Assign))
        fail(argument.value->span.begin, current().end,
             u"expression cannot contain assignment, perhaps you meant \"==\"?"_s);
    if (state->keywords.contains(argument.name))
        report(from, endOfPrevious(), u"keyword argument repeated: %1"_s.arg(argument.name));
    state->keywords.insert(argument.name);
    call->arguments.push_back(std::move(argument));
}

Parser::Built Parser::subscript(Built value, int from)
{
    advance();
    Built result = node(NodeKind::Subscript);
    result->items = {value, subscriptIndex()};
    expectSeparator(TokenKind::RightBracket, result->items[1]->span.begin);
    expect(TokenKind::RightBracket);
    return finish(result, from);
}

Parser::Built Parser::subscriptIndex()
{
    const int from = begin();
    Built first = sliceItem();
    if (!at(TokenKind::Comma) && first->kind != NodeKind::Starred)
        return first;
    Built tuple = node(NodeKind::Tuple);
    tuple->items.push_back(first);
    while (accept(TokenKind::Comma)) {
        if (at(TokenKind::RightBracket))
            break;
        tuple->items.push_back(sliceItem());
    }
    return finish(tuple, from);
}

Parser::Built Parser::sliceItem()
{
    const int from = begin();
    if (at(TokenKind::Star))
        return starExpression();
    Built lower = at(TokenKind::Colon) ? nullptr : namedExpression();
    if (lower && !at(TokenKind::Colon))
        return lower;
    expect(TokenKind::Colon);
    const auto bound = [this]() -> Built {
        if (at(TokenKind::Colon) || at(TokenKind::Comma) || at(TokenKind::RightBracket))
            return nullptr;
        return expression();
    };
    Built slice = node(NodeKind::Slice);
    Built upper = bound();
    Built step = accept(TokenKind::Colon) ? bound() : nullptr;
    slice->items = {lower, upper, step};
    return finish(slice, from);
}

} // namespace heddle::notation
