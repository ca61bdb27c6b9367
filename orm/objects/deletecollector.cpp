#include "orm/objects/deletecollector.h"

#include "orm/objects/resultstorage.h"
#include "orm/objects/writeplans.h"

#include <QMap>
#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;
using namespace writeplans;

namespace {

// Django deletes by keys in parts of so many.
constexpr std::size_t keysAStatement = 100;

bool pointsAt(const Relation &relation)
{
    return relation.kind != RelationKind::ManyToMany;
}

/// The columns of a model that other models' keys point to: all that a cascade needs to know of
/// its rows.
QStringList referencedFields(const ModelInfo *model)
{
    QStringList out;
    for (const auto &relation : model->relations())
        if (pointsAt(*relation) && !out.contains(relation->field->targetField->attname))
            out << relation->field->targetField->attname;
    return out;
}

/// The value of a DEFAULT clause that is a plain literal; NULL for any other.
Value literalDefault(const Field &field)
{
    if (!field.defaultSql)
        return {};
    const QString sql = field.defaultSql->trimmed();
    if (sql.size() > 1 && sql.startsWith(u'\'') && sql.endsWith(u'\''))
        return Value(sql.mid(1, sql.size() - 2).replace("''"_L1, "'"_L1));
    bool whole = false;
    const qint64 number = sql.toLongLong(&whole);
    return whole ? Value(static_cast<long long>(number)) : Value();
}

std::vector<Record> recordsOf(const ResultSetPtr &rows)
{
    std::vector<Record> out;
    for (qint64 i = 0; i < rows->rowCount(); ++i)
        out.push_back(rows->record(i));
    return out;
}

QString quotedName(const Field *field)
{
    return u"'%1.%2'"_s.arg(field->model->name, field->name);
}

} // namespace

bool DeleteCollector::KeyLess::operator()(const ValueList &a, const ValueList &b) const
{
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        const std::optional<std::weak_ordering> order = Value::compare(a[i], b[i]);
        if (!order) // of two types, as SQLite may have them: any order will do, as long as it is
                    // one
            return a[i].type() != b[i].type() ? a[i].type() < b[i].type()
                                              : a[i].toRepr() < b[i].toRepr();
        if (*order != 0)
            return *order < 0;
    }
    return a.size() < b.size();
}

bool DeleteCollector::isFast(const ModelInfo *model, const Field *from) const
{
    if (from && from->onDelete != OnDelete::Cascade)
        return false;
    return std::all_of(model->relations().begin(), model->relations().end(), [](const auto &r) {
        return !pointsAt(*r) || r->field->onDelete == OnDelete::DoNothing;
    });
}

DeleteCollector::Collected &DeleteCollector::of(const ModelInfo *model)
{
    for (Collected &known : m_data)
        if (known.model == model)
            return known;
    m_data.push_back({model, {}});
    return m_data.back();
}

std::vector<Record> DeleteCollector::add(const std::vector<Record> &objects, const Source &source)
{
    std::vector<Record> fresh;
    if (objects.empty())
        return fresh;
    const ModelInfo *model = objects.front().model();
    Collected &collected = of(model);
    for (const Record &object : objects)
        if (collected.objects.emplace(object.primaryKey(), object).second)
            fresh.push_back(object);
    if (source.model && !source.nullable)
        m_dependencies[source.model].insert(model);
    return fresh;
}

Query DeleteCollector::referring(const std::vector<const Field *> &fields,
                                 const std::vector<Record> &objects, std::size_t from,
                                 std::size_t count) const
{
    std::vector<QChild> children;
    for (const Field *field : fields) {
        Operand::List keys;
        for (std::size_t i = from; i < from + count; ++i)
            keys.push_back(Operand(objects[i].value(field->targetField)));
        children.push_back({field->name + "__in"_L1, Operand(std::move(keys)), {}, {}});
    }
    return Query(m_database.registry(), fields.front()->model)
        .filter(makeQ(std::move(children), Connector::Or));
}

std::vector<std::pair<std::size_t, std::size_t>> DeleteCollector::batches(std::size_t objects,
                                                                          std::size_t fields) const
{
    const auto most =
        std::size_t(bulkBatchSize(m_database.dialect(), qsizetype(fields), qint64(objects)));
    std::vector<std::pair<std::size_t, std::size_t>> out;
    for (std::size_t from = 0; from < objects; from += most)
        out.emplace_back(from, std::min(most, objects - from));
    return out;
}

Plan<ResultSetPtr> DeleteCollector::rows(Query query) const
{
    return operations::rowsPlan(m_database, std::move(query), {});
}

// --- Collecting ---

Plan<bool> DeleteCollector::collectQuery(Query query)
{
    if (isFast(query.model())) {
        m_fast.push_back(std::move(query));
        co_return true;
    }
    Plan<ResultSetPtr> read = rows(std::move(query));
    const ResultSetPtr found = co_await std::move(read);
    Plan<bool> rest = collect(recordsOf(found), {}, true);
    co_return co_await std::move(rest);
}

