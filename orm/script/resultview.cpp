#include "orm/script/resultview.h"

#include "orm/script/containers.h"
#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/interpreter.h"
#include "orm/script/ormobjects.h"
#include "orm/script/vm.h"

#include <algorithm>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

ResultSource::~ResultSource() = default;

namespace {

/// The attnames of the loaded fields with their columns, in column order; then the annotations.
std::vector<std::pair<QString, int>> shownColumns(const ResultShape &shape)
{
    std::vector<std::pair<QString, int>> shown;
    if (shape.kind != heddle::ResultKind::Rows) {
        for (qsizetype i = 0; i < shape.names.size() && std::size_t(i) < shape.columns.size(); ++i)
            shown.emplace_back(shape.names[i], shape.columns[std::size_t(i)]);
        if (shown.empty())
            shown.emplace_back(u"value"_s, 0);
        return shown;
    }
    for (const auto &field : shape.layout.model->fields()) {
        const int column = shape.layout.columnOfField[std::size_t(field->index)];
        if (column >= 0)
            shown.emplace_back(field->attname, column);
    }
    for (const auto &annotation : shape.annotations)
        shown.push_back(annotation);
    return shown;
}

QByteArray jsonName(const QString &name)
{
    return heddle::toJson(Value(name));
}

/// An evaluated queryset: cells straight out of its batches.
class QuerySource final : public ResultSource {
public:
    explicit QuerySource(ResultSetPtr result)
        : m_result(std::move(result)), m_shown(shownColumns(m_result->shape()))
    {
    }

    QStringList columns() const override
    {
        QStringList names;
        for (const auto &[name, column] : m_shown)
            names.append(isFlat() ? u"value"_s : name);
        return names;
    }
    std::int64_t rowCount() const override { return m_result->rowCount(); }
    Value cell(std::int64_t row, int column) const override
    {
        return m_result->value(row, m_shown[std::size_t(column)].second);
    }

    QByteArray toJson() const override
    {
        const heddle::ResultKind kind = m_result->shape().kind;
        const bool named = kind == heddle::ResultKind::Rows || kind == heddle::ResultKind::Values;
        QByteArrayList keys;
        for (const auto &[name, column] : m_shown)
            keys.append(jsonName(name) + ": ");
        QByteArray json = "[";
        for (std::int64_t row = 0; row < rowCount(); ++row) {
            if (row > 0)
                json += ", ";
            if (!isFlat())
                json += named ? '{' : '[';
            for (std::size_t i = 0; i < m_shown.size(); ++i) {
                if (i > 0)
                    json += ", ";
                if (named)
                    json += keys[qsizetype(i)];
                json += heddle::toJson(cell(row, int(i)));
            }
            if (!isFlat())
                json += named ? '}' : ']';
        }
        return json + ']';
    }

private:
    bool isFlat() const
    {
        const heddle::ResultKind kind = m_result->shape().kind;
        return kind == heddle::ResultKind::FlatValuesList || kind == heddle::ResultKind::Dates ||
               kind == heddle::ResultKind::Datetimes;
    }
    ResultSetPtr m_result;
    std::vector<std::pair<QString, int>> m_shown;
};

/// Something that a script made: rows of named cells, and the JSON beside them.
class MadeSource final : public ResultSource {
public:
    QStringList columns() const override { return names; }
    std::int64_t rowCount() const override { return std::int64_t(rows.size()); }
    Value cell(std::int64_t row, int column) const override
    {
        const ValueList &cells = rows[std::size_t(row)];
        return std::size_t(column) < cells.size() ? cells[std::size_t(column)] : Value();
    }
    QByteArray toJson() const override { return json; }

