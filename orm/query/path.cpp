#include "orm/query/path.h"

namespace heddle {

using namespace Qt::Literals::StringLiterals;

QStringList splitPath(const QString &path)
{
    return path.split("__"_L1);
}

static void addForward(FieldPath &path, const Field *fk)
{
    path.hops.push_back({path.model, fk->target, fk, true, false});
    path.relation = fk;
    path.reverse = nullptr;
    path.target = fk->targetField;
    path.model = fk->target;
}

static int addRelation(FieldPath &path, const Relation *r)
{
    path.relation = nullptr;
    path.reverse = r;
    path.model = r->target;
    if (r->kind == RelationKind::ManyToMany) {
        path.hops.push_back({r->model, r->through, r->sourceField, false, true});
        path.hops.push_back({r->through, r->target, r->farField, true, false});
        path.target = r->farField->targetField;
        return 2;
    }
    path.hops.push_back(
        {r->model, r->target, r->field, false, r->kind == RelationKind::ReverseForeignKey});
    path.target = r->target->primaryKey() ? r->target->primaryKey() : r->field;
    return 1;
}

[[noreturn]] static void missingField(const Query *query, const ModelInfo *model,
                                      const QString &name)
{
    QStringList choices = model->choices();
    if (query) {
        for (const Annotation &a : query->annotations())
            if (a.selected || a.expression->kind == ExprKind::FilteredRelation)
                choices << a.name;
        choices.sort();
    }
    throw FieldError(u"Cannot resolve keyword '%1' into field. Choices are: %2"_s.arg(
        name, choices.join(", "_L1)));
}

FieldPath resolvePath(const Query *query, const ModelInfo *model, const QStringList &names,
                      MissingField missing)
{
    FieldPath path;
    path.model = model;
    bool open = true; // the next name may still be a field
    int begin = 0;
    if (query && model == query->model() && !query->annotations().empty())
        if (const Annotation *filtered = query->filteredRelation(names.front())) {
            path = resolvePath(nullptr, model, splitPath(filtered->expression->name),
                               MissingField::IsError);
            path.hops.back().filtered = filtered;
            path.names = {{names.front(), int(path.hops.size())}};
            begin = 1;
        }
    for (int i = begin; i < names.size(); ++i) {
        const QString &name = names[i];
        const ModelInfo *here = path.model;
        const Field *field = nullptr;
        const Relation *relation = nullptr;
        bool composite = false;
        if (open) {
            if (name == "pk"_L1) {
                field = here->primaryKey();
                composite = here->primaryKeys().size() > 1;
            } else {
                field = here->field(name);
                if (!field)
                    relation = here->relationByQueryName(name);
            }
        }
        if (!open || (!field && !relation && !composite)) {
            if (i == 0)
                missingField(query, model, name);
            if (missing == MissingField::IsError) {
                if (!open)
                    throw FieldError(
                        u"Cannot resolve keyword '%1' into field. Join on '%2' not permitted."_s
                            .arg(name, names[i - 1]));
                missingField(nullptr, here, name);
            }
            path.rest = names.mid(i);
            return path;
        }
        if (composite) {
            path.compositeKey = true;
            path.target = nullptr;
            path.relation = nullptr;
            path.reverse = nullptr;
            path.names.emplace_back(name, 0);
            open = false;
        } else if (relation) {
            path.names.emplace_back(name, addRelation(path, relation));
        } else if (field->isRelation()) {
            addForward(path, field);
            path.names.emplace_back(name, 1);
        } else {
            path.target = field;
            path.relation = nullptr;
            path.reverse = nullptr;
            path.names.emplace_back(name, 0);
            open = false;
        }
    }
    return path;
}

} // namespace heddle
