#include "orm/notation/queryprinter.h"
#include "orm/notation/queryprinterparts.h"
#include "orm/notation/tokens.h"
#include "orm/query/functions.h"

namespace heddle::notation {

using namespace Qt::Literals::StringLiterals;
using namespace detail;

namespace detail {

QString quoted(const QString &text)
{
    return Value(text).toRepr();
}

bool isAutomatic(const QString &name)
{
    return !name.isEmpty() && name.back().isDigit();
}

QString arguments(const QStringList &positional, const NamedTexts &named)
{
    QStringList parts = positional, strange;
    for (const auto &[name, text] : named) {
        if (isIdentifier(name))
            parts << name + u'=' + text;
        else
            strange << quoted(name) + u": "_s + text;
    }
    if (!strange.isEmpty())
        parts << u"**{"_s + strange.join(", "_L1) + u'}';
    return parts.join(", "_L1);
}

bool readsAsKeywords(const QNode &q)
{
    QString last;
    bool lookups = false;
    for (const QChild &child : q.children) {
        const bool isLookup = !child.node && !child.expression;
        if (!isLookup) {
            if (lookups)
                return false;
            continue;
        }
        if (child.path.isEmpty() || (lookups && !(last < child.path)) ||
            child.path.startsWith(u'_'))
            return false;
        lookups = true;
        last = child.path;
    }
    return true;
}

static QString printChild(const QChild &child)
{
    return child.node ? printCondition(*child.node) : printExpression(*child.expression);
}

QString conditionArguments(const QNode &q)
{
    QStringList positional;
    NamedTexts named;
    for (const QChild &child : q.children) {
        if (child.node || child.expression)
            positional << printChild(child);
        else
            named.emplace_back(child.path, printOperand(child.operand));
    }
    return arguments(positional, named);
}

} // namespace detail

namespace {

/// Q(...) with every member in its place; lookups out of order are pairs.
QString printCall(const QNode &q)
{
    QStringList positional;
    NamedTexts named;
    if (q.connector != Connector::And)
        named.emplace_back(u"_connector"_s, q.connector == Connector::Or ? u"'OR'"_s : u"'XOR'"_s);
    if (q.negated)
        named.emplace_back(u"_negated"_s, u"True"_s);
    if (readsAsKeywords(q)) {
        const QString rest = arguments({}, named);
        const QString all = conditionArguments(q);
        // **{...} stays behind the keywords.
        const qsizetype strange = all.indexOf("**{"_L1);
        if (strange < 0 || rest.isEmpty())
            return u"Q("_s + all + (all.isEmpty() || rest.isEmpty() ? u""_s : u", "_s) + rest +
                   u')';
    }
    for (const QChild &child : q.children)
        positional << (child.node         ? printCondition(*child.node)
                       : child.expression ? printExpression(*child.expression)
                                          : u'(' + quoted(child.path) + u", "_s +
                                                printOperand(child.operand) + u')');
    return u"Q("_s + arguments(positional, named) + u')';
}

/// Whether `a | b` gives back these very children: members of the same connector dissolve.
bool readsAsOperators(const QNode &q)
{
    if (q.children.size() < 2)
        return false;
    for (const QChild &child : q.children)
        if (child.node && !child.node->negated &&
            (child.node->connector == q.connector || child.node->children.size() <= 1))
            return false;
    return true;
}

QString printMember(const QChild &child)
{
    if (child.node)
        return printCondition(*child.node); // binds tighter than any operator
    QNode single;
    single.children = {child};
    return printCall(single);
}

} // namespace

QString printCondition(const QNode &q)
{
    if (q.negated) {
        const bool single = q.children.size() == 1 && q.connector == Connector::And;
        if (single && !q.children[0].node && !q.children[0].expression) {
            QNode plain = q;
            plain.negated = false;
            return u'~' + printCall(plain);
        }
        if (single && q.children[0].node &&
            (q.children[0].node->negated || q.children[0].node->children.size() != 1))
            return u"~("_s + printCondition(*q.children[0].node) + u')';
        return printCall(q);
    }
    if (q.connector != Connector::And && readsAsOperators(q)) {
        QStringList parts;
        for (const QChild &child : q.children)
            parts << printMember(child);
        return u'(' + parts.join(q.connector == Connector::Or ? " | "_L1 : " ^ "_L1) + u')';
    }
    return printCall(q);
}

namespace {

QString printValue(const Value &value)
{
    QString text = value.toRepr();
    switch (value.type()) {
    case Value::Type::Date:
    case Value::Type::Time:
    case Value::Type::DateTime:
    case Value::Type::Duration:
        return text.remove("datetime."_L1); // the notation's names are the classes
    case Value::Type::Double:
        return text == u"nan" || text.endsWith(u"inf") ? u"float('%1')"_s.arg(text) : text;
    case Value::Type::Null:
    case Value::Type::Bool:
    case Value::Type::Int:
    case Value::Type::BigInt:
    case Value::Type::Decimal:
    case Value::Type::Text:
    case Value::Type::Bytes:
    case Value::Type::Uuid:
    case Value::Type::Json:
    case Value::Type::Array:
        break;
    }
    return text;
}

/// An argument of a function: a name is a field there.
QString printArgument(const Expression &e)
{
    if (e.kind == ExprKind::Ref)
        return quoted(e.name);
    if (e.kind == ExprKind::Star)
        return u"'*'"_s;
    if (e.kind == ExprKind::Literal && !e.type && e.value.type() == Value::Type::Int)
        return printValue(e.value);
    return printExpression(e);
}

QString printList(const std::vector<ExprPtr> &items)
{
    QStringList parts;
    for (const ExprPtr &item : items)
        parts << printExpression(*item);
    return u'[' + parts.join(", "_L1) + u']';
}

void addType(const Expression &e, NamedTexts &named)
{
    if (e.type)
        named.emplace_back(u"output_field"_s, printFieldType(*e.type));
}

QString printFunction(const Expression &e)
{
    QStringList positional;
    NamedTexts named;
    if (e.name == "JSONObject"_L1) {
        for (std::size_t i = 0; i + 1 < e.args.size(); i += 2)
            named.emplace_back(e.args[i]->value.toDisplay(), printArgument(*e.args[i + 1]));
        return e.name + u'(' + arguments({}, named) + u')';
    }
    std::size_t count = e.args.size();
    if (e.name == "Round"_L1 && count == 2)
        --count;
    for (std::size_t i = 0; i < count; ++i)
        positional << printArgument(*e.args[i]);
    if (count != e.args.size())
        named.emplace_back(u"precision"_s, printArgument(*e.args.back()));
    for (const auto &[name, operand] : e.options) {
        if (name == "part"_L1 || name == "collation"_L1)
            positional << printOperand(operand);
        else
            named.emplace_back(name, printOperand(operand));
    }
    if (e.name == "Cast"_L1)
        positional << printFieldType(*e.type);
    else
        addType(e, named);
    return e.name + u'(' + arguments(positional, named) + u')';
}

QString printAggregate(const Expression &e)
{
    QStringList positional;
    NamedTexts named;
    const bool delimited = e.name == "StringAgg"_L1 || e.name == "GroupConcat"_L1;
    for (std::size_t i = 0; i < e.args.size(); ++i)
        positional << (delimited && i == 1 ? printExpression(*e.args[i])
                                           : printArgument(*e.args[i]));
    if (e.distinct)
        named.emplace_back(u"distinct"_s, u"True"_s);
    for (const auto &[name, operand] : e.options)
        named.emplace_back(name, printOperand(operand));
    if (e.condition)
        named.emplace_back(u"filter"_s, printCondition(*e.condition));
    if (e.defaultValue)
        named.emplace_back(u"default"_s, printExpression(*e.defaultValue));
    if (!e.orderBy.empty())
        named.emplace_back(u"order_by"_s, printList(e.orderBy));
    addType(e, named);
    return e.name + u'(' + arguments(positional, named) + u')';
}

QString printFrame(const WindowFrame &frame)
{
    NamedTexts named;
    if (frame.start)
        named.emplace_back(u"start"_s, QString::number(*frame.start));
    if (frame.end)
        named.emplace_back(u"end"_s, QString::number(*frame.end));
    static const char *const exclusions[] = {"", "CURRENT_ROW", "GROUP", "TIES", "NO_OTHERS"};
    if (frame.exclusion != WindowFrame::NoExclusion)
        named.emplace_back(u"exclusion"_s,
                           u"WindowFrameExclusion."_s + QLatin1String(exclusions[frame.exclusion]));
    return (frame.kind == WindowFrame::Rows ? u"RowRange("_s : u"ValueRange("_s) +
           arguments({}, named) + u')';
}

QString printWindow(const Expression &e)
{
    NamedTexts named;
    if (!e.partitionBy.empty())
        named.emplace_back(u"partition_by"_s, printList(e.partitionBy));
    if (!e.orderBy.empty())
        named.emplace_back(u"order_by"_s, printList(e.orderBy));
    if (e.frame.kind != WindowFrame::None)
        named.emplace_back(u"frame"_s, printFrame(e.frame));
    addType(e, named);
    return u"Window("_s + arguments({printExpression(*e.args[0])}, named) + u')';
}

QString printCase(const Expression &e)
{
    QStringList positional;
    NamedTexts named;
    for (const CaseWhen &when : e.whens)
        positional << u"When("_s + printCondition(*when.condition) + u", then="_s +
                          printExpression(*when.then) + u')';
    if (e.args[0])
        named.emplace_back(u"default"_s, printExpression(*e.args[0]));
    addType(e, named);
    return u"Case("_s + arguments(positional, named) + u')';
}

QString printCombined(const Expression &e)
{
    const QString lhs = printExpression(*e.args[0]), rhs = printExpression(*e.args[1]);
    static constexpr std::pair<const char *, const char *> methods[] = {{"&", "bitand"},
                                                                        {"|", "bitor"},
                                                                        {"#", "bitxor"},
                                                                        {"<<", "bitleftshift"},
                                                                        {">>", "bitrightshift"}};
    for (const auto &[op, method] : methods)
        if (e.name == QLatin1String(op))
            return u"%1.%2(%3)"_s.arg(lhs, QLatin1String(method), rhs);
    return u"(%1 %2 %3)"_s.arg(lhs, e.name == "^"_L1 ? u"**"_s : e.name, rhs);
}

QString printOrderBy(const Expression &e)
{
    NamedTexts named;
    if (e.nulls == NullsOrder::First)
        named.emplace_back(u"nulls_first"_s, u"True"_s);
    else if (e.nulls == NullsOrder::Last)
        named.emplace_back(u"nulls_last"_s, u"True"_s);
    return printExpression(*e.args[0]) + (e.descending ? u".desc("_s : u".asc("_s) +
           arguments({}, named) + u')';
}

QString printSubquery(const Expression &e)
{
    NamedTexts named;
    addType(e, named);
    const bool exists = e.kind == ExprKind::Exists;
    return (exists ? e.negated ? u"~Exists("_s : u"Exists("_s : u"Subquery("_s) +
           arguments({printQuery(*e.query)}, named) + u')';
}

} // namespace

QString printFieldType(const FieldType &type)
{
    NamedTexts named;
    if (type.maxLength >= 0)
        named.emplace_back(u"max_length"_s, QString::number(type.maxLength));
    if (type.maxDigits >= 0)
        named.emplace_back(u"max_digits"_s, QString::number(type.maxDigits));
    if (type.decimalPlaces >= 0)
        named.emplace_back(u"decimal_places"_s, QString::number(type.decimalPlaces));
    return type.className() + u'(' + arguments({}, named) + u')';
}

QString printOperand(const Operand &operand)
{
    if (const ExprPtr *e = operand.expression())
        return printExpression(**e);
    if (const Query *query = operand.query())
        return printQuery(*query);
    if (const FieldType *type = operand.fieldType())
        return printFieldType(*type);
    if (const InstanceRef *row = operand.instance()) {
        NamedTexts key;
        const std::vector<const Field *> &keys = row->model->primaryKeys();
        for (std::size_t i = 0; i < keys.size() && i < row->key.size(); ++i)
            key.emplace_back(keys[i]->attname, printValue(row->key[i]));
        return row->model->name + u'(' + arguments({}, key) + u')';
    }
    if (const Operand::List *items = operand.list()) {
        QStringList parts;
        for (const Operand &item : *items)
            parts << printOperand(item);
        return u'[' + parts.join(", "_L1) + u']';
    }
    return printValue(operand.value());
}

QString printExpression(const Expression &e)
{
    switch (e.kind) {
    case ExprKind::Literal: {
        NamedTexts named;
        addType(e, named);
        return u"Value("_s + arguments({printValue(e.value)}, named) + u')';
    }
    case ExprKind::Ref:
        return u"F(%1)"_s.arg(quoted(e.name));
    case ExprKind::OuterRef:
        return u"OuterRef(%1)"_s.arg(e.args.empty() ? quoted(e.name) : printExpression(*e.args[0]));
    case ExprKind::Star:
        return u"'*'"_s;
    case ExprKind::Combined:
        return printCombined(e);
    case ExprKind::Negated:
        return u"~("_s + printExpression(*e.args[0]) + u')';
    case ExprKind::Function:
        return printFunction(e);
    case ExprKind::Aggregate:
        return printAggregate(e);
    case ExprKind::Window:
        return printWindow(e);
    case ExprKind::When:
        return u"When("_s + printCondition(*e.condition) + u", then="_s +
               printExpression(*e.args[0]) + u')';
    case ExprKind::Case:
        return printCase(e);
    case ExprKind::Frame:
        return printFrame(e.frame);
    case ExprKind::Condition:
        return printCondition(*e.condition);
    case ExprKind::Subquery:
    case ExprKind::Exists:
        return printSubquery(e);
    case ExprKind::Wrapper:
        return u"ExpressionWrapper(%1, output_field=%2)"_s.arg(printExpression(*e.args[0]),
                                                               printFieldType(*e.type));
    case ExprKind::OrderBy:
        return printOrderBy(e);
    case ExprKind::FilteredRelation:
        return u"FilteredRelation(%1, condition=%2)"_s.arg(quoted(e.name),
                                                           printCondition(*e.condition));
    }
    return {};
}

} // namespace heddle::notation
