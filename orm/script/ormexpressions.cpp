#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/natives.h"
#include "orm/script/ormarguments.h"
#include "orm/script/ormnames.h"
#include "orm/script/ormobjects.h"
#include "orm/script/ormtransaction.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

// --- Q ---

namespace {

QString reprOfCondition(Machine &vm, const QNode &node)
{
    static const char *const connectors[] = {"AND", "OR", "XOR"};
    QString text = u"(%1: "_s.arg(QLatin1String(connectors[int(node.connector)]));
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const QChild &child = node.children[i];
        if (i > 0)
            text += u", "_s;
        if (child.node)
            text += reprOfCondition(vm, *child.node);
        else if (child.expression)
            text += expr::className(*child.expression) + u"(...)"_s;
        else
            text += u"('%1', %2)"_s.arg(child.path, child.operand.toRepr());
    }
    text += u')';
    return node.negated ? u"(NOT "_s + text + u')' : text;
}

std::optional<Connector> connectorOf(BinaryOp op)
{
    switch (op) {
    case BinaryOp::And:
        return Connector::And;
    case BinaryOp::Or:
        return Connector::Or;
    case BinaryOp::Xor:
        return Connector::Xor;
    case BinaryOp::Add:
    case BinaryOp::Sub:
    case BinaryOp::Mul:
    case BinaryOp::Div:
    case BinaryOp::FloorDiv:
    case BinaryOp::Mod:
    case BinaryOp::Pow:
    case BinaryOp::LeftShift:
    case BinaryOp::RightShift:
    case BinaryOp::MatMul:
        break;
    }
    return std::nullopt;
}

Object combined(const QPtr &a, const QPtr &b, Connector connector)
{
    return Object::make<Condition>(combineQ(a, b, connector));
}

} // namespace

QString Condition::repr(Machine &vm)
{
    return u"<Q: "_s + reprOfCondition(vm, *m_node) + u'>';
}

Object Condition::binary(Machine &, BinaryOp op, const Object &other, bool reflected)
{
    const auto connector = connectorOf(op);
    const QPtr theirs = conditionOf(other);
    if (!connector || !theirs)
        return {};
    return reflected ? combined(theirs, m_node, *connector) : combined(m_node, theirs, *connector);
}

Object Condition::unary(Machine &, QChar op)
{
    return op == u'~' ? Object::make<Condition>(negateQ(m_node)) : Object();
}

// --- Expressions ---

QString ExpressionObject::repr(Machine &)
{
    if (m_expression->kind == ExprKind::Ref || m_expression->kind == ExprKind::OuterRef)
        return u"%1(%2)"_s.arg(typeName(), m_expression->name);
    return u"<%1 expression>"_s.arg(typeName());
}

namespace {

/// The operator as Combined expressions spell it; empty: none.
QString combiner(BinaryOp op)
{
    switch (op) {
    case BinaryOp::Add:
        return u"+"_s;
    case BinaryOp::Sub:
        return u"-"_s;
    case BinaryOp::Mul:
        return u"*"_s;
    case BinaryOp::Div:
        return u"/"_s;
    case BinaryOp::Mod:
        return u"%"_s;
    case BinaryOp::Pow:
        return u"^"_s;
    case BinaryOp::FloorDiv:
    case BinaryOp::And:
    case BinaryOp::Or:
    case BinaryOp::Xor:
    case BinaryOp::LeftShift:
    case BinaryOp::RightShift:
    case BinaryOp::MatMul:
        break;
    }
    return {};
}

Object made(ExprPtr expression)
{
    return Object::make<ExpressionObject>(std::move(expression));
}

NullsOrder nullsOrder(Machine &vm, ArgumentReader &in)
{
    const Object first = in.keyword("nulls_first", Object::none()),
                 last = in.keyword("nulls_last", Object::none());
    const bool isFirst = truthOf(vm, first), isLast = truthOf(vm, last);
    if (isFirst && isLast)
        throw ValueError(u"nulls_first and nulls_last are mutually exclusive"_s);
    return isFirst ? NullsOrder::First : isLast ? NullsOrder::Last : NullsOrder::Default;
}

template <bool descending>
Object ordering(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in(descending ? "desc" : "asc", a);
    const NullsOrder nulls = nullsOrder(vm, in);
    in.end();
    return made(expr::orderBy(self.as<ExpressionObject>()->expression(), descending, nulls));
}

template <char16_t first, char16_t second>
Object bitOperation(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("bit operation", a);
    const Object other = in.required("other");
    in.end();
    const QString op = second ? QString(QChar(first)) + QChar(second) : QString(QChar(first));
    return made(expr::combined(self.as<ExpressionObject>()->expression(), op,
                               expressionFrom(vm, other, false)));
}

constexpr NativeEntry kMethods[] = {
    {"asc", ordering<false>},
    {"bitand", bitOperation<u'&', 0>},
    {"bitleftshift", bitOperation<u'<', u'<'>},
    {"bitor", bitOperation<u'|', 0>},
    {"bitrightshift", bitOperation<u'>', u'>'>},
    {"bitxor", bitOperation<u'#', 0>},
    {"desc", ordering<true>},
};

} // namespace

Object ExpressionObject::attribute(Machine &, const QString &name)
{
    return methodFrom(kMethods, Object::share(this), name);
}