Plan<bool> DeleteCollector::collectObjects(std::vector<Record> objects)
{
    return collect(std::move(objects), {}, true);
}

Plan<bool> DeleteCollector::collect(std::vector<Record> objects, Source source,
                                    bool failOnRestricted)
{
    std::vector<Record> fresh = add(objects, source);
    if (fresh.empty())
        co_return true;
    const ModelInfo *model = fresh.front().model();
    Plan<bool> related = collectRelated(model, std::move(fresh));
    co_await std::move(related);
    if (failOnRestricted && !m_restricted.empty()) {
        Plan<bool> check = checkRestricted(model);
        co_await std::move(check);
    }
    co_return true;
}

Plan<bool> DeleteCollector::collectRelated(const ModelInfo *model, std::vector<Record> objects)
{
    std::vector<std::pair<const ModelInfo *, std::vector<const Field *>>> fast;
    QStringList refused;
    for (const auto &owned : model->relations()) {
        const Relation *relation = owned.get();
        if (!pointsAt(*relation) || relation->field->onDelete == OnDelete::DoNothing)
            continue;
        if (isFast(relation->target, relation->field)) {
            auto known = std::find_if(fast.begin(), fast.end(), [&](const auto &entry) {
                return entry.first == relation->target;
            });
            if (known == fast.end())
                known = fast.insert(fast.end(), {relation->target, {}});
            known->second.push_back(relation->field);
            continue;
        }
        for (const auto &[from, count] : batches(objects.size(), 1)) {
            Query query = referring({relation->field}, objects, from, count);
            Plan<bool> next = follow(relation, std::move(query), model, &refused);
            co_await std::move(next);
        }
    }
    if (!refused.isEmpty())
        throw ProtectedError(
            u"Cannot delete some instances of model '%1' because they are referenced through protected foreign keys: %2."_s
                .arg(model->name, refused.join(", "_L1)));
    for (const auto &[target, fields] : fast)
        for (const auto &[from, count] : batches(objects.size(), fields.size()))
            m_fast.push_back(referring(fields, objects, from, count));
    co_return true;
}

/// What the key's on_delete says for the rows that refer.
Plan<bool> DeleteCollector::follow(const Relation *relation, Query query, const ModelInfo *owner,
                                   QStringList *refused)
{
    const Field *field = relation->field;
    if (field->onDelete == OnDelete::SetNull || field->onDelete == OnDelete::SetDefault) {
        const Value value =
            field->onDelete == OnDelete::SetDefault ? literalDefault(*field) : Value();
        for (FieldUpdate &update : m_updates) {
            if (update.field == field) {
                update.queries.push_back(std::move(query));
                co_return true;
            }
        }
        m_updates.push_back({field, value, {std::move(query)}});
        co_return true;
    }
    const QStringList needed = referencedFields(field->model);
    Plan<ResultSetPtr> read = rows(needed.isEmpty() ? query : query.only(needed));
    const ResultSetPtr found = co_await std::move(read);
    if (found->rowCount() == 0)
        co_return true;
    std::vector<Record> objects = recordsOf(found);
    switch (field->onDelete) {
    case OnDelete::Cascade: {
        Plan<bool> cascade = collect(std::move(objects), {owner, field->null}, false);
        co_await std::move(cascade);
        break;
    }
    case OnDelete::Protect:
        if (!refused->contains(quotedName(field)))
            *refused << quotedName(field);
        break;
    case OnDelete::Restrict: {
        auto known = std::find_if(m_restricted.begin(), m_restricted.end(),
                                  [&](const Restricted &r) { return r.field == field; });
        if (known == m_restricted.end())
            known = m_restricted.insert(m_restricted.end(), {field, {}});
        known->objects.insert(known->objects.end(), objects.begin(), objects.end());
        m_dependencies[owner].insert(field->model);
        of(field->model);
        break;
    }
    case OnDelete::SetNull:
    case OnDelete::SetDefault:
    case OnDelete::DoNothing:
        break; // seen to above
    }
    co_return true;
}

/// RESTRICT lets go of what another cascade takes along.
Plan<bool> DeleteCollector::checkRestricted(const ModelInfo *model)
{
    for (Restricted &restricted : m_restricted) {
        const ModelInfo *referrer = restricted.field->model;
        const Collected &going = of(referrer);
        std::erase_if(restricted.objects, [&](const Record &object) {
            return going.objects.contains(object.primaryKey());
        });
        for (const Query &fast : m_fast) {
            if (fast.model() != referrer || restricted.objects.empty())
                continue;
            Operand::List keys;
            for (const Record &object : restricted.objects) {
                const ValueList key = object.primaryKey();
                keys.push_back(key.size() == 1 ? Operand(key.front())
                                               : Operand(Operand::List(key.begin(), key.end())));
            }
            Plan<ResultSetPtr> read =
                rows(fast.filter(makeQ({{u"pk__in"_s, Operand(std::move(keys)), {}, {}}})));
            const ResultSetPtr found = co_await std::move(read);
            const std::vector<Record> taken = recordsOf(found);
            std::erase_if(restricted.objects, [&](const Record &object) {
                return std::find(taken.begin(), taken.end(), object) != taken.end();
            });
        }
    }
    QStringList refused;
    for (const Restricted &restricted : m_restricted)
        if (!restricted.objects.empty())
            refused << quotedName(restricted.field);
    if (!refused.isEmpty())
        throw RestrictedError(
            u"Cannot delete some instances of model '%1' because they are referenced through restricted foreign keys: %2."_s
                .arg(model->name, refused.join(", "_L1)));
    co_return true;
}

