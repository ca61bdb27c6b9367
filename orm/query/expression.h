#pragma once

#include "orm/models/modelinfo.h"
#include "orm/values/errors.h"
#include "orm/values/value.h"

#include <memory>
#include <variant>
#include <vector>

namespace heddle {

class Query;
struct Expression;
struct QNode;
using ExprPtr = std::shared_ptr<const Expression>;
using QPtr = std::shared_ptr<const QNode>;

/// A saved row given where a key is expected: filter(album=some_album).
struct InstanceRef {
    const ModelInfo *model = nullptr;
    ValueList key;   // the primary key's values; empty for an unsaved object
    QString display; // "Album object (1)", for messages
    /// The value of the column that a foreign key points to, where that is not the primary key.
    std::shared_ptr<const std::vector<std::pair<QString, Value>>> fields;
};

/// The right-hand side of a lookup, an argument of a function: a literal, a list, an expression, a
/// queryset or a row.
class Operand {
public:
    using List = std::vector<Operand>;
    Operand() = default;
    Operand(Value value) : m(std::move(value)) {}
    Operand(List list) : m(std::make_shared<const List>(std::move(list))) {}
    Operand(ExprPtr expression) : m(std::move(expression)) {}
    Operand(QPtr condition); // Q(...) as a value: a boolean expression
    Operand(const Query &query);
    Operand(InstanceRef instance) : m(std::move(instance)) {}
    Operand(FieldType type) : m(std::move(type)) {} // a field class given as output_field

