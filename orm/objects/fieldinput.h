#pragma once

#include "orm/objects/record.h"

#include <variant>

namespace heddle {

/// What a field is set to: a value, an expression that the database works out, or the object that a
/// foreign key is to point to (null: None).
class FieldInput {
public:
    FieldInput(Value value) : m(std::move(value)) {}
    FieldInput(ExprPtr expression) : m(std::move(expression)) {}
    FieldInput(Record record) : m(std::move(record)) {}

    const Value *value() const { return std::get_if<Value>(&m); }
    const ExprPtr *expression() const { return std::get_if<ExprPtr>(&m); }
    const Record *record() const { return std::get_if<Record>(&m); }
    /// As Python's repr() shows it in messages.
    QString toRepr() const;
    /// The same as the right-hand side of a lookup.
    Operand operand() const;

private:
    std::variant<Value, ExprPtr, Record> m;
};

/// create(title="Tides", author=someone): by field name, attname or "pk", in the order written.
using FieldInputs = std::vector<std::pair<QString, FieldInput>>;

/// get_or_create() and update_or_create().
struct RecordAndCreated {
    Record record;
    bool created = false;
};

} // namespace heddle
