#include "orm/objects/record.h"

#include "orm/objects/fieldinput.h"
#include "orm/objects/loader.h"
#include "orm/objects/resultstorage.h"

namespace heddle {

using namespace Qt::Literals::StringLiterals;

Record::Record() = default;

const ModelInfo *Record::model() const
{
    return d->layout->model;
}
const Database &Record::database() const
{
    return d->storage->database;
}
std::uint64_t Record::resultSetId() const
{
    return d->storage->id;
}
qint64 Record::row() const
{
    return d->row;
}

/// Where a layout stands below another, with "__" behind each step; nothing if it does not.
static std::optional<QString> wayDown(const RowLayout &from, const RowLayout *wanted)
{
    if (&from == wanted)
        return QString();
    for (const RowLayout::Related &related : from.related)
        if (const auto rest = wayDown(*related.layout, wanted))
            return related.name() + "__"_L1 + *rest;
    return std::nullopt;
}

QString Record::pathTo(const QString &name) const
{
    if (d->root)
        return name;
    return wayDown(d->storage->shape->layout, d->layout).value_or(QString()) + name;
}

bool Record::isAdding() const
{
    std::lock_guard lock(d->mutex);
    return d->adding;
}

bool Record::isLoaded(const Field *field) const
{
    if (d->layout->columnOfField[std::size_t(field->index)] >= 0)
        return true;
    std::lock_guard lock(d->mutex);
    return d->values.contains(field->index);
}

Value Record::value(const Field *field, const CallInfo &call) const
{
    {
        std::lock_guard lock(d->mutex);
        if (const auto it = d->values.constFind(field->index); it != d->values.constEnd())
            return *it;
        if (!d->expressions.isEmpty() && d->expressions.contains(field->index))
            throw ValueError(
                u"%1.%2 was set to an expression: refresh_from_db() brings its value"_s.arg(
                    model()->name, field->attname));
        if (d->adding)
            return {};
    }
    const int column = d->layout->columnOfField[std::size_t(field->index)];
    if (column >= 0)
        return d->storage->readValue(d->row, column);
    return loader::deferredValue(*this, field, call);
}

Value Record::value(const QString &name, const CallInfo &call) const
{
    if (name == "pk"_L1) {
        ValueList keys = primaryKey();
        if (keys.size() == 1)
            return keys.front();
        if (!keys.empty())
            return Value::array(std::move(keys));
    }
    if (const Field *field = model()->field(name))
        return value(field, call);
    throw AttributeError(u"'%1' object has no attribute '%2'"_s.arg(model()->name, name));
}

void Record::setValue(const Field *field, Value value)
{
    std::lock_guard lock(d->mutex);
    d->values.insert(field->index, std::move(value));
    d->expressions.remove(field->index);
    if (field->isRelation()) {
        d->related.remove(field->name); // another key, another object
        d->owners.remove(field->name);
    }
}

ValueList Record::primaryKey() const
{
    ValueList out;
    for (const Field *key : model()->primaryKeys())
        out.push_back(value(key));
    return out;
}

InstanceRef Record::instanceRef() const
{
    InstanceRef ref;
    ref.model = model();
    ref.key = primaryKey();
    for (const Value &key : ref.key) {
        if (key.isNull()) {
            ref.key.clear(); // not saved
            break;
        }
    }
    ref.display = display();
    auto fields = std::make_shared<std::vector<std::pair<QString, Value>>>();
    for (const auto &field : model()->fields())
        if (field->unique && !field->primaryKey && isLoaded(field.get()))
            fields->emplace_back(field->attname, value(field.get()));
    ref.fields = std::move(fields);
    return ref;
}

bool Record::isRelatedLoaded(const QString &name) const
{
    {
        std::lock_guard lock(d->mutex);
        if (d->related.contains(name) || !d->owners.value(name).expired())
            return true;
    }
    for (const RowLayout::Related &related : d->layout->related)
        if (related.name() == name)
            return true;
    return false;
}

void Record::setRelated(const QString &name, Record record)
{
    std::lock_guard lock(d->mutex);
    d->related.insert(name, std::move(record));
}

/// The object that select_related brought in the same row; null if its key is NULL.
static Record fromSameRow(const Record &owner, const RowLayout::Related &related)
{
    const std::shared_ptr<Record::Data> &d = owner.data();
    for (const Field *key : related.layout->model->primaryKeys()) {
        const int column = related.layout->columnOfField[std::size_t(key->index)];
        if (column >= 0 && d->storage->readValue(d->row, column).isNull())
            return {};
    }
    auto data = std::make_shared<Record::Data>();
    data->storage = d->storage;
    data->layout = related.layout.get();
    data->row = d->row;
    data->root = false;
    return Record(std::move(data));
}

Record Record::related(const QString &name, const CallInfo &call) const
{
    const Field *field = model()->field(name);
    const Relation *relation = field ? nullptr : model()->relationByAccessor(name);
    if (!(field && field->isRelation()) &&
        !(relation && relation->kind == RelationKind::ReverseOneToOne))
        throw AttributeError(u"'%1' object has no attribute '%2'"_s.arg(model()->name, name));
    {
        std::lock_guard lock(d->mutex);
        if (const auto it = d->related.constFind(name); it != d->related.constEnd()) {
            if (!it->isNull() && it->d->storage != d->storage && it->d->storage->use)
                it->d->storage->use->listed(1); // what was prefetched, too
            return *it;
        }
        if (std::shared_ptr<Data> owner = d->owners.value(name).lock())
            return Record(std::move(owner));
    }
    const auto missing = [&] {
        return DoesNotExist(model()->name + u'.' + name,
                            u"%1 has no %2."_s.arg(model()->name, name));
    };
    Record found;
    bool known = false;
    for (const RowLayout::Related &loaded : d->layout->related) {
        if (loaded.field == field && loaded.relation == relation) {
            found = fromSameRow(*this, loaded);
            known = true;
        }
    }
    if (!known)
        found =
            field ? loader::forward(*this, field, call) : loader::reverseOne(*this, relation, call);
    if (relation && found.isNull())
        throw missing();
    const_cast<Record *>(this)->setRelated(name, found);
    return found;
}

Query Record::relatedQuery(const QString &accessor) const
{
    const Relation *relation = model()->relationByAccessor(accessor);
    if (!relation || relation->kind == RelationKind::ReverseOneToOne)
        return {};
    Query query(database().registry(), relation->target);
    if (d->row >= 0)
        query = query.askedFor(std::make_shared<RowOrigin>(
            RowOrigin{d->storage->id, d->row, pathTo(accessor).toUtf8()}));
    if (relation->kind == RelationKind::ManyToMany) {
        // Over the link table to this row: the name of the way back.
        for (const auto &back : relation->target->relations())
            if (back->kind == RelationKind::ManyToMany && back->through == relation->through &&
                back->farField == relation->sourceField && back->sourceField == relation->farField)
                return query.filter(makeQ({{back->queryName, Operand(instanceRef()), {}, {}}}));
        return {};
    }
    const Field *target = relation->field->targetField;
    Operand operand(target->primaryKey && model()->primaryKey() == target ? Operand(instanceRef())
                                                                          : Operand(value(target)));
    return query.filter(makeQ({{relation->field->name, operand, {}, {}}}));
}

ResultSetPtr Record::prefetched(const QString &name) const
{
    std::lock_guard lock(d->mutex);
    ResultSetPtr found = d->prefetched.value(name);
    if (found && found->storage()->use)
        found->storage()->use->listed(std::max<qint64>(1, found->rowCount()));
    return found;
}

std::vector<std::pair<QString, Value>> Record::annotations() const
{
    std::vector<std::pair<QString, Value>> out;
    if (d->root)
        for (const auto &[name, column] : d->storage->shape->annotations)
            if (!name.startsWith("_prefetch_"_L1)) // the engine's own
                out.emplace_back(name, d->storage->readValue(d->row, column));
    return out;
}

std::optional<Value> Record::annotation(const QString &name) const
{
    if (d->root)
        for (const auto &[known, column] : d->storage->shape->annotations)
            if (known == name)
                return d->storage->readValue(d->row, column);
    return {};
}

QString Record::display() const
{
    ValueList keys;
    for (const Field *key : model()->primaryKeys())
        if (isLoaded(key))
            keys.push_back(value(key));
    QString text = u"None"_s;
    if (keys.size() == 1)
        text = keys.front().toDisplay();
    else if (!keys.empty()) {
        QStringList parts;
        for (const Value &key : keys)
            parts << key.toRepr();
        text = u'(' + parts.join(", "_L1) + u')';
    }
    return u"%1 object (%2)"_s.arg(model()->name, text);
}

bool operator==(const Record &a, const Record &b)
{
    if (a.d == b.d)
        return true;
    if (a.isNull() || b.isNull() || a.model() != b.model())
        return false;
    const ValueList keys = a.primaryKey();
    return !keys.empty() && !keys.front().isNull() && keys == b.primaryKey();
}

} // namespace heddle
