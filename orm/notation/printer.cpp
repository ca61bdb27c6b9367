#include "orm/notation/printer.h"

#include <charconv>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace heddle::notation {

namespace {

/// How tightly an expression binds, in Python's order; a child that binds less gets parentheses.
enum Binding {
    BindTest = 1,
    BindOr,
    BindAnd,
    BindNot,
    BindCompare,
    BindBitOr,
    BindBitXor,
    BindBitAnd,
    BindShift,
    BindArith,
    BindTerm,
    BindUnary,
    BindPower,
    BindAwait,
    BindPrimary,
};

int operatorBinding(const QString &op)
{
    if (op == u"**")
        return BindPower;
    if (op == u"|")
        return BindBitOr;
    if (op == u"^")
        return BindBitXor;
    if (op == u"&")
        return BindBitAnd;
    if (op == u"<<" || op == u">>")
        return BindShift;
    return op == u"+" || op == u"-" ? BindArith : BindTerm;
}

bool isNegative(const Value &value)
{
    switch (value.type()) {
    case Value::Type::Int:
        return value.asInt() < 0;
    case Value::Type::BigInt:
        return value.asBigInt().digits.starts_with('-');
    case Value::Type::Double:
        return std::signbit(value.asDouble());
    default: // no number of Python's
        return false;
    }
}

int bindingOf(const Node &node)
{
    switch (node.kind) {
    case NodeKind::IfExp:
    case NodeKind::Lambda:
        return BindTest;
    case NodeKind::BoolOp:
        return node.op == u"or" ? BindOr : BindAnd;
    case NodeKind::UnaryOp:
        return node.op == u"not" ? BindNot : BindUnary;
    case NodeKind::Compare:
        return BindCompare;
    case NodeKind::BinOp:
        return operatorBinding(node.op);
    case NodeKind::Await:
        return BindAwait;
    case NodeKind::Constant:
        return isNegative(node.value) ? BindUnary : BindPrimary;
    default: // brackets of their own, or a word
        return BindPrimary;
    }
}

/// Names, numbers and dotted names, perhaps with a sign: what Black hugs with ** and in slices.
bool isSimple(const Node &node)
{
    switch (node.kind) {
    case NodeKind::Name:
    case NodeKind::Constant:
        return true;
    case NodeKind::Attribute:
        return isSimple(*node.items[0]);
    case NodeKind::UnaryOp:
        return node.op != u"not" && node.items[0]->kind == NodeKind::Constant;
    default: // anything longer
        return false;
    }
}

} // namespace

QString numberText(const Value &value)
{
    if (value.type() == Value::Type::Int)
        return QString::number(value.asInt());
    if (value.type() == Value::Type::BigInt)
        return QString::fromStdString(value.asBigInt().digits);
    const double number = value.asDouble();
    if (std::isinf(number))
        return number > 0 ? u"1e999"_s : u"-1e999"_s;
    char buffer[64];
    // repr() turns to the exponent form below 1e-4 and from 1e16 on.
    const double magnitude = std::abs(number);
    const bool plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e16);
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number,
                                   plain ? std::chars_format::fixed : std::chars_format::scientific)
                         .ptr;
    QString text = QString::fromLatin1(buffer, end - buffer);
    if (plain && !text.contains(u'.'))
        text += u".0"_s;
    return text;
}

QString Printer::print(const Node &node, int indentation)
{
    if (node.kind == NodeKind::Module || node.kind >= NodeKind::Expr)
        return statement(node, QString(indentation * 4, u' '));
    return expression(node, BindTest);
}