QStringList ExpressionObject::attributeNames(Machine &)
{
    return namesOf(kMethods);
}

Object ExpressionObject::binary(Machine &vm, BinaryOp op, const Object &other, bool reflected)
{
    if (const auto connector = connectorOf(op)) {
        const QPtr mine = conditionOf(Object::share(this)), theirs = conditionOf(other);
        if (!mine || !theirs)
            throw NotImplementedError(
                u"Use .bitand(), .bitor(), and .bitxor() for bitwise logical operations."_s);
        return reflected ? combined(theirs, mine, *connector) : combined(mine, theirs, *connector);
    }
    const QString symbol = combiner(op);
    if (symbol.isEmpty())
        return {};
    const ExprPtr theirs = expressionFrom(vm, other, false);
    return made(reflected ? expr::combined(theirs, symbol, m_expression)
                          : expr::combined(m_expression, symbol, theirs));
}

Object ExpressionObject::unary(Machine &, QChar op)
{
    if (op == u'-')
        return made(expr::combined(m_expression, u"*"_s, expr::literal(Value(-1))));
    return op == u'~' ? made(expr::negated(m_expression)) : Object();
}

// --- The names ---

namespace {

Object makeQObject(Machine &vm, Arguments &arguments)
{
    Connector connector = Connector::And;
    const Object named = arguments.takeKeyword("_connector"),
                 negated = arguments.takeKeyword("_negated");
    if (named.isStr())
        connector = named.text() == u"OR"    ? Connector::Or
                    : named.text() == u"XOR" ? Connector::Xor
                                             : Connector::And;
    const QPtr condition = conditionFrom(vm, arguments);
    return Object::make<Condition>(makeQ(condition ? condition->children : std::vector<QChild>(),
                                         connector, !negated.isEmpty() && truthOf(vm, negated)));
}

Object makePrefetch(Arguments &arguments)
{
    ArgumentReader in("Prefetch", arguments);
    PrefetchSpec spec;
    spec.path = in.text("lookup");
    const Object rows = in.optional("queryset", Object::none()),
                 toAttr = in.optional("to_attr", Object::none());
    in.end();
    if (const QuerySet *set = rows.as<QuerySet>()) {
        if (set->query().state().result != heddle::ResultKind::Rows)
            throw ValueError(
                u"Prefetch querysets cannot use raw(), values(), and values_list()."_s);
        spec.query = std::make_shared<const Query>(set->query());
    } else if (!rows.isNone()) {
        throw TypeError(u"Prefetch's queryset must be a QuerySet, not %1"_s.arg(rows.typeName()));
    }
    if (toAttr.isStr())
        spec.toAttr = toAttr.text();
    return Object::make<PrefetchObject>(std::move(spec));
}

bool isFieldClass(const QString &name)
{
    static const QStringList names = expr::fieldClassNames();
    return names.contains(name);
}

bool isExpressionClass(const QString &name)
{
    static const QStringList names = expr::expressionNames();
    return names.contains(name);
}

} // namespace

Object OrmClass::call(Machine &vm, Arguments &arguments)
{
    if (m_name == u"Q")
        return makeQObject(vm, arguments);
    if (m_name == u"Prefetch")
        return makePrefetch(arguments);
    if (isFieldClass(m_name)) {
        if (!arguments.positional.empty())
            throw TypeError(m_name + u"() takes keyword arguments only"_s);
        return Object::make<FieldTypeObject>(
            expr::fieldClass(m_name, operandsFrom(vm, arguments.keywords)));
    }
    std::vector<Operand> positional;
    for (const Object &argument : arguments.positional)
        positional.push_back(operandFrom(vm, argument));
    return made(expr::construct(m_name, positional, operandsFrom(vm, arguments.keywords)));
}

Object OrmClass::attribute(Machine &, const QString &name)
{
    // Q.AND and its like.
    static const QStringList connectors = {u"AND"_s, u"OR"_s, u"XOR"_s};
    if (m_name == u"WindowFrameExclusion") {
        // As SQL spells them; RowRange and ValueRange read that.
        static const QStringList exclusions = {u"CURRENT_ROW"_s, u"GROUP"_s, u"TIES"_s,
                                               u"NO_OTHERS"_s};
        if (exclusions.contains(name))
            return Object::str(QString(name).replace(u'_', u' '));
    }
    return m_name == u"Q" && connectors.contains(name) ? Object::str(name) : Object();
}

Object ormName(Machine &vm, const QString &name)
{
    if (const ModelRegistry *registry = vm.models()) {
        if (const ModelInfo *model = registry->model(name))
            return Object::make<Model>(vm.database(), model);
    }
    if (name == u"Prefetch" || name == u"WindowFrameExclusion" || isExpressionClass(name) ||
        isFieldClass(name))
        return Object::make<OrmClass>(name);
    if (name == u"transaction")
        return Object::make<Module>(name, transactionMember, transactionNames());
    if (name == u"atomic")
        return atomicType();
    return {};
}

QStringList ormNames()
{
    QStringList names = expr::expressionNames() + expr::fieldClassNames();
    names += {u"Prefetch"_s, u"WindowFrameExclusion"_s, u"transaction"_s, u"atomic"_s};
    return names;
}

} // namespace heddle::script
