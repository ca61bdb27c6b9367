#include "orm/sql/selectwriter.h"

namespace heddle::sql {

using namespace Qt::Literals::StringLiterals;

int SelectWriter::addColumn(BoundPtr expression, QByteArray alias)
{
    m_columns.push_back({std::move(expression), std::move(alias)});
    return int(m_columns.size()) - 1;
}

SelectWriter::Mask SelectWriter::buildMask() const
{
    Mask root;
    const auto &deferred = m_select.deferred;
    if (deferred.names.isEmpty())
        return root;
    // The names as a tree of fields; a relation's part belongs to the model behind it.
    struct Tree {
        QHash<QString, std::shared_ptr<Tree>> children;
    };
    Tree tree;
    for (const QString &name : deferred.names) {
        Tree *node = &tree;
        for (const QString &part : splitPath(name)) {
            std::shared_ptr<Tree> &child = node->children[part];
            if (!child)
                child = std::make_shared<Tree>();
            node = child.get();
        }
    }
    const auto fieldOf = [](const ModelInfo *model, const QString &name) {
        return name == "pk"_L1 ? model->primaryKey() : model->field(name);
    };
    const auto fill = [&](const auto &self, const ModelInfo *model, const Tree &names,
                          Mask &mask) -> void {
        mask.everything = false;
        for (const Field *key : model->primaryKeys())
            mask.fields[key] = std::make_shared<Mask>();
        if (deferred.defer)
            for (const auto &field : model->fields())
                mask.fields[field.get()] = std::make_shared<Mask>();
        for (auto it = names.children.begin(); it != names.children.end(); ++it) {
            const Field *field = fieldOf(model, it.key());
            if (!field)
                continue;
            if (it.value()->children.isEmpty()) {
                if (!deferred.defer)
                    mask.fields[field] = std::make_shared<Mask>();
                else if (!field->primaryKey)
                    mask.fields.remove(field);
                continue;
            }
            auto child = std::make_shared<Mask>();
            if (field->target)
                self(self, field->target, *it.value(), *child);
            mask.fields[field] = child;
        }
    };
    fill(fill, m_select.model(), tree, root);
    return root;
}

void SelectWriter::addModelColumns(const ModelInfo *model, int alias, const Mask *mask,
                                   RowLayout &layout)
{
    layout.model = model;
    layout.columnOfField.assign(model->fields().size(), -1);
    for (const auto &field : model->fields()) {
        if (mask && !mask->everything && !mask->of(field.get()))
            continue;
        layout.columnOfField[std::size_t(field->index)] =
            addColumn(boundColumn(&m_select, alias, field.get()));
    }
}

void SelectWriter::addRelated(const ModelInfo *model, int alias, const QStringList &requested,
                              bool restricted, int depth, const Mask *mask, RowLayout &layout)
{
    if (!restricted && depth > 5)
        return;
    QStringList firsts, choices, notFound;
    for (const QString &name : requested)
        if (const QString first = splitPath(name).first(); !firsts.contains(first))
            firsts << first;
    notFound = firsts;
    const auto rest = [&](const QString &first) {
        QStringList out;
        for (const QString &name : requested)
            if (name.startsWith(first + "__"_L1))
                out << name.mid(first.size() + 2);
        return out;
    };
    const auto follow = [&](const Hop &hop, const Field *field, const Relation *relation,
                            const QString &name, const Mask *below) {
        const int joined = m_select.addJoin(hop, alias, nullptr);
        auto related = std::make_shared<RowLayout>();
        addModelColumns(hop.to, joined, below, *related);
        addRelated(hop.to, joined, rest(name), restricted, depth + 1, below, *related);
        layout.related.push_back({field, relation, related, {}});
    };
    for (const auto &field : model->fields()) {
        if (!field->isRelation()) {
            if (restricted && firsts.contains(field->name))
                throw FieldError(
                    u"Non-relational field given in select_related: '%1'. Choices are: %2"_s.arg(
                        field->name, [&] {
                            QStringList names;
                            for (const auto &f : model->fields())
                                if (f->isRelation())
                                    names << f->name;
                            return names.isEmpty() ? u"(none)"_s : names.join(", "_L1);
                        }()));
            continue;
        }
        choices << field->name;
        if (restricted ? !firsts.contains(field->name) : field->null)
            continue;
        notFound.removeAll(field->name);
        const Mask *below = mask && !mask->everything ? mask->of(field.get()) : nullptr;
        if (mask && !mask->everything && !below) {
            if (!restricted)
                continue;
            throw FieldError(
                u"Field %1.%2 cannot be both deferred and traversed using select_related at the same time."_s
                    .arg(model->name, field->name));
        }
        follow({model, field->target, field.get(), true, false}, field.get(), nullptr, field->name,
               below);
    }
    if (!restricted)
        return;
    if (depth == 1)
        addFilteredRelations(firsts, notFound, choices, layout);
    for (const auto &relation : model->relations()) {
        if (relation->kind != RelationKind::ReverseOneToOne)
            continue;
        choices << relation->queryName;
        if (!firsts.contains(relation->queryName))
            continue;
        notFound.removeAll(relation->queryName);
        follow({model, relation->target, relation->field, false, false}, nullptr, relation.get(),
               relation->queryName, nullptr);
    }
    if (!notFound.isEmpty()) {
        QStringList quoted;
        for (const QString &name : notFound)
            quoted << u'\'' + name + u'\'';
        throw FieldError(
            u"Invalid field name(s) given in select_related: %1. Choices are: %2"_s.arg(
                quoted.join(", "_L1), choices.isEmpty() ? u"(none)"_s : choices.join(", "_L1)));
    }
}

void SelectWriter::addFilteredRelations(const QStringList &wanted, QStringList &notFound,
                                        QStringList &choices, RowLayout &layout)
{
    const Query &query = m_select.query();
    for (const Annotation &a : query.annotations()) {
        if (a.expression->kind != ExprKind::FilteredRelation)
            continue;
        choices << a.name;
        if (!wanted.contains(a.name))
            continue;
        const FieldPath path = resolvePath(&query, m_select.model(), {a.name});
        if (path.hops.size() != 1 || path.hops.front().many)
            continue;
        notFound.removeAll(a.name);
        const int joined = m_select.setupJoins(path.hops, nullptr).back();
        auto related = std::make_shared<RowLayout>();
        addModelColumns(path.model, joined, nullptr, *related);
        layout.related.push_back({path.relation, path.reverse, related, a.name});
    }
}

void SelectWriter::addValueColumns()
{
    const auto annotationAlias = [](const SelectAnnotation &a) { return a.name.toUtf8(); };
    if (m_select.selectedNames.isEmpty()) {
        for (const Select::SelectedColumn &c : m_select.columns) {
            const int index = addColumn(c.expression);
            if (m_shape) {
                m_shape->names << c.name;
                m_shape->columns.push_back(index);
            }
        }
        for (const SelectAnnotation &a : m_select.annotations) {
            if (!a.selected)
                continue;
            const int index = addColumn(a.expression, annotationAlias(a));
            if (m_shape) {
                m_shape->names << a.name;
                m_shape->columns.push_back(index);
            }
        }
        return;
    }
    for (const QString &name : m_select.selectedNames) {
        int index = -1;
        for (const Select::SelectedColumn &c : m_select.columns)
            if (c.name == name)
                index = addColumn(c.expression);
        if (index < 0)
            if (const SelectAnnotation *a = m_select.annotation(name))
                index = addColumn(a->expression, annotationAlias(*a));
        if (m_shape && index >= 0) {
            m_shape->names << name;
            m_shape->columns.push_back(index);
        }
    }
    // What an aggregate over this query reads is selected although no key names it.
    for (const SelectAnnotation &a : m_select.annotations)
        if (a.selected && !m_select.selectedNames.contains(a.name))
            addColumn(a.expression, annotationAlias(a));
}

void SelectWriter::chooseColumns()
{
    if (m_shape) {
        m_shape->kind = m_select.query().state().result;
        m_shape->named = m_select.named;
    }
    if (!m_select.defaultColumns || m_select.hasSelectFields) {
        addValueColumns();
    } else {
        const Mask mask = buildMask();
        RowLayout layout;
        addModelColumns(m_select.model(), m_select.baseAlias(), &mask, layout);
        if (m_select.selectRelatedAll || !m_select.selectRelated.isEmpty())
            addRelated(m_select.model(), m_select.baseAlias(), m_select.selectRelated,
                       !m_select.selectRelatedAll, 1, &mask, layout);
        for (const SelectAnnotation &a : m_select.annotations) {
            if (!a.selected)
                continue;
            const int index = addColumn(a.expression, a.name.toUtf8());
            if (m_shape)
                m_shape->annotations.emplace_back(a.name, index);
        }
        if (m_shape)
            m_shape->layout = std::move(layout);
    }
    if (m_columns.empty())
        addColumn(
            boundConstant("1", FieldType{FieldKind::Integer, -1, -1, -1, false, FieldKind::Other}),
            "a");
    if (m_shape)
        for (const OutputColumn &c : m_columns)
            m_shape->types.push_back(c.expression->type);
}

} // namespace heddle::sql
