#include "orm/query/expression.h"
#include "orm/query/functions.h"
#include "orm/query/query.h"

#include <algorithm>

namespace heddle::expr {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The arguments of one call, taken out one after another; what is left over at the end is an
/// error.
class Arguments {
public:
    Arguments(const QString &name, const std::vector<Operand> &positional,
              const NamedOperands &keywords)
        : m_name(name), m_positional(positional), m_keywords(keywords)
    {
    }

    std::size_t positionalCount() const { return m_positional.size(); }
    const Operand &positional(std::size_t i) const { return m_positional[i]; }
    std::optional<Operand> keyword(const char *name)
    {
        for (auto it = m_keywords.begin(); it != m_keywords.end(); ++it) {
            if (it->first == QLatin1String(name)) {
                Operand found = std::move(it->second);
                m_keywords.erase(it);
                return found;
            }
        }
        return {};
    }
    /// Positional argument i, or the keyword of that name.
    std::optional<Operand> argument(std::size_t i, const char *name)
    {
        if (i < m_positional.size())
            return m_positional[i];
        return keyword(name);
    }
    bool flag(const char *name)
    {
        const std::optional<Operand> o = keyword(name);
        return o && o->isValue() && o->value() == Value(true);
    }
    std::optional<FieldType> outputField()
    {
        const std::optional<Operand> o = keyword("output_field");
        if (!o || o->isNone())
            return {};
        if (!o->fieldType())
            throw TypeError(u"output_field must be a field, such as IntegerField()"_s);
        return *o->fieldType();
    }
    void end() const
    {
        if (!m_keywords.empty())
            throw TypeError(u"%1.__init__() got an unexpected keyword argument '%2'"_s.arg(
                m_name, m_keywords.front().first));
    }
    NamedOperands takeKeywords() { return std::move(m_keywords); }
    const std::vector<Operand> &all() const { return m_positional; }
    void limit(std::size_t least, std::size_t most) const
    {
        if (m_positional.size() < least || m_positional.size() > most)
            throw TypeError(u"%1 takes %2 arguments (%3 given)"_s.arg(
                m_name, least == most ? QString::number(least) : u"%1 to %2"_s.arg(least).arg(most),
                QString::number(m_positional.size())));
    }

private:
    QString m_name;
    const std::vector<Operand> &m_positional;
    NamedOperands m_keywords;
};

std::shared_ptr<Expression> node(ExprKind kind, const QString &name = {})
{
    auto e = std::make_shared<Expression>();
    e->kind = kind;
    e->name = name;
    return e;
}

QString textOf(const std::optional<Operand> &o, const QString &what)
{
    if (!o || !o->isValue() || o->value().type() != Value::Type::Text)
        throw TypeError(u"%1 must be a text"_s.arg(what));
    return o->value().asString();
}

QPtr conditionOf(const Operand &o, const QString &what)
{
    if (const ExprPtr *e = o.expression()) {
        if ((*e)->kind == ExprKind::Condition)
            return (*e)->condition;
        if (isConditional(**e))
            return makeQ({{{}, {}, {}, *e}});
    }
    throw TypeError(what);
}

std::vector<ExprPtr> expressionList(const std::optional<Operand> &o, bool ordering)
{
    std::vector<ExprPtr> out;
    if (!o || o->isNone())
        return out;
    const auto add = [&](const Operand &item) {
        if (ordering && item.isValue() && item.value().type() == Value::Type::Text)
            out.push_back(orderingFromText(item.value().asString()));
        else
            out.push_back(fromOperand(item, true));
    };
    if (const Operand::List *items = o->list())
        for (const Operand &item : *items)
            add(item);
    else
        add(*o);
    return out;
}

/// The arguments that a signature names, in its order, whether they were given by place or by name.
/// What may be missing and is, ends the list or is null. Throws Python's TypeErrors.
std::vector<std::optional<Operand>> bySignature(const FunctionInfo &info, Arguments &args)
{
    const QStringList names = QString::fromLatin1(info.parameters).split(u',');
    const QString name = QString::fromLatin1(info.name);
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

ExprPtr constructCase(Arguments &args)
{
    auto e = node(ExprKind::Case);
    for (const Operand &o : args.all()) {
        const ExprPtr *w = o.expression();
        if (!w || (*w)->kind != ExprKind::When)
            throw TypeError(u"Positional arguments must all be When objects."_s);
        e->whens.push_back({(*w)->condition, (*w)->args[0]});
    }
    const auto fallback = args.keyword("default");
    e->args = {fallback && !fallback->isNone() ? fromOperand(*fallback, true) : literal(Value())};
    e->type = args.outputField();
    args.end();
    return e;
}

ExprPtr constructWhen(Arguments &args)
{
    auto e = node(ExprKind::When);
    const auto then = args.keyword("then");
    std::vector<QChild> children;
    args.limit(0, 1);
    if (args.positionalCount() == 1) {
        const Operand &o = args.positional(0);
        const QPtr q = conditionOf(
            o, u"When() supports a Q object, a boolean expression, or lookups as a condition."_s);
        if (q->isEmpty())
            throw ValueError(u"An empty Q() can't be used as a When() condition."_s);
        children.push_back({{}, {}, q, {}});
    }
    for (auto &[name, operand] : args.takeKeywords())
        children.push_back({name, operand, {}, {}});
    if (children.empty())
        throw TypeError(
            u"When() supports a Q object, a boolean expression, or lookups as a condition."_s);
    e->condition =
        children.size() == 1 && children[0].node ? children[0].node : makeQ(std::move(children));
    e->args = {then ? fromOperand(*then, true) : literal(Value())};
    return e;
}

ExprPtr constructWindow(Arguments &args)
{
    auto e = node(ExprKind::Window);
    const auto of = args.argument(0, "expression");
    if (!of || !of->expression())
        throw TypeError(
            u"Window.__init__() missing 1 required positional argument: 'expression'"_s);
    const Expression &inner = **of->expression();
    const FunctionInfo *info = functionInfo(inner.name);
    if (inner.kind != ExprKind::Aggregate &&
        !(inner.kind == ExprKind::Function && info && info->window))
        throw ValueError(
            u"Expression '%1' isn't compatible with OVER clauses."_s.arg(className(inner)));
    e->args = {*of->expression()};
    e->partitionBy = expressionList(args.argument(1, "partition_by"), false);
    e->orderBy = expressionList(args.argument(2, "order_by"), true);
    if (const auto frame = args.argument(3, "frame"); frame && !frame->isNone()) {
        if (!frame->expression() || (*frame->expression())->kind != ExprKind::Frame)
            throw TypeError(u"Window's frame must be a RowRange or a ValueRange"_s);
        e->frame = (*frame->expression())->frame;
    }
    e->type = args.outputField();
    args.end();
    return e;
}

ExprPtr constructFrame(const QString &name, Arguments &args)
{
    auto e = node(ExprKind::Frame, name);
    e->frame.kind = name == "RowRange"_L1 ? WindowFrame::Rows : WindowFrame::Range;
    const auto bound = [](const std::optional<Operand> &o,
                          const QString &what) -> std::optional<qint64> {
        if (!o || o->isNone())
            return {};
        if (!o->isValue() || o->value().type() != Value::Type::Int)
            throw ValueError(u"%1 argument must be an integer, zero, or None, but got '%2'."_s.arg(
                what, o->toRepr()));
        return o->value().asInt();
    };
    e->frame.start = bound(args.argument(0, "start"), u"start"_s);
    e->frame.end = bound(args.argument(1, "end"), u"end"_s);
    if (e->frame.start && e->frame.end && *e->frame.start > *e->frame.end)
        throw ValueError(u"start cannot be greater than end."_s);
    if (const auto exclusion = args.argument(2, "exclusion"); exclusion && !exclusion->isNone()) {
        static const QStringList names{u"CURRENT ROW"_s, u"GROUP"_s, u"TIES"_s, u"NO OTHERS"_s};
        const qsizetype i =
            exclusion->isValue() ? names.indexOf(exclusion->value().toDisplay()) : -1;
        if (i < 0)
            throw TypeError(u"%1.exclusion must be a WindowFrameExclusion instance."_s.arg(name));
        e->frame.exclusion = WindowFrame::Exclusion(int(WindowFrame::CurrentRow) + int(i));
    }
    args.end();
    return e;
}

ExprPtr constructQ(Arguments &args)
{
    Connector connector = Connector::And;
    if (const auto c = args.keyword("_connector")) {
        const QString text = textOf(c, u"_connector"_s);
        connector = text == "OR"_L1    ? Connector::Or
                    : text == "XOR"_L1 ? Connector::Xor
                                       : Connector::And;
    }
    const bool isNegated = args.flag("_negated");
    std::vector<QChild> children;
    for (const Operand &o : args.all()) {
        const ExprPtr *e = o.expression();
        if (e && (*e)->kind == ExprKind::Condition)
            children.push_back({{}, {}, (*e)->condition, {}});
        else if (e)
            children.push_back({{}, {}, {}, *e});
        else
            throw TypeError(u"Q() takes conditions, not %1"_s.arg(o.toRepr()));
    }
    // Django sorts keyword lookups by name.
    NamedOperands lookups = args.takeKeywords();
    std::sort(lookups.begin(), lookups.end(),
              [](const auto &a, const auto &b) { return a.first < b.first; });
    for (auto &[name, operand] : lookups)
        children.push_back({name, operand, {}, {}});
    return condition(makeQ(std::move(children), connector, isNegated));
}

ExprPtr constructFilteredRelation(Arguments &args)
{
    auto e = node(ExprKind::FilteredRelation);
    e->name = textOf(args.argument(0, "relation_name"), u"FilteredRelation's relation_name"_s);
    if (e->name.isEmpty())
        throw ValueError(u"relation_name cannot be empty."_s);
    const auto condition = args.keyword("condition");
    const ExprPtr *q = condition ? condition->expression() : nullptr;
    if (condition && (!q || (*q)->kind != ExprKind::Condition))
        throw ValueError(u"condition argument must be a Q() instance."_s);
    e->condition = q ? (*q)->condition : makeQ({});
    args.end();
    return e;
}

ExprPtr constructOrderBy(Arguments &args)
{
    const auto of = args.argument(0, "expression");
    if (!of || !of->expression())
        throw ValueError(u"expression must be an expression type"_s);
    const bool descending = args.flag("descending");
    const bool first = args.flag("nulls_first"), last = args.flag("nulls_last");
    if (first && last)
        throw ValueError(u"nulls_first and nulls_last are mutually exclusive"_s);
    args.end();
    return orderBy(*of->expression(), descending,
                   first  ? NullsOrder::First
                   : last ? NullsOrder::Last
                          : NullsOrder::Default);
}

} // namespace

static ExprPtr constructed(const QString &name, const std::vector<Operand> &positional,
                           const NamedOperands &keywords)
{
    Arguments args(name, positional, keywords);
    if (const FunctionInfo *info = functionInfo(name))
        return info->aggregate ? constructAggregate(*info, args) : constructFunction(*info, args);
    if (name == "Q"_L1)
        return constructQ(args);
    if (name == "F"_L1 || name == "OuterRef"_L1) {
        args.limit(1, 1);
        args.end();
        if (const ExprPtr *inner = args.positional(0).expression();
            inner && name == "OuterRef"_L1 && (*inner)->kind == ExprKind::OuterRef) {
            auto e = node(ExprKind::OuterRef, (*inner)->name); // of the query around that
            e->args = {*inner};
            return e;
        }
        const QString path = textOf(args.positional(0), name + "()'s name"_L1);
        return name == "F"_L1 ? ref(path) : outerRef(path);
    }
    if (name == "Value"_L1) {
        args.limit(1, 1);
        std::optional<FieldType> type = args.outputField();
        args.end();
        if (!args.positional(0).isValue())
            throw TypeError(
                u"Value() takes a plain value, not %1"_s.arg(args.positional(0).toRepr()));
        return literal(args.positional(0).value(), type);
    }
    if (name == "Case"_L1)
        return constructCase(args);
    if (name == "When"_L1)
        return constructWhen(args);
    if (name == "Window"_L1)
        return constructWindow(args);
    if (name == "RowRange"_L1 || name == "ValueRange"_L1)
        return constructFrame(name, args);
    if (name == "Subquery"_L1 || name == "Exists"_L1) {
        args.limit(1, 1);
        if (!args.positional(0).query())
            throw TypeError(u"%1() takes a queryset"_s.arg(name));
        std::optional<FieldType> type = args.outputField();
        args.end();
        const Query &query = *args.positional(0).query();
        auto e =
            std::make_shared<Expression>(name == "Exists"_L1 ? *exists(query) : *subquery(query));
        e->type = type;
        return e;
    }
    if (name == "FilteredRelation"_L1)
        return constructFilteredRelation(args);
    if (name == "OrderBy"_L1)
        return constructOrderBy(args);
    if (name == "ExpressionWrapper"_L1) {
        auto e = node(ExprKind::Wrapper);
        const auto of = args.argument(0, "expression");
        if (!of)
            throw TypeError(
                u"ExpressionWrapper.__init__() missing 1 required positional argument: 'expression'"_s);
        e->args = {fromOperand(*of, true)};
        if (args.positionalCount() > 1 && args.positional(1).fieldType())
            e->type = *args.positional(1).fieldType();
        else
            e->type = args.outputField();
        args.end();
        if (!e->type)
            throw TypeError(
                u"ExpressionWrapper.__init__() missing 1 required positional argument: 'output_field'"_s);
        return e;
    }
    throw NotSupportedError(u"%1 is not available"_s.arg(name));
}

ExprPtr construct(const QString &name, const std::vector<Operand> &positional,
                  const NamedOperands &keywords)
{
    const ExprPtr made = constructed(name, positional, keywords);
    return made->depth > 1 ? made
                           : measured(std::const_pointer_cast<Expression>(
                                 made)); // made just now: nobody else has it
}

QStringList expressionNames()
{
    QStringList names{u"Q"_s,          u"F"_s,
                      u"OuterRef"_s,   u"Value"_s,
                      u"Case"_s,       u"When"_s,
                      u"Window"_s,     u"RowRange"_s,
                      u"ValueRange"_s, u"Subquery"_s,
                      u"Exists"_s,     u"ExpressionWrapper"_s,
                      u"OrderBy"_s,    u"FilteredRelation"_s};
    for (const FunctionInfo &info : allFunctions())
        names << QString::fromLatin1(info.name);
    return names;
}

static const std::vector<std::pair<const char *, FieldKind>> &fieldClasses()
{
    static const std::vector<std::pair<const char *, FieldKind>> table = {
        {"AutoField", FieldKind::Auto},
        {"BigAutoField", FieldKind::BigAuto},
        {"SmallIntegerField", FieldKind::SmallInteger},
        {"IntegerField", FieldKind::Integer},
        {"BigIntegerField", FieldKind::BigInteger},
        {"PositiveIntegerField", FieldKind::PositiveInteger},
        {"BooleanField", FieldKind::Boolean},
        {"CharField", FieldKind::Char},
        {"TextField", FieldKind::Text},
        {"BinaryField", FieldKind::Binary},
        {"FloatField", FieldKind::Float},
        {"DecimalField", FieldKind::Decimal},
        {"DateField", FieldKind::Date},
        {"TimeField", FieldKind::Time},
        {"DateTimeField", FieldKind::DateTime},
        {"DurationField", FieldKind::Duration},
        {"UUIDField", FieldKind::Uuid},
        {"JSONField", FieldKind::Json},
    };
    return table;
}

FieldType fieldClass(const QString &name, const NamedOperands &keywords)
{
    for (const auto &[className, kind] : fieldClasses()) {
        if (name != QLatin1String(className))
            continue;
        FieldType type;
        type.kind = kind;
        for (const auto &[key, operand] : keywords) {
            const bool isInt = operand.isValue() && operand.value().type() == Value::Type::Int;
            if (key == "max_length"_L1 && isInt)
                type.maxLength = int(operand.value().asInt());
            else if (key == "max_digits"_L1 && isInt)
                type.maxDigits = int(operand.value().asInt());
            else if (key == "decimal_places"_L1 && isInt)
                type.decimalPlaces = int(operand.value().asInt());
        }
        return type;
    }
    throw NameError(u"name '%1' is not defined"_s.arg(name));
}

QStringList fieldClassNames()
{
    QStringList names;
    for (const auto &entry : fieldClasses())
        names << QString::fromLatin1(entry.first);
    return names;
}

} // namespace heddle::expr
