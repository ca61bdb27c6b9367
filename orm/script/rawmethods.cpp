#include "orm/objects/raw.h"
#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/perform.h"
#include "orm/script/querymethods.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

/// What raw() gives: nothing is asked until somebody walks over it, and then once.
class RawRows final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Other;
    using Make = MakeOperation<ResultSetPtr>;
    RawRows(Database database, QString sql, Make make)
        : HeapObject(kKind), m_database(std::move(database)), m_sql(std::move(sql)),
          m_make(std::move(make))
    {
    }

    QString typeName() const override { return u"RawQuerySet"_s; }
    QString repr(Machine &) override { return u"<RawQuerySet: %1>"_s.arg(m_sql); }
    bool truth(Machine &vm) override { return length(vm) > 0; }
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override { visit(m_items); }
    Object copyFor(Copier &) const override
    {
        return Object::make<RawRows>(m_database, m_sql, m_make);
    }

    std::optional<std::int64_t> length(Machine &vm) override
    {
        evaluate(vm);
        return std::int64_t(m_items.as<List>()->items().size());
    }
    Object item(Machine &vm, const Object &key) override
    {
        evaluate(vm);
        return m_items.heap()->item(vm, key);
    }
    Object iterate(Machine &vm) override
    {
        evaluate(vm);
        return m_items.heap()->iterate(vm);
    }
    Object asyncIterate(Machine &vm) override
    {
        const Object self = Object::share(this);
        if (!m_items.isEmpty()) {
            const Object done = vm.loop().newFuture();
            done.as<Future>()->finish(m_items.heap()->iterate(vm));
            return done;
        }
        return startOperation<ResultSetPtr>(vm, m_database, callInfo(vm, "raw"), m_make,
                                            [self](Machine &m, ResultSetPtr &rows) {
                                                static_cast<RawRows *>(self.heap())->take(rows);
                                                return self.heap()->iterate(m);
                                            });
    }

private:
    void evaluate(Machine &vm)
    {
        if (!m_items.isEmpty())
            return;
        performHere<ResultSetPtr>(vm, m_database, "raw", m_make,
                                  [this](Machine &, ResultSetPtr &rows) {
                                      take(rows);
                                      return Object::none();
                                  });
    }

    void take(const ResultSetPtr &rows)
    {
        Objects items;
        for (qint64 row = 0; row < rows->rowCount(); ++row)
            items.push_back(rowObject(*rows, row));
        m_items = List::of(std::move(items));
    }

    const Database m_database;
    const QString m_sql;
    const Make m_make;
    Object m_items; // a list, once it was asked for
};

Value parameterFrom(const Object &object)
{
    if (auto value = object.toValue())
        return std::move(*value);
    throw TypeError(u"a %1 cannot be a parameter"_s.arg(object.typeName()));
}

RawParameters parametersFrom(Machine &vm, const Object &given)
{
    if (given.isEmpty() || given.isNone())
        return ValueList();
    if (Dict *dict = given.as<Dict>()) {
        std::vector<std::pair<QString, Value>> named;
        for (const HashTable::Entry &entry : dict->table().entries())
            if (!entry.key.isEmpty())
                named.emplace_back(strOf(vm, entry.key), parameterFrom(entry.value));
        return named;
    }
    ValueList values;
    for (const Object &item : listOf(vm, given))
        values.push_back(parameterFrom(item));
    return values;
}

Object raw(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("raw", a);
    const QString sql = in.text("raw_query");
    const RawParameters parameters = parametersFrom(vm, in.optional("params"));
    std::vector<std::pair<QString, QString>> translations;
    const Object given = in.optional("translations");
    in.optional("using");
    in.end();
    if (Dict *dict = given.isEmpty() ? nullptr : given.as<Dict>())
        for (const HashTable::Entry &entry : dict->table().entries())
            if (!entry.key.isEmpty())
                translations.emplace_back(strOf(vm, entry.key), strOf(vm, entry.value));
    const RecordSet &rows = self.as<QuerySet>()->rows();
    return Object::make<RawRows>(rows.database(), sql,
                                 [database = rows.database(), model = rows.query().model(), sql,
                                  parameters, translations](const CallInfo &call) {
                                     return operations::raw(database, model, sql, parameters,
                                                            translations, call);
                                 });
}

template <Way way>
Object explain(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("explain", a);
    const Object given = in.optional("format", Object::none());
    const QString format = given.isNone() ? QString() : strOf(vm, given);
    std::vector<std::pair<QString, bool>> options;
    for (const auto &[name, value] : a.keywords)
        options.emplace_back(name, truthOf(vm, value));
    a.keywords.clear();
    in.end();
    const RecordSet &rows = self.as<QuerySet>()->rows();
    return perform<QString>(
        vm, way, rows.database(), "explain",
        [database = rows.database(), query = rows.query(), format, options](const CallInfo &call) {
            return operations::explain(database, query, format, options, call);
        },
        [](Machine &, QString &text) { return Object::str(text); });
}

/// None: where it belongs.
Object usingAlias(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader in("using", a);
    const Object alias = in.required("alias");
    in.end();
    const QuerySet &rows = *self.as<QuerySet>();
    if (alias.isNone())
        return rows.refined(rows.query());
    if (!alias.isStr())
        throw ConnectionDoesNotExist(u"The connection '%1' doesn't exist."_s.arg(alias.typeName()));
    const Database named = rows.rows().database().on(alias.text());
    return Object::make<QuerySet>(rows.rows().withDatabase(named));
}

constexpr QueryMethod kMethods[] = {
    {QueryMethod::Terminal, "explain", "aexplain", "(format=None, **options)",
     "How the database would carry it out.", explain<Way::Sync>, explain<Way::Async>},
    {QueryMethod::Refine, "raw", nullptr, "(raw_query, params=(), translations=None)",
     "Objects from SQL of one's own; values go in as parameters.", raw, nullptr},
    {QueryMethod::Refine, "using", nullptr, "(alias)", "The same rows from the database named.",
     usingAlias, nullptr},
};

} // namespace

std::span<const QueryMethod> rawMethods()
{
    return kMethods;
}

} // namespace heddle::script