// --- Deleting ---

/// Whoever refers goes before what it refers to; left as it is where keys go round in a circle.
void DeleteCollector::sort()
{
    std::vector<const ModelInfo *> order;
    const auto placed = [&](const ModelInfo *model) {
        return std::find(order.begin(), order.end(), model) != order.end();
    };
    while (order.size() < m_data.size()) {
        bool found = false;
        for (const Collected &collected : m_data) {
            if (placed(collected.model))
                continue;
            const auto needs = m_dependencies.find(collected.model);
            if (needs != m_dependencies.end() &&
                !std::all_of(needs->second.begin(), needs->second.end(), placed))
                continue;
            order.push_back(collected.model);
            found = true;
        }
        if (!found)
            return;
    }
    std::vector<Collected> sorted;
    for (const ModelInfo *model : order)
        sorted.push_back(std::move(of(model)));
    m_data = std::move(sorted);
}

Plan<DeleteResult> DeleteCollector::run()
{
    sort();
    if (m_data.size() == 1 && m_data.front().objects.size() == 1 && isFast(m_data.front().model))
        return markingForRollback(
            runOne(m_data.front().model, m_data.front().objects.begin()->second));
    return inTransaction(runAll());
}

Plan<qint64> DeleteCollector::deleteObjects(const ModelInfo *model, std::vector<ValueList> keys)
{
    qint64 deleted = 0;
    for (std::size_t from = 0; from < keys.size(); from += keysAStatement) {
        const std::size_t to = std::min(from + keysAStatement, keys.size());
        const std::vector<ValueList> part(keys.begin() + std::ptrdiff_t(from),
                                          keys.begin() + std::ptrdiff_t(to));
        Plan<qint64> statement =
            countedPlan(compileDelete(byKeys(m_database, model, part), m_database.dialect()));
        deleted += co_await std::move(statement);
    }
    co_return deleted;
}

static void forgetKey(const Record &object)
{
    Record record = object;
    for (const Field *key : record.model()->primaryKeys())
        record.setValue(key, Value());
}

Plan<DeleteResult> DeleteCollector::runOne(const ModelInfo *model, Record object)
{
    Plan<qint64> statement = deleteObjects(model, {object.primaryKey()});
    DeleteResult result;
    result.total = co_await std::move(statement);
    result.perModel.emplace_back(modelLabel(m_database, model), result.total);
    forgetKey(object);
    co_return result;
}

Plan<qint64> DeleteCollector::runFieldUpdate(FieldUpdate update)
{
    Query query = update.queries.front();
    for (std::size_t i = 1; i < update.queries.size(); ++i)
        query = query.merged(update.queries[i], Connector::Or);
    return countedPlan(
        compileUpdate(query, {Assignment{update.field, update.value, {}}}, m_database.dialect()));
}

Plan<DeleteResult> DeleteCollector::runAll()
{
    DeleteResult result;
    const auto count = [&](const ModelInfo *model, qint64 rows) {
        if (rows == 0)
            return;
        result.total += rows;
        const QString label = modelLabel(m_database, model);
        for (auto &[known, number] : result.perModel) {
            if (known == label) {
                number += rows;
                return;
            }
        }
        result.perModel.emplace_back(label, rows);
    };
    for (const Query &fast : m_fast) {
        Plan<qint64> statement = countedPlan(compileDelete(fast, m_database.dialect()));
        const qint64 rows = co_await std::move(statement);
        count(fast.model(), rows);
    }
    for (const FieldUpdate &update : m_updates) {
        Plan<qint64> statement = runFieldUpdate(update);
        co_await std::move(statement);
    }
    for (const Collected &collected : m_data) {
        std::vector<ValueList> keys;
        for (auto it = collected.objects.rbegin(); it != collected.objects.rend(); ++it)
            keys.push_back(it->first);
        Plan<qint64> statements = deleteObjects(collected.model, std::move(keys));
        const qint64 rows = co_await std::move(statements);
        count(collected.model, rows);
    }
    for (const Collected &collected : m_data)
        for (const auto &[key, object] : collected.objects)
            forgetKey(object);
    co_return result;
}

} // namespace heddle
