#include "orm/sql/select.h"

// Lookups on a composite primary key: its value is the tuple of its fields, in key order.

namespace heddle::sql {

using namespace Qt::Literals::StringLiterals;

BoundPtr Select::compositeLookup(const FieldPath &path, int alias, const LookupChain &chain,
                                 const Operand &operand, const QContext &context)
{
    const std::vector<const Field *> &keys = path.model->primaryKeys();
    const auto rowMatches = [&](const Operand &row) {
        const Operand::List *parts = row.list();
        // A key as a Record gives it is one value: an array.
        const ValueList *values = row.isValue() && row.value().type() == Value::Type::Array
                                      ? &row.value().asArray()
                                      : nullptr;
        const std::size_t count = parts ? parts->size() : values ? values->size() : 0;
        if (count != keys.size())
            throw ValueError(u"'exact' lookup of 'pk' must have %1 elements"_s.arg(keys.size()));
        std::vector<BoundPtr> all;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const FieldType type = keys[i]->valueType();
            const BoundPtr part =
                parts ? bindOperand((*parts)[i], Prep::AsField, type, keys[i]->name, context)
                      : boundParam(&(*values)[i], Prep::AsField, type, keys[i]->name);
            all.push_back(
                boundLookup(LookupKind::Exact, boundColumn(this, alias, keys[i]), {part}));
        }
        return boundWhere(Connector::And, std::move(all));
    };
    if (const InstanceRef *row = operand.instance()) {
        std::vector<BoundPtr> all;
        for (std::size_t i = 0; i < keys.size() && i < row->key.size(); ++i)
            all.push_back(boundLookup(LookupKind::Exact, boundColumn(this, alias, keys[i]),
                                      {boundFixed(row->key[i], keys[i]->valueType())}));
        return boundWhere(Connector::And, std::move(all));
    }
    if (chain.lookup == LookupKind::Exact)
        return rowMatches(operand);
    if (chain.lookup == LookupKind::In && operand.list()) {
        std::vector<BoundPtr> any;
        for (const Operand &row : *operand.list())
            any.push_back(rowMatches(row));
        if (any.empty())
            return boundLookup(LookupKind::In, boundColumn(this, alias, keys.front()), {});
        return boundWhere(Connector::Or, std::move(any));
    }
    throw FieldError(u"Unsupported lookup '%1' for a composite primary key"_s.arg(
        QLatin1String(lookupName(chain.lookup))));
}

} // namespace heddle::sql