QString Printer::expression(const Node &node, int binding)
{
    if (bindingOf(node) < binding)
        return u'(' + expression(node, BindTest) + u')';
    switch (node.kind) {
    case NodeKind::Constant:
        return constant(node);
    case NodeKind::JoinedStr:
        return m_source ? sourceText(node) : formatted(node);
    case NodeKind::Name:
        return node.name;
    case NodeKind::Attribute: {
        const Node &value = *node.items[0];
        const bool number =
            value.constant == ConstantKind::Int || value.constant == ConstantKind::Float;
        const QString text = expression(value, BindPrimary);
        return (number && !text.startsWith(u'(') ? u'(' + text + u')' : text) + u'.' + node.name;
    }
    case NodeKind::Call:
        return call(node);
    case NodeKind::Subscript:
        return subscript(node);
    case NodeKind::Slice:
        return slice(node);
    case NodeKind::BinOp:
        return binary(node);
    case NodeKind::UnaryOp:
        return node.op == u"not" ? u"not "_s + expression(*node.items[0], BindNot)
                                 : node.op + expression(*node.items[0], BindUnary);
    case NodeKind::BoolOp:
        return joinedBy(node.items, bindingOf(node) + 1, u' ' + node.op + u' ');
    case NodeKind::Compare:
        return compare(node);
    case NodeKind::IfExp:
        return expression(*node.items[1], BindOr) + u" if "_s + expression(*node.items[0], BindOr) +
               u" else "_s + expression(*node.items[2], BindTest);
    case NodeKind::List:
        return u'[' + joinedBy(node.items, BindTest, u", "_s) + u']';
    case NodeKind::Set:
        return u'{' + joinedBy(node.items, BindTest, u", "_s) + u'}';
    case NodeKind::Tuple:
        return u'(' + tuple(node) + u')';
    case NodeKind::Dict:
        return u'{' + dict(node) + u'}';
    case NodeKind::ListComp:
        return u'[' + comprehension(node) + u']';
    case NodeKind::SetComp:
    case NodeKind::DictComp:
        return u'{' + comprehension(node) + u'}';
    case NodeKind::GeneratorExp:
        return u'(' + comprehension(node) + u')';
    case NodeKind::Await:
        return u"await "_s + expression(*node.items[0], BindPrimary);
    case NodeKind::Starred:
        return u'*' + expression(*node.items[0], BindBitOr);
    case NodeKind::Lambda:
        return u"lambda"_s + (node.parameters.empty() ? QString() : u' ' + parameters(node)) +
               u": "_s + expression(*node.items[0], BindTest);
    default: // FormattedValue prints inside its string; statements and errors are no expressions
        m_complete = false;
        return {};
    }
}

QString Printer::bare(const Node &node)
{
    return node.kind == NodeKind::Tuple && node.items.size() > 1 ? tuple(node)
                                                                 : expression(node, BindTest);
}

QString Printer::joinedBy(const Nodes &nodes, int binding, const QString &separator)
{
    QString out;
    for (const NodePtr &node : nodes)
        out += (out.isEmpty() ? QString() : separator) + expression(*node, binding);
    return out;
}

QString Printer::constant(const Node &node)
{
    switch (node.constant) {
    case ConstantKind::None:
        return u"None"_s;
    case ConstantKind::True:
        return u"True"_s;
    case ConstantKind::False:
        return u"False"_s;
    case ConstantKind::Ellipsis:
        return u"..."_s;
    case ConstantKind::Int:
    case ConstantKind::Float:
        return m_source ? sourceText(node) : numberText(node.value);
    case ConstantKind::Str:
        return m_source ? sourceText(node) : text(node.value.asString());
    case ConstantKind::Bytes:
        return m_source ? sourceText(node) : bytes(node.value.asBytes());
    }
    return {};
}

/// The literal as the user wrote it; plain text in single quotes gets double ones.
QString Printer::sourceText(const Node &node)
{
    const QString spelled = m_source->mid(node.span.begin, node.span.end - node.span.begin);
    const bool plain = node.kind == NodeKind::Constant && spelled.size() >= 2 &&
                       spelled.startsWith(u'\'') && !spelled.contains(u'\\') &&
                       !spelled.contains(u'"') && !spelled.contains(u'\n') &&
                       spelled.count(u'\'') == 2;
    return plain ? u'"' + spelled.mid(1, spelled.size() - 2) + u'"' : spelled;
}

QString Printer::binary(const Node &node)
{
    const int binding = operatorBinding(node.op);
    const Node &left = *node.items[0], &right = *node.items[1];
    if (binding == BindPower) {
        const QString blank = isSimple(left) && isSimple(right) ? QString() : u" "_s;
        return expression(left, BindAwait) + blank + node.op + blank + expression(right, BindUnary);
    }
    return expression(left, binding) + u' ' + node.op + u' ' + expression(right, binding + 1);
}

