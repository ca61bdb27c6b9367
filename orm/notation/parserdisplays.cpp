#include "orm/notation/literals.h"
#include "orm/notation/parser.h"

using namespace Qt::Literals::StringLiterals;

namespace heddle::notation {

bool Parser::startsExpression() const
{
    switch (current().kind) {
    case TokenKind::Name:
    case TokenKind::Number:
    case TokenKind::String:
    case TokenKind::LeftParen:
    case TokenKind::LeftBracket:
    case TokenKind::LeftBrace:
    case TokenKind::Ellipsis:
    case TokenKind::Plus:
    case TokenKind::Minus:
    case TokenKind::Tilde:
    case TokenKind::False:
    case TokenKind::None:
    case TokenKind::True:
    case TokenKind::Await:
    case TokenKind::Lambda:
    case TokenKind::Not:
    case TokenKind::Yield:
    case TokenKind::Error:
        return true;
    default: // no other token can
        return false;
    }
}

Parser::Built Parser::atom()
{
    const int from = begin();
    const auto constant = [&](ConstantKind kind, Value value) {
        Built result = node(NodeKind::Constant);
        result->constant = kind;
        result->value = std::move(value);
        advance();
        return finish(result, from);
    };
    switch (current().kind) {
    case TokenKind::Name: {
        Built name = node(NodeKind::Name);
        name->name = identifier(current());
        name->nameSpan = m_state.map.span(current().begin, current().end);
        advance();
        return finish(name, from);
    }
    case TokenKind::None:
        return constant(ConstantKind::None, Value());
    case TokenKind::True:
        return constant(ConstantKind::True, Value(true));
    case TokenKind::False:
        return constant(ConstantKind::False, Value(false));
    case TokenKind::Ellipsis:
        return constant(ConstantKind::Ellipsis, Value());
    case TokenKind::Number:
        return number();
    case TokenKind::String:
        return strings();
    case TokenKind::LeftParen:
        return parenthesized();
    case TokenKind::LeftBracket:
        return list();
    case TokenKind::LeftBrace:
        return dictOrSet();
    default: // nothing else begins an expression
        failHere();
    }
}

Parser::Built Parser::number()
{
    const int from = begin();
    Built constant = node(NodeKind::Constant);
    QString problem;
    constant->constant = decodeNumber(text(current()), &constant->value, &problem);
    if (!problem.isEmpty())
        report(from, current().end, problem);
    advance();
    return finish(constant, from);
}

/// After an element: a comma has been looked for and not found. Anything but the closing bracket is
/// an error, and what looks like a second element gets Python's question.
void Parser::expectSeparator(TokenKind closing, int itemBegin)
{
    if (at(closing))
        return;
    const TokenKind kind = current().kind;
    if (kind == TokenKind::Name || kind == TokenKind::Number || kind == TokenKind::String ||
        kind == TokenKind::True || kind == TokenKind::False || kind == TokenKind::None ||
        kind == TokenKind::LeftBrace) {
        failOnLaterLexerError();
        fail(itemBegin, current().end, u"invalid syntax. Perhaps you forgot a comma?"_s);
    }
    failHere();
}

bool Parser::atComprehension() const
{
    return at(TokenKind::For) || (at(TokenKind::Async) && peek().kind == TokenKind::For);
}

std::vector<Comprehension> Parser::comprehension()
{
    std::vector<Comprehension> generators;
    while (atComprehension()) {
        Comprehension generator;
        const int from = begin();
        generator.async = accept(TokenKind::Async);
        if (generator.async && !m_scope.async && !m_scope.recovering)
            report(from, endOfPrevious(),
                   u"asynchronous comprehension outside of an asynchronous function"_s);
        expect(TokenKind::For);
        generator.target = targetList();
        expect(TokenKind::In);
        generator.iterable = disjunction();
        while (accept(TokenKind::If)) {
            Built condition = disjunction();
            if (at(TokenKind::ColonEqual))
                failHere();
            generator.conditions.push_back(condition);
        }
        generators.push_back(std::move(generator));
    }
    return generators;
}

/// A group, a tuple or a generator.
Parser::Built Parser::parenthesized()
{
    const Recursion guard(*this);
    const int from = begin();
    advance();
    if (accept(TokenKind::RightParen)) {
        Built empty = node(NodeKind::Tuple);
        empty->parenthesized = true;
        return finish(empty, from);
    }
    Built first = at(TokenKind::Yield) ? yieldExpression() : starNamedExpression();
    if (atComprehension()) {
        if (first->kind == NodeKind::Starred)
            fail(*first, u"iterable unpacking cannot be used in comprehension"_s);
        Built generator = node(NodeKind::GeneratorExp);
        generator->items = {first};
        generator->generators = comprehension();
        generator->parenthesized = true;
        expect(TokenKind::RightParen);
        return finish(generator, from);
    }
    if (!at(TokenKind::Comma)) {
        expectSeparator(TokenKind::RightParen, first->span.begin);
        if (first->kind == NodeKind::Starred)
            fail(*first, u"cannot use starred expression here"_s);
        advance();
        first->parenthesized = true;
        return first;
    }
    Built tuple = node(NodeKind::Tuple);
    tuple->parenthesized = true;
    tuple->items.push_back(first);
    while (accept(TokenKind::Comma)) {
        if (at(TokenKind::RightParen))
            break;
        const int itemBegin = begin();
        tuple->items.push_back(starNamedExpression());
        if (!at(TokenKind::Comma))
            expectSeparator(TokenKind::RightParen, itemBegin);
    }
    expect(TokenKind::RightParen);
    return finish(tuple, from);
}

Parser::Built Parser::list()
{
    const Recursion guard(*this);
    const int from = begin();
    advance();
    Built result = node(NodeKind::List);
    while (!at(TokenKind::RightBracket)) {
        const int itemBegin = begin();
        Built item = starNamedExpression();
        result->items.push_back(item);
        if (atComprehension() && result->items.size() == 1) {
            if (item->kind == NodeKind::Starred)
                fail(*item, u"iterable unpacking cannot be used in comprehension"_s);
            result->kind = NodeKind::ListComp;
            result->generators = comprehension();
            break;
        }
        if (atComprehension())
            fail(from, current().end,
                 u"did you forget parentheses around the comprehension target?"_s);
        if (!accept(TokenKind::Comma)) {
            expectSeparator(TokenKind::RightBracket, itemBegin);
            break;
        }
    }
    expect(TokenKind::RightBracket);
    return finish(result, from);
}

Parser::Built Parser::dictOrSet()
{
    const Recursion guard(*this);
    const int from = begin();
    advance();
    if (at(TokenKind::RightBrace) || at(TokenKind::DoubleStar))
        return dict(from, nullptr);
    Built first = starNamedExpression();
    if (at(TokenKind::Colon) && first->kind != NodeKind::Starred)
        return dict(from, first);
    return set(from, first);
}

/// The colon and the value of an entry whose key stands in `dict->items` already.
void Parser::dictItem(Node *dict)
{
    const int keyBegin = dict->items.back()->span.begin;
    if (at(TokenKind::Comma) || at(TokenKind::RightBrace))
        fail(keyBegin, endOfPrevious(), u"':' expected after dictionary key"_s);
    expect(TokenKind::Colon);
    if (at(TokenKind::Comma) || at(TokenKind::RightBrace))
        fail(m_lexed.tokens[m_index - 1].begin, endOfPrevious(),
             u"expression expected after dictionary key and ':'"_s);
    if (at(TokenKind::Star))
        fail(begin(), current().end, u"cannot use a starred expression in a dictionary value"_s);
    dict->items.push_back(expression());
}

Parser::Built Parser::dict(int from, Built firstKey)
{
    Built result = node(NodeKind::Dict);
    bool first = true;
    while (!at(TokenKind::RightBrace) || firstKey) {
        const int itemBegin = firstKey ? firstKey->span.begin : begin();
        if (firstKey) {
            result->items.push_back(firstKey);
            firstKey = nullptr;
            dictItem(result.get());
        } else if (accept(TokenKind::DoubleStar)) {
            result->items.push_back(nullptr);
            result->items.push_back(binary(1));
            if (atComprehension())
                fail(itemBegin, endOfPrevious(),
                     u"dict unpacking cannot be used in dict comprehension"_s);
        } else {
            result->items.push_back(expression());
            dictItem(result.get());
        }
        if (first && atComprehension()) {
            result->kind = NodeKind::DictComp;
            result->generators = comprehension();
            break;
        }
        first = false;
        if (!accept(TokenKind::Comma)) {
            expectSeparator(TokenKind::RightBrace, itemBegin);
            break;
        }
    }
    expect(TokenKind::RightBrace);
    return finish(result, from);
}

Parser::Built Parser::set(int from, Built first)
{
    Built result = node(NodeKind::Set);
    result->items.push_back(first);
    if (atComprehension()) {
        if (first->kind == NodeKind::Starred)
            fail(*first, u"iterable unpacking cannot be used in comprehension"_s);
        result->kind = NodeKind::SetComp;
        result->generators = comprehension();
    } else {
        int itemBegin = first->span.begin;
        while (accept(TokenKind::Comma)) {
            if (at(TokenKind::RightBrace))
                break;
            itemBegin = begin();
            result->items.push_back(starNamedExpression());
        }
        expectSeparator(TokenKind::RightBrace, itemBegin);
    }
    expect(TokenKind::RightBrace);
    return finish(result, from);
}

} // namespace heddle::notation
