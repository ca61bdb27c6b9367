#include "orm/notation/parser.h"

using namespace Qt::Literals::StringLiterals;

namespace heddle::notation {

QString expressionName(const Node &node)
{
    switch (node.kind) {
    case NodeKind::Attribute:
        return u"attribute"_s;
    case NodeKind::Subscript:
        return u"subscript"_s;
    case NodeKind::Starred:
        return u"starred"_s;
    case NodeKind::Name:
        return u"name"_s;
    case NodeKind::List:
        return u"list"_s;
    case NodeKind::Tuple:
        return u"tuple"_s;
    case NodeKind::Lambda:
        return u"lambda"_s;
    case NodeKind::Call:
        return u"function call"_s;
    case NodeKind::BoolOp:
    case NodeKind::BinOp:
    case NodeKind::UnaryOp:
        return u"expression"_s;
    case NodeKind::GeneratorExp:
        return u"generator expression"_s;
    case NodeKind::Await:
        return u"await expression"_s;
    case NodeKind::ListComp:
        return u"list comprehension"_s;
    case NodeKind::SetComp:
        return u"set comprehension"_s;
    case NodeKind::DictComp:
        return u"dict comprehension"_s;
    case NodeKind::Dict:
        return u"dict literal"_s;
    case NodeKind::Set:
        return u"set display"_s;
    case NodeKind::JoinedStr:
    case NodeKind::FormattedValue:
        return u"f-string expression"_s;
    case NodeKind::Compare:
        return u"comparison"_s;
    case NodeKind::IfExp:
        return u"conditional expression"_s;
    case NodeKind::Slice:
        return u"slice"_s;
    case NodeKind::Constant:
        switch (node.constant) {
        case ConstantKind::None:
            return u"None"_s;
        case ConstantKind::True:
            return u"True"_s;
        case ConstantKind::False:
            return u"False"_s;
        case ConstantKind::Ellipsis:
            return u"ellipsis"_s;
        case ConstantKind::Int:
        case ConstantKind::Float:
        case ConstantKind::Str:
        case ConstantKind::Bytes:
            break;
        }
        return u"literal"_s;
    default: // statements are no targets, and Error nodes have been reported
        return u"expression"_s;
    }
}

namespace {

/// An expression that binds at least as tightly as "|": for these Python guesses that == was meant.
bool isOperand(const Node &node)
{
    switch (node.kind) {
    case NodeKind::Compare:
    case NodeKind::BoolOp:
    case NodeKind::IfExp:
    case NodeKind::Lambda:
    case NodeKind::Starred:
        return node.parenthesized;
    case NodeKind::UnaryOp:
        return node.op != u"not" || node.parenthesized;
    case NodeKind::List:
    case NodeKind::Tuple:
    case NodeKind::GeneratorExp:
    case NodeKind::Error:
        return false;
    case NodeKind::Constant:
        return node.constant != ConstantKind::None && node.constant != ConstantKind::True &&
               node.constant != ConstantKind::False;
    default: // the rest are operands
        return true;
    }
}

} // namespace

/// The target of a for or a comprehension: operands with commas between them, up to "in".
Parser::Built Parser::targetList()
{
    const int from = begin();
    const auto item = [this] { return at(TokenKind::Star) ? starExpression() : binary(1); };
    Built target = item();
    if (at(TokenKind::Comma)) {
        Built tuple = node(NodeKind::Tuple);
        tuple->items.push_back(target);
        while (accept(TokenKind::Comma)) {
            if (at(TokenKind::In))
                break;
            tuple->items.push_back(item());
        }
        target = finish(tuple, from);
    }
    checkTarget(*target, TargetUse::Assign);
    return target;
}

void Parser::checkTarget(const Node &target, TargetUse use, bool nested)
{
    const QString verb = use == TargetUse::Delete ? u"delete"_s : u"assign to"_s;
    switch (target.kind) {
    case NodeKind::Name:
    case NodeKind::Attribute:
    case NodeKind::Subscript:
        return;
    case NodeKind::Starred:
        if (use == TargetUse::Delete)
            fail(target, u"cannot delete starred"_s);
        if (!nested)
            fail(target, u"starred assignment target must be in a list or tuple"_s);
        if (target.items[0]->kind == NodeKind::Starred)
            fail(target, u"cannot assign to starred"_s);
        checkTarget(*target.items[0], use, true);
        return;
    case NodeKind::List:
    case NodeKind::Tuple: {
        int starred = 0;
        for (const NodePtr &item : target.items) {
            checkTarget(*item, use, true);
            if (item->kind == NodeKind::Starred && ++starred == 2)
                fail(target, u"multiple starred expressions in assignment"_s);
        }
        return;
    }
    default: // everything else is a value
        fail(target, u"cannot %1 %2"_s.arg(verb, expressionName(target)));
    }
}

/// A target in front of "=", where Python guesses what else may have been meant.
void Parser::checkAssignTarget(const Node &target)
{
    switch (target.kind) {
    case NodeKind::Name:
    case NodeKind::Attribute:
    case NodeKind::Subscript:
    case NodeKind::Starred:
    case NodeKind::List:
    case NodeKind::Tuple:
        checkTarget(target, TargetUse::Assign);
        return;
    default: // a value
        fail(target, isOperand(target)
                         ? u"cannot assign to %1 here. Maybe you meant '==' instead of '='?"_s.arg(
                               expressionName(target))
                         : u"cannot assign to %1"_s.arg(expressionName(target)));
    }
}

/// An "=" where only an expression can stand: if x = 3.
void Parser::failOnAssignmentInExpression(const Node &left)
{
    if (left.kind == NodeKind::Name && !left.parenthesized)
        fail(left.span.begin, current().end,
             u"invalid syntax. Maybe you meant '==' or ':=' instead of '='?"_s);
    if (isOperand(left) && left.kind != NodeKind::Name)
        fail(left, u"cannot assign to %1 here. Maybe you meant '==' instead of '='?"_s.arg(
                       expressionName(left)));
    fail(left.span.begin, current().end,
         u"invalid syntax. Maybe you meant '==' or ':=' instead of '='?"_s);
}

} // namespace heddle::notation