QString Printer::compare(const Node &node)
{
    QString out = expression(*node.items[0], BindBitOr);
    for (qsizetype i = 0; i < node.ops.size(); ++i)
        out += u' ' + node.ops[i] + u' ' + expression(*node.items[std::size_t(i) + 1], BindBitOr);
    return out;
}

QString Printer::call(const Node &node)
{
    QString out;
    if (node.arguments.size() == 1 && node.arguments[0].kind == Argument::Positional &&
        node.arguments[0].value->kind == NodeKind::GeneratorExp) {
        out = comprehension(*node.arguments[0].value);
    } else {
        for (const Argument &argument : node.arguments) {
            if (!out.isEmpty())
                out += u", "_s;
            switch (argument.kind) {
            case Argument::Positional:
                break;
            case Argument::Keyword:
                out += argument.name + u'=';
                break;
            case Argument::Star:
                out += u'*';
                break;
            case Argument::DoubleStar:
                out += u"**"_s;
                break;
            }
            out += expression(*argument.value, BindTest);
        }
    }
    return expression(*node.items[0], BindPrimary) + u'(' + out + u')';
}

QString Printer::subscript(const Node &node)
{
    const Node &index = *node.items[1];
    const bool bareTuple = index.kind == NodeKind::Tuple && !index.items.empty();
    return expression(*node.items[0], BindPrimary) + u'[' +
           (bareTuple ? tuple(index) : expression(index, BindTest)) + u']';
}

QString Printer::slice(const Node &node)
{
    bool simple = true;
    for (const NodePtr &part : node.items)
        simple &= !part || isSimple(*part);
    const QString blank = simple ? QString() : u" "_s;
    const auto part = [&](std::size_t i) {
        return node.items[i] ? expression(*node.items[i], BindTest) : QString();
    };
    QString out = part(0);
    out += (out.isEmpty() ? u":"_s : blank + u':') + (node.items[1] ? blank + part(1) : QString());
    if (node.items[2])
        out += blank + u':' + blank + part(2);
    return out;
}

QString Printer::tuple(const Node &node)
{
    return joinedBy(node.items, BindTest, u", "_s) + (node.items.size() == 1 ? u","_s : QString());
}

QString Printer::dict(const Node &node)
{
    QString out;
    for (std::size_t i = 0; i + 1 < node.items.size(); i += 2) {
        if (i > 0)
            out += u", "_s;
        if (node.items[i])
            out += expression(*node.items[i], BindTest) + u": "_s +
                   expression(*node.items[i + 1], BindTest);
        else
            out += u"**"_s + expression(*node.items[i + 1], BindBitOr);
    }
    return out;
}

QString Printer::comprehension(const Node &node)
{
    QString out = expression(*node.items[0], BindTest);
    if (node.kind == NodeKind::DictComp)
        out += u": "_s + expression(*node.items[1], BindTest);
    for (const Comprehension &generator : node.generators) {
        out += (generator.async ? u" async for "_s : u" for "_s) + bare(*generator.target) +
               u" in "_s + expression(*generator.iterable, BindOr);
        for (const NodePtr &condition : generator.conditions)
            out += u" if "_s + expression(*condition, BindOr);
    }
    return out;
}

QString Printer::parameters(const Node &node)
{
    QStringList out;
    bool seenStar = false;
    for (const Parameter &parameter : node.parameters) {
        if (parameter.kind == Parameter::KeywordOnly && !seenStar)
            out.push_back(u"*"_s);
        seenStar |=
            parameter.kind == Parameter::KeywordOnly || parameter.kind == Parameter::VarArgs;
        QString text = parameter.name;
        if (parameter.kind == Parameter::VarArgs)
            text.prepend(u'*');
        else if (parameter.kind == Parameter::KwArgs)
            text.prepend(u"**"_s);
        if (parameter.defaultValue)
            text += u'=' + expression(*parameter.defaultValue, BindTest);
        out.push_back(text);
    }
    return out.join(u", "_s);
}

QString print(const Node &node)
{
    return Printer().print(node);
}

} // namespace heddle::notation
