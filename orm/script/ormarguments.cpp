#include "orm/script/ormarguments.h"

#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/ormobjects.h"

#include <algorithm>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

bool isListLike(const Object &object)
{
    return object.isKind(Kind::List) || object.isKind(Kind::Tuple) || object.isKind(Kind::Set) ||
           object.isKind(Kind::Range) || object.isKind(Kind::Generator) ||
           object.isKind(Kind::Iterator) ||
           (object.isKind(Kind::Other) && object.typeName().startsWith(u"dict_"));
}

} // namespace

Operand operandFrom(Machine &vm, const Object &object)
{
    if (const ExpressionObject *expression = object.as<ExpressionObject>())
        return Operand(expression->expression());
    if (const Condition *condition = object.as<Condition>())
        return Operand(condition->node());
    if (const QuerySet *rows = object.as<QuerySet>())
        return Operand(rows->query());
    if (const Manager *manager = object.as<Manager>())
        return Operand(manager->querySet().as<QuerySet>()->query());
    if (const RecordObject *record = object.as<RecordObject>())
        return Operand(record->record().instanceRef());
    if (const FieldTypeObject *type = object.as<FieldTypeObject>())
        return Operand(type->type());
    if (isListLike(object)) {
        const Machine::Depth depth(vm, "in an argument");
        Operand::List items;
        for (const Object &item : listOf(vm, object))
            items.push_back(operandFrom(vm, item));
        return Operand(std::move(items));
    }
    if (auto value = object.toValue())
        return Operand(std::move(*value));
    throw TypeError(u"a %1 cannot be a value in a query"_s.arg(object.typeName()));
}

NamedOperands operandsFrom(Machine &vm, const std::vector<std::pair<QString, Object>> &keywords)
{
    NamedOperands operands;
    for (const auto &[name, value] : keywords)
        operands.emplace_back(name, operandFrom(vm, value));
    return operands;
}

QPtr conditionOf(const Object &object)
{
    if (const Condition *condition = object.as<Condition>())
        return condition->node();
    const ExpressionObject *expression = object.as<ExpressionObject>();
    if (!expression || !expr::isConditional(*expression->expression()))
        return {};
    return makeQ({QChild{{}, {}, {}, expression->expression()}});
}

QPtr conditionFrom(Machine &vm, const Arguments &arguments)
{
    std::vector<QChild> children;
    for (const Object &object : arguments.positional) {
        if (const Condition *condition = object.as<Condition>())
            children.push_back({{}, {}, condition->node(), {}});
        else if (const ExpressionObject *expression = object.as<ExpressionObject>();
                 expression && expr::isConditional(*expression->expression()))
            children.push_back({{}, {}, {}, expression->expression()});
        else if (object.isKind(Kind::Expression))
            throw TypeError(u"Cannot filter against a non-conditional expression."_s);
        else if (const Tuple *pair = object.as<Tuple>();
                 pair && pair->items().size() == 2 && pair->items()[0].isStr())
            children.push_back(
                {pair->items()[0].text(), operandFrom(vm, pair->items()[1]), {}, {}});
        else if (object.isStr())
            throw ValueError(object.text().size() > 2
                                 ? u"too many values to unpack (expected 2)"_s
                                 : u"not enough values to unpack (expected 2, got %1)"_s.arg(
                                       object.text().size()));
        else if (object.isInt() || object.isFloat() || object.isBool() || object.isNone())
            throw TypeError(u"cannot unpack non-iterable %1 object"_s.arg(object.typeName()));
        else
            throw TypeError(
                u"a condition must be a Q, a boolean expression or a keyword argument, not %1"_s
                    .arg(object.typeName()));
    }
    auto keywords = arguments.keywords;
    std::sort(keywords.begin(), keywords.end(),
              [](const auto &a, const auto &b) { return a.first < b.first; });
    for (const auto &[name, value] : keywords)
        children.push_back({name, operandFrom(vm, value), {}, {}});
    return children.empty() ? QPtr() : makeQ(std::move(children));
}

ExprPtr expressionFrom(Machine &vm, const Object &object, bool textIsPath)
{
    return expr::fromOperand(operandFrom(vm, object), textIsPath);
}

namespace {

/// The name that Django gives a positional aggregate.
QString aliasOf(const Expression &expression, const char *what)
{
    try {
        return expr::defaultAlias(expression);
    } catch (const AttributeError &) {
        // What has no alias of its own at all: annotate() lets Django's AttributeError through,
        // aggregate() does not.
        if (QLatin1String(what) != "aggregates"_L1)
            throw;
        throw TypeError(u"Complex %1 require an alias"_s.arg(QLatin1String(what)));
    } catch (const TypeError &) {
        throw TypeError(u"Complex %1 require an alias"_s.arg(QLatin1String(what)));
    }
}

} // namespace

std::vector<NamedExpression> namedExpressions(Machine &vm, const Arguments &arguments,
                                              const char *what)
{
    std::vector<NamedExpression> named;
    for (const Object &object : arguments.positional) {
        const ExpressionObject *expression = object.as<ExpressionObject>();
        if (!expression)
            throw TypeError(
                u"QuerySet.annotate() received non-expression(s): %1."_s.arg(strOf(vm, object)));
        const QString name = aliasOf(*expression->expression(), what);
        for (const auto &[keyword, value] : arguments.keywords) {
            if (keyword == name)
                throw ValueError(
                    u"The named annotation '%1' conflicts with the default name for another annotation."_s
                        .arg(name));
        }
        named.push_back({name, expression->expression()});
    }
    for (const auto &[name, object] : arguments.keywords) {
        if (!object.isKind(Kind::Expression) && !object.isKind(Kind::Query) &&
            !object.isKind(Kind::QuerySet))
            throw TypeError(
                u"QuerySet.annotate() received non-expression(s): %1."_s.arg(strOf(vm, object)));
        named.push_back({name, expressionFrom(vm, object, false)});
    }
    return named;
}

std::vector<NamedExpression> valueExpressions(Machine &vm, const Arguments &arguments)
{
    std::vector<NamedExpression> named;
    for (const Object &object : arguments.positional) {
        if (!object.isStr() && !object.isKind(Kind::Expression))
            throw TypeError(
                u"values() takes names and expressions, not %1"_s.arg(object.typeName()));
        named.push_back({{},
                         object.isStr() ? expr::ref(object.text())
                                        : object.as<ExpressionObject>()->expression()});
    }
    for (const auto &[name, object] : arguments.keywords)
        named.push_back({name, expressionFrom(vm, object, true)});
    return named;
}

QStringList textsFrom(const Arguments &arguments, const char *method)
{
    QStringList texts;
    for (const Object &object : arguments.positional) {
        if (!object.isStr())
            throw TypeError(
                u"%1() takes names, not %2"_s.arg(QLatin1String(method), object.typeName()));
        texts.append(object.text());
    }
    return texts;
}

} // namespace heddle::script
