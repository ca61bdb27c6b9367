#include "orm/query/constructarguments.h"

#include <algorithm>

// Django's aggregates and database functions, called as in Python.

namespace heddle::expr::detail {

namespace {

/// The arguments that a signature names, in its order, whether they were given by place or by name.
/// What may be missing and is, ends the list or is null. Throws Python's TypeErrors.
std::vector<std::optional<Operand>> bySignature(const FunctionInfo &info, Arguments &args)
{
    const QStringList names = QString::fromLatin1(info.parameters).split(u',');
    // Messages name the class that has the constructor.
    QString name = QString::fromLatin1(info.name);
    if (name == "Right"_L1)
        name = u"Left"_s;
    else if (name == "RPad"_L1)
        name = u"LPad"_s;
    else if (name == "Lag"_L1 || name == "Lead"_L1)
        name = u"LagLeadFunction"_s;
    if (args.positionalCount() > std::size_t(names.size())) {
        const auto required = std::count_if(names.begin(), names.end(),
                                            [](const QString &n) { return !n.endsWith(u'?'); });
        const QString range = required == names.size()
                                  ? QString::number(names.size() + 1)
                                  : u"from %1 to %2"_s.arg(required + 1).arg(names.size() + 1);
        throw TypeError(u"%1.__init__() takes %2 positional arguments but %3 were given"_s.arg(
            name, range, QString::number(args.positionalCount() + 1)));
    }
    std::vector<std::optional<Operand>> out;
    QStringList missing;
    for (qsizetype i = 0; i < names.size(); ++i) {
        const bool optional = names[i].endsWith(u'?');
        const QByteArray key = (optional ? names[i].chopped(1) : names[i]).toLatin1();
        out.push_back(args.argument(std::size_t(i), key.constData()));
        if (!out.back() && !optional)
            missing << u'\'' + QString::fromLatin1(key) + u'\'';
    }
    if (!missing.isEmpty())
        throw TypeError(u"%1.__init__() missing %2 required positional argument%3: %4"_s.arg(
            name, QString::number(missing.size()), missing.size() == 1 ? u""_s : u"s"_s,
            missing.join(" and "_L1)));
    return out;
}

std::optional<qint64> plainInteger(const std::optional<Operand> &o)
{
    if (o && o->isValue() && o->value().type() == Value::Type::Int)
        return o->value().asInt();
    return {};
}

/// Numbers that make no sense are refused when the expression is made, as in Django.
void checkNumbers(const QString &name, const std::vector<std::optional<Operand>> &given)
{
    const auto at = [&](std::size_t i) { return plainInteger(given[i]); };
    if ((name == "Left"_L1 || name == "Right"_L1) && at(1) && *at(1) < 1)
        throw ValueError(u"'length' must be greater than 0."_s);
    if (name == "Substr"_L1 && at(1) && *at(1) < 1)
        throw ValueError(u"'pos' must be greater than 0"_s);
    if ((name == "LPad"_L1 || name == "RPad"_L1) && at(1) && *at(1) < 0)
        throw ValueError(u"'length' must be greater or equal to 0."_s);
    if (name == "Repeat"_L1 && at(1) && *at(1) < 0)
        throw ValueError(u"'number' must be greater or equal to 0."_s);
    if (name == "Ntile"_L1 && at(0) && *at(0) <= 0)
        throw ValueError(u"num_buckets must be greater than 0."_s);
    if (name == "NthValue"_L1 || name == "Lag"_L1 || name == "Lead"_L1) {
        if (given[0]->isNone())
            throw ValueError(u"%1 requires a non-null source expression."_s.arg(name));
        const bool nth = name == "NthValue"_L1;
        if ((given[1] && given[1]->isNone()) || (at(1) && *at(1) <= 0))
            throw ValueError((nth ? u"%1 requires a positive integer as for nth."_s
                                  : u"%1 requires a positive integer for the offset."_s)
                                 .arg(name));
    }
}

void addAggregateArguments(Expression &e, const FunctionInfo &info, Arguments &args)
{
    const bool delimited = e.name == "StringAgg"_L1 || e.name == "GroupConcat"_L1;
    if (args.positionalCount() == 0) {
        if (auto named = args.keyword("expression")) {
            e.args = {fromOperand(*named, true)};
        } else if (e.name != "Count"_L1 && !delimited) {
            throw TypeError(u"'%1' takes exactly %2 argument%3 (0 given)"_s.arg(
                e.name, QString::number(info.minArgs), info.minArgs == 1 ? u""_s : u"s"_s));
        } else {
            throw TypeError(
                u"%1.__init__() missing 1 required positional argument: 'expression'"_s.arg(
                    e.name));
        }
    } else {
        const Operand &of = args.positional(0);
        if (e.name == "Count"_L1 && of.isValue() && of.value() == Value::text("*"))
            e.args = {node(ExprKind::Star)};
        else
            e.args = {fromOperand(of, true)};
    }
    if (delimited) {
        std::optional<Operand> delimiter = args.argument(1, "delimiter");
        if (!delimiter)
            delimiter = args.keyword("separator");
        if (!delimiter && e.name == "StringAgg"_L1)
            throw TypeError(
                u"StringAgg.__init__() missing 1 required positional argument: 'delimiter'"_s);
        if (delimiter)
            e.args.push_back(fromOperand(*delimiter, false));
        return;
    }
    for (std::size_t i = 1; i < args.positionalCount() && int(i) < info.maxArgs; ++i)
        e.args.push_back(fromOperand(args.positional(i), true));
    if (int(e.args.size()) < info.minArgs || int(args.positionalCount()) > info.maxArgs)
        throw TypeError(u"'%1' takes exactly %2 argument%3 (%4 given)"_s.arg(
            e.name, QString::number(info.minArgs), info.minArgs == 1 ? u""_s : u"s"_s,
            QString::number(args.positionalCount())));
}

bool allowsDistinct(const QString &name)
{
    static const QStringList names{u"Count"_s,     u"Sum"_s,      u"Avg"_s,        u"ArrayAgg"_s,
                                   u"StringAgg"_s, u"JSONBAgg"_s, u"GroupConcat"_s};
    return names.contains(name);
}

ExprPtr constructJson(const FunctionInfo &info, Arguments &args)
{
    auto e = node(ExprKind::Function, QString::fromLatin1(info.name));
    if (e->name == "JSONArray"_L1) {
        e->type = args.outputField();
        for (const Operand &o : args.all())
            e->args.push_back(fromOperand(o, true));
        args.end();
        return e;
    }
    if (args.positionalCount() > 0)
        throw TypeError(
            u"JSONObject.__init__() takes 1 positional argument but %1 were given"_s.arg(
                args.positionalCount() + 1));
    for (const auto &[name, operand] : args.takeKeywords()) {
        e->args.push_back(literal(Value(name)));
        e->args.push_back(fromOperand(operand, true));
    }
    return e;
}

/// Cast, Extract, Trunc and Collate: the second argument is no expression.
std::size_t takeSpecialArgument(Expression &e, Arguments &args)
{
    const std::size_t given = args.positionalCount();
    if (e.name == "Cast"_L1) {
        if (given == 2 && args.positional(1).fieldType())
            e.type = *args.positional(1).fieldType();
        if (!e.type)
            throw TypeError(
                u"Cast.__init__() missing 1 required positional argument: 'output_field'"_s);
    } else if (e.name == "Collate"_L1) {
        const QString collation = textOf(args.argument(1, "collation"), u"collation"_s);
        for (QChar c : collation)
            if (!c.isLetterOrNumber() && c != u'_' && c != u'-' && c != u'.' && c != u'@')
                throw ValueError(u"Invalid collation name: '%1'."_s.arg(collation));
        if (collation.isEmpty())
            throw ValueError(u"Invalid collation name: ''."_s);
        e.options.emplace_back(u"collation"_s, Operand(Value(collation)));
    } else if (e.name == "Extract"_L1 || e.name == "Trunc"_L1) {
        const auto part = args.argument(1, e.name == "Extract"_L1 ? "lookup_name" : "kind");
        if (!part && e.name == "Extract"_L1)
            throw ValueError(u"lookup_name must be provided"_s);
        if (!part)
            throw TypeError(u"Trunc.__init__() missing 1 required positional argument: 'kind'"_s);
        e.options.emplace_back(
            u"part"_s,
            Operand(Value(textOf(part, e.name + " needs the part, such as 'year': it"_L1))));
        args.keyword("tzinfo");
    } else {
        if (e.name.startsWith("Extract"_L1) || e.name.startsWith("Trunc"_L1)) {
            args.keyword("tzinfo");
            if (given >= 2 && args.positional(1).fieldType()) {
                e.type = *args.positional(1).fieldType();
                return 1;
            }
        }
        return given;
    }
    return std::min<std::size_t>(given, 1);
}

void addFunctionArguments(Expression &e, const FunctionInfo &info, Arguments &args)
{
    if (*info.parameters) {
        const std::vector<std::optional<Operand>> given = bySignature(info, args);
        checkNumbers(e.name, given);
        for (const std::optional<Operand> &o : given)
            if (o && !(o->isNone() && e.name != "Replace"_L1))
                e.args.push_back(fromOperand(*o, true));
        // The rest of a signature with defaults, as Django fills them in.
        const std::size_t count = e.args.size();
        if ((e.name == "LPad"_L1 || e.name == "RPad"_L1) && count == 2)
            e.args.push_back(literal(Value::text(" ")));
        else if (e.name == "Replace"_L1 && count == 2)
            e.args.push_back(literal(Value::text("")));
        else if ((e.name == "Lag"_L1 || e.name == "Lead"_L1 || e.name == "NthValue"_L1) &&
                 count == 1)
            e.args.push_back(literal(Value(1)));
        else if (e.name == "Ntile"_L1 && count == 0)
            e.args.push_back(literal(Value(1)));
        return;
    }
    if (e.name == "Func"_L1) {
        for (const char *key : {"function", "template", "arg_joiner"})
            if (auto o = args.keyword(key))
                e.options.emplace_back(QString::fromLatin1(key), *o);
        args.keyword("arity");
    }
    std::size_t given = takeSpecialArgument(e, args);
    std::optional<Operand> named;
    if (given == 0 && info.minArgs > 0 && info.maxArgs >= 1)
        named = args.keyword("expression");
    const std::size_t count = given + (named ? 1 : 0);
    if (int(count) < info.minArgs && info.maxArgs < 0)
        throw ValueError(u"%1 must take at least two expressions"_s.arg(e.name));
    const int most = e.name == "Round"_L1 ? 1 : info.maxArgs;
    if ((most >= 0 && int(count) > most) || int(count) < info.minArgs)
        throw TypeError(u"'%1' takes exactly %2 argument%3 (%4 given)"_s.arg(
            e.name, QString::number(most), most == 1 ? u""_s : u"s"_s, QString::number(count)));
    if (named)
        e.args.push_back(fromOperand(*named, true));
    for (std::size_t i = 0; i < given; ++i)
        e.args.push_back(fromOperand(args.positional(i), true));
    if (e.name == "Round"_L1) {
        const auto precision = args.keyword("precision");
        e.args.push_back(precision ? fromOperand(*precision, true) : literal(Value(0)));
    }
}

} // namespace

ExprPtr constructAggregate(const FunctionInfo &info, Arguments &args)
{
    auto e = node(ExprKind::Aggregate, QString::fromLatin1(info.name));
    addAggregateArguments(*e, info, args);
    e->distinct = args.flag("distinct");
    if (e->distinct && !allowsDistinct(e->name))
        throw TypeError(u"%1 does not allow distinct."_s.arg(e->name));
    if (args.flag("sample"))
        e->options.emplace_back(u"sample"_s, Operand(Value(true)));
    if (const auto filter = args.keyword("filter"); filter && !filter->isNone())
        e->condition =
            conditionOf(*filter, u"An aggregate's filter must be a Q or a boolean expression"_s);
    if (e->condition && e->args[0]->kind == ExprKind::Star)
        throw ValueError(u"Star cannot be used with filter. Please specify a field."_s);
    if (const auto fallback = args.keyword("default"); fallback && !fallback->isNone()) {
        if (e->name == "Count"_L1 || e->name == "RegrCount"_L1)
            throw TypeError(u"%1 does not allow default."_s.arg(e->name));
        e->defaultValue = fromOperand(*fallback, false);
    }
    auto ordering = args.keyword("ordering");
    if (!ordering)
        ordering = args.keyword("order_by");
    e->orderBy = expressionList(ordering, true);
    e->type = args.outputField();
    args.end();
    return e;
}

ExprPtr constructFunction(const FunctionInfo &info, Arguments &args)
{
    const QString name = QString::fromLatin1(info.name);
    if (name == "JSONObject"_L1 || name == "JSONArray"_L1)
        return constructJson(info, args);
    auto e = node(ExprKind::Function, name);
    e->type = args.outputField();
    addFunctionArguments(*e, info, args);
    args.end();
    return e;
}

} // namespace heddle::expr::detail