    QStringList names;
    std::vector<ValueList> rows;
    QByteArray json;
};

/// A record's loaded fields by attname, and its annotations.
std::vector<std::pair<QString, Value>> cellsOf(const heddle::Record &record)
{
    std::vector<std::pair<QString, Value>> cells;
    for (const auto &field : record.model()->fields()) {
        if (record.isLoaded(field.get()))
            cells.emplace_back(field->attname, record.value(field.get()));
    }
    for (const auto &annotation : record.annotations())
        cells.push_back(annotation);
    return cells;
}

QByteArray jsonOf(Machine &vm, const Object &object, int depth);

QByteArray jsonOfRecord(const heddle::Record &record)
{
    QByteArray json = "{";
    for (const auto &[name, value] : cellsOf(record)) {
        if (json.size() > 1)
            json += ", ";
        json += jsonName(name) + ": " + heddle::toJson(value);
    }
    return json + '}';
}

QByteArray jsonOfDict(Machine &vm, Dict &dict, int depth)
{
    QByteArray json = "{";
    for (const HashTable::Entry &entry : dict.table().entries()) {
        if (entry.key.isEmpty())
            continue;
        if (json.size() > 1)
            json += ", ";
        json += jsonName(strOf(vm, entry.key)) + ": " + jsonOf(vm, entry.value, depth + 1);
    }
    return json + '}';
}

QByteArray jsonOf(Machine &vm, const Object &object, int depth)
{
    if (depth > 100)
        throw ValueError(u"The result is nested too deeply"_s);
    vm.tick();
    if (const RecordObject *record = object.as<RecordObject>())
        return jsonOfRecord(record->record());
    if (Dict *dict = object.as<Dict>())
        return jsonOfDict(vm, *dict, depth);
    if (object.isKind(Kind::List) || object.isKind(Kind::Tuple) || object.isKind(Kind::Set)) {
        QByteArray json = "[";
        for (const Object &item : listOf(vm, object)) {
            if (json.size() > 1)
                json += ", ";
            json += jsonOf(vm, item, depth + 1);
            Heap::current()->require(std::uint64_t(json.size()));
        }
        return json + ']';
    }
    if (const auto value = object.toValue())
        return heddle::toJson(*value);
    return heddle::toJson(Value(reprOf(vm, object)));
}

Value plainValue(Machine &vm, const Object &object)
{
    if (auto value = object.toValue(); value && value->type() != Value::Type::Array)
        return *value;
    return Value(reprOf(vm, object));
}

/// One row's cells; a new name makes a new column.
ValueList rowOf(Machine &vm, const Object &object, QStringList &names)
{
    std::vector<std::pair<QString, Value>> cells;
    if (const RecordObject *record = object.as<RecordObject>()) {
        cells = cellsOf(record->record());
    } else if (Dict *dict = object.as<Dict>()) {
        for (const HashTable::Entry &entry : dict->table().entries()) {
            if (!entry.key.isEmpty())
                cells.emplace_back(strOf(vm, entry.key), plainValue(vm, entry.value));
        }
    } else if (const Tuple *tuple = object.as<Tuple>()) {
        for (std::size_t i = 0; i < tuple->items().size(); ++i)
            cells.emplace_back(u"column %1"_s.arg(i + 1), plainValue(vm, tuple->items()[i]));
    } else {
        cells.emplace_back(u"value"_s, plainValue(vm, object));
    }
    ValueList row;
    for (auto &[name, value] : cells) {
        qsizetype at = names.indexOf(name);
        if (at < 0) {
            at = names.size();
            names.append(name);
        }
        if (std::size_t(at) >= row.size())
            row.resize(std::size_t(at) + 1);
        row[std::size_t(at)] = std::move(value);
    }
    return row;
}

ResultKind kindOfList(const Objects &items)
{
    const auto all = [&items](Kind kind) {
        return !items.empty() && std::all_of(items.begin(), items.end(),
                                             [kind](const Object &o) { return o.isKind(kind); });
    };
    return all(Kind::Record) ? ResultKind::Rows
           : all(Kind::Dict) ? ResultKind::Values
                             : ResultKind::ValuesList;
}

ResultKind kindOf(heddle::ResultKind kind)
{
    switch (kind) {
    case heddle::ResultKind::Rows:
        return ResultKind::Rows;
    case heddle::ResultKind::Values:
        return ResultKind::Values;
    case heddle::ResultKind::ValuesList:
    case heddle::ResultKind::FlatValuesList:
    case heddle::ResultKind::Dates:
    case heddle::ResultKind::Datetimes:
        break;
    }
    return ResultKind::ValuesList;
}

ResultView viewOf(Machine &vm, const Object &value)
{
    const Manager *manager = value.as<Manager>();
    Object shown = manager ? manager->querySet() : value;
    if (shown.isKind(Kind::Iterator) || shown.isKind(Kind::Generator) ||
        (shown.isKind(Kind::Other) &&
         (shown.typeName() == u"RawQuerySet" || shown.typeName() == u"generator"))) // iterator()
        shown = List::of(listOf(vm, shown));
    if (QuerySet *rows = shown.as<QuerySet>()) {
        rows->evaluate(vm, "async for");
        return {kindOf(rows->result()->shape().kind), std::make_shared<QuerySource>(rows->result()),
                reprOf(vm, shown)};
    }
    auto made = std::make_shared<MadeSource>();
    made->json = jsonOf(vm, shown, 0);
    const bool isList = shown.isKind(Kind::List) || shown.isKind(Kind::Set);
    ResultKind kind = ResultKind::Scalar;
    Objects items = {shown};
    if (isList) {
        items = listOf(vm, shown);
        kind = kindOfList(items);
    } else if (shown.isNone() || shown.isKind(Kind::Record) || shown.isKind(Kind::Dict) ||
               shown.isKind(Kind::Tuple)) {
        kind = ResultKind::Object;
        if (shown.isNone())
            items.clear();
    }
    for (const Object &item : items)
        made->rows.push_back(rowOf(vm, item, made->names));
    return {kind, std::move(made), reprOf(vm, shown)};
}

} // namespace

QByteArray resultKindName(ResultKind kind)
{
    switch (kind) {
    case ResultKind::None:
        return {};
    case ResultKind::Rows:
        return "rows";
    case ResultKind::Values:
        return "values";
    case ResultKind::ValuesList:
        return "values_list";
    case ResultKind::Object:
        return "object";
    case ResultKind::Scalar:
        return "scalar";
    }
    return {};
}

ResultView resultOf(Interpreter &interpreter, const Object &value)
{
    if (value.isEmpty())
        return {};
    Machine &vm = interpreter.machine();
    const Machine::Use use(vm);
    try {
        return viewOf(vm, value);
    } catch (const ScriptRaise &raise) {
        raise.exception.as<Exception>()->rethrow(vm);
    }
}

std::optional<Query> queryOf(const Object &value)
{
    if (const Manager *manager = value.as<Manager>()) {
        const Object rows = manager->querySet();
        if (rows.as<QuerySet>()->isEvaluated())
            return std::nullopt;
        return rows.as<QuerySet>()->query();
    }
    const QuerySet *rows = value.as<QuerySet>();
    return rows && !rows->isEvaluated() ? std::optional(rows->query()) : std::nullopt;
}

} // namespace heddle::script