    bool isValue() const { return std::holds_alternative<Value>(m); }
    bool isNone() const { return isValue() && std::get<Value>(m).isNull(); }
    const Value &value() const { return std::get<Value>(m); }
    const List *list() const
    {
        auto p = std::get_if<std::shared_ptr<const List>>(&m);
        return p ? p->get() : nullptr;
    }
    const ExprPtr *expression() const { return std::get_if<ExprPtr>(&m); }
    const Query *query() const
    {
        auto p = std::get_if<std::shared_ptr<const Query>>(&m);
        return p ? p->get() : nullptr;
    }
    const InstanceRef *instance() const { return std::get_if<InstanceRef>(&m); }
    const FieldType *fieldType() const { return std::get_if<FieldType>(&m); }
    /// As Python's repr() shows it in messages.
    QString toRepr() const;
    /// How deep what it holds is nested; 0 for a plain value.
    int depth() const;

private:
    std::variant<Value, std::shared_ptr<const List>, ExprPtr, std::shared_ptr<const Query>,
                 InstanceRef, FieldType>
        m;
};

using NamedOperands = std::vector<std::pair<QString, Operand>>;

/// How deep conditions, expressions and querysets may nest. Databases stop at about a thousand;
/// whoever walks them may recurse.
inline constexpr int kMaximumDepth = 800;

enum class Connector { And, Or, Xor };

/// One member of a Q: a lookup "album__title__contains" = operand, another Q, or a boolean
/// expression (path empty).
struct QChild {
    QString path;
    Operand operand;
    QPtr node;          // set: a nested Q
    ExprPtr expression; // set: a boolean expression (Exists, a comparison of Func, ...)
};

/// Q(...): lookups joined by a connector, perhaps negated. Immutable.
struct QNode {
    Connector connector = Connector::And;
    bool negated = false;
    std::vector<QChild> children;
    int depth = 1; // of nesting; makeQ() and its siblings keep it below kMaximumDepth
    bool isEmpty() const { return children.empty(); }
};

QPtr makeQ(std::vector<QChild> children, Connector connector = Connector::And,
           bool negated = false);
QPtr makeQ(QString path, Operand operand); // path=operand
/// a & b, a | b, a ^ b; an empty Q is neutral.
QPtr combineQ(const QPtr &a, const QPtr &b, Connector connector);
QPtr negateQ(const QPtr &a); // ~a

enum class ExprKind {
    Literal,   // value (Value(...)); type if output_field was given
    Ref,       // F("path"): name
    OuterRef,  // OuterRef("path"): name
    Star,      // the "*" of Count("*")
    Combined,  // args[0] op args[1]; name is the operator: + - * / % ^ & | # << >>
    Negated,   // ~ of a boolean expression: args[0]
    Function,  // name is Django's class ("Lower", "Concat", "ExtractYear", "Func", ...); args;
               // options
    Aggregate, // name ("Count"), args, distinct, filter, orderBy
    Window,    // args[0]; partitionBy; orderBy; frame
    When,      // one When(...) before Case takes it up: condition, args[0]
    Case,      // whens; args[0] the default, may be null
    Frame,     // RowRange, ValueRange: frame
    Condition, // a Q as an expression: condition
    Subquery,  // query
    Exists,    // query; negated
    Wrapper,   // ExpressionWrapper: args[0], type
    OrderBy,   // args[0] asc/desc, nulls
    FilteredRelation, // name is the relation's path; condition; only inside annotate()
};

enum class NullsOrder { Default, First, Last };

struct CaseWhen {
    QPtr condition;
    ExprPtr then;
};

struct WindowFrame {
    enum Kind { None, Rows, Range } kind = None;
    std::optional<qint64> start, end; // null: unbounded; negative: preceding
    enum Exclusion { NoExclusion, CurrentRow, Group, Ties, NoOthers } exclusion = NoExclusion;
};

/// A node of an expression, as it was written: names are not resolved here. Immutable.
struct Expression {
    ExprKind kind = ExprKind::Literal;
    QString name;
    Value value;
    std::vector<ExprPtr> args;
    std::vector<std::pair<QString, Operand>>
        options;                   // Func(function=, template=, arg_joiner=), Trunc's kind, ...
    std::optional<FieldType> type; // output_field
    QPtr condition;                // Condition; Aggregate: filter=
    std::vector<CaseWhen> whens;
    std::shared_ptr<const Query> query;
    bool distinct = false;
    bool negated = false;
    bool descending = false;
    NullsOrder nulls = NullsOrder::Default;
    std::vector<ExprPtr> partitionBy, orderBy;
    WindowFrame frame;
    ExprPtr defaultValue; // aggregates: default=
    int depth = 1;        // of nesting
};

namespace expr {
/// Fills in how deep an expression is nested; throws RecursionError beyond kMaximumDepth. Every
/// factory ends with it.
ExprPtr measured(std::shared_ptr<Expression> expression);
ExprPtr literal(Value value, std::optional<FieldType> type = {});
ExprPtr ref(QString path); // F
ExprPtr outerRef(QString path);
ExprPtr combined(ExprPtr lhs, QString op, ExprPtr rhs);
ExprPtr orderBy(ExprPtr expression, bool descending, NullsOrder nulls = NullsOrder::Default);
ExprPtr condition(QPtr q);
ExprPtr subquery(const Query &query);
ExprPtr exists(const Query &query, bool negated = false);
ExprPtr negated(const ExprPtr &expression); // ~Exists(...), ~ of a boolean expression

/// Any of Django's expression classes, called as in Python: construct("Count", {"track"},
/// {{"distinct", true}}). Texts are field paths where Django takes them so. Throws TypeError or
/// ValueError for arguments that do not fit, as Django does.
ExprPtr construct(const QString &name, const std::vector<Operand> &positional,
                  const NamedOperands &keywords = {});
/// Field classes for output_field: construct's sibling. DecimalField(max_digits=5,
/// decimal_places=2).
FieldType fieldClass(const QString &name, const NamedOperands &keywords);

/// What an operand means inside an expression: a text is F(text) if `textIsPath`, otherwise a
/// literal.
ExprPtr fromOperand(const Operand &operand, bool textIsPath);
/// The class name that messages use: "F", "Sum", "CombinedExpression".
QString className(const Expression &expression);
/// As Python's repr() of Django's object: "Count(F(track))".
QString toRepr(const Expression &expression);
bool isConditional(const Expression &expression); // may stand in filter() by itself
bool containsAggregate(const Expression &expression);
/// The name that annotate(Count("track")) gives: "track__count". Throws TypeError "Complex
/// annotations require an alias", or AttributeError.
QString defaultAlias(const Expression &expression);
/// Every class that construct() knows, and every field class: for names, completion and help.
QStringList expressionNames();
QStringList fieldClassNames();
} // namespace expr

} // namespace heddle
