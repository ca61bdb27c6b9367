#include "orm/objects/writes.h"

namespace heddle {

std::vector<const Field *> constrainedFields(const IntegrityError &error,
                                             const ModelRegistry &registry)
{
    std::vector<const Field *> out;
    const ModelInfo *model =
        error.database ? registry.modelByTable(error.database->table) : nullptr;
    if (!model)
        return out;
    for (const QString &column : error.database->columns)
        if (const Field *field = model->fieldByColumn(column))
            out.push_back(field);
    if (!out.empty() || error.database->constraint.isEmpty())
        return out;
    // The server named the constraint alone: the schema knows what it is over.
    for (const UniqueConstraint &unique : model->uniqueConstraints())
        if (unique.name == error.database->constraint)
            return unique.fields;
    return out;
}

} // namespace heddle
