#pragma once

#include "orm/query/check.h"
#include "orm/query/functions.h"
#include "orm/query/lookups.h"

#include <memory>
#include <vector>

namespace heddle::sql {

class Select;
struct Bound;
using BoundPtr = std::shared_ptr<const Bound>;

/// What is made of a literal on its way to becoming a parameter. Pure functions of the literal, so
/// that a cached text can be given new literals: see bindValue().
enum class Prep {
    AsIs,
    AsField,
    Text, // as the field's type; as text
    ContainsPattern,
    StartsPattern,
    EndsPattern,
    ExactPattern, // LIKE patterns with the wildcards of the literal escaped
    CeilInteger,  // integer field, gte and lt of a float
    YearStart,
    YearEnd,  // the first and last moment of a year, for a date or datetime column
    JsonText, // the JSON that stands for the literal
};

/// One parameter: the literal it comes from (in the query's tree, or `fixed`), and what is made of
/// it.
struct Bind {
    const Value *literal = nullptr; // null: fixed
    Value fixed;
    Prep prep = Prep::AsIs;
    FieldType type;
    QString fieldName;
    bool once = false; // `fixed` was made from literals: the text must not be kept for others
};

Value bindValue(const Bind &bind, const Value &literal);

enum class BoundKind {
    Column,
    Param,
    Null,
    Constant,
    Star,
    Function,
    Combined,
    Case,
    Aggregate,
    Window,
    Subquery,
    Exists,
    Lookup,
    Where,
    Transform,
    OrderBy,
    Ref,
    Cast,
};

/// An expression whose names have become columns of joined tables. Refers to its Select for the
/// tables' aliases. Immutable.
struct Bound {
    BoundKind kind = BoundKind::Null;
    FieldType type;
    bool typed = false;

    const Select *select = nullptr;     // Column
    int alias = -1;                     // Column
    const Field *field = nullptr;       // Column
    Bind bind;                          // Param
    QByteArray text;                    // Constant: SQL; Ref: the select alias
    QString name;                       // Function, Aggregate, Combined's operator
    std::vector<BoundPtr> args;         // Ref: args[0] is what it stands for
    const Expression *source = nullptr; // Function: its options
    std::shared_ptr<const Expression> keep;
    LookupKind lookup = LookupKind::Exact;
    TransformPart part = TransformPart::Year;
    QString partName;         // Extract and Trunc functions; Transform: a JSON key
    qint64 low = 0, high = 0; // Transform: places in an array
    Connector connector = Connector::And;
    bool negated = false, distinct = false, descending = false;
    NullsOrder nulls = NullsOrder::Default;
    BoundPtr filter;
    std::vector<std::pair<BoundPtr, BoundPtr>> whens;
    std::shared_ptr<Select> sub;
    std::vector<BoundPtr> partitionBy, orderBy;
    WindowFrame frame;
    BoundPtr defaultValue;  // Aggregate
    bool aggregate = false; // contains an aggregate that is not inside a subquery or a window
    bool window = false;
};

using BoundMutable = std::shared_ptr<Bound>;
BoundMutable makeBound(BoundKind kind);
/// Fills in what follows from the arguments (aggregate, window).
BoundPtr finished(BoundMutable bound);

BoundPtr boundColumn(const Select *select, int alias, const Field *field);
BoundPtr boundParam(const Value *literal, Prep prep, const FieldType &type,
                    const QString &fieldName = {});
BoundPtr boundFixed(Value value, const FieldType &type = {});
BoundPtr boundConstant(QByteArray sql, const FieldType &type);
BoundPtr boundLookup(LookupKind lookup, BoundPtr lhs, std::vector<BoundPtr> rhs);
BoundPtr boundWhere(Connector connector, std::vector<BoundPtr> children, bool negated = false);
/// The columns that GROUP BY needs for an expression.
void groupByColumns(const BoundPtr &expression, std::vector<BoundPtr> &out);
/// Every column of `select` that is read anywhere inside; subqueries included.
void columnsIn(const BoundPtr &expression, std::vector<BoundPtr> &out);
/// The same with columns (or Refs of that name) exchanged.
BoundPtr replaced(const BoundPtr &expression,
                  const std::vector<std::pair<BoundPtr, BoundPtr>> &replacements);
bool sameColumn(const Bound &a, const Bound &b);

/// Result types, as Django infers output_field. Throws FieldError where it cannot.
FieldType literalType(const Value &value);
std::optional<FieldType> combinedType(const QString &op, const Bound &lhs, const Bound &rhs);
std::optional<FieldType> functionType(const FunctionInfo &info, const Bound &call);

} // namespace heddle::sql
