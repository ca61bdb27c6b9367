#include "orm/objects/raw.h"

#include "orm/objects/resultstorage.h"
#include "orm/objects/writeplans.h"
#include "orm/sql/compilecache.h"

#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Walks over a text's `%s`, `%(name)s` and `%%`.
class RawReader {
public:
    RawReader(const QString &sql, const RawParameters &parameters, const Dialect &dialect)
        : m_sql(sql), m_parameters(parameters), m_dialect(dialect)
    {
    }

    RawText read()
    {
        QString text;
        for (qsizetype i = 0; i < m_sql.size(); ++i) {
            const QStringView rest = QStringView(m_sql).sliced(i);
            if (rest.startsWith("%%"_L1)) {
                text += u'%';
                ++i;
            } else if (rest.startsWith("%s"_L1)) {
                text += QString::fromUtf8(nextPlace());
                ++i;
            } else if (rest.startsWith("%("_L1) && rest.indexOf(")s"_L1) > 0) {
                const qsizetype end = rest.indexOf(")s"_L1);
                text += QString::fromUtf8(namedPlace(rest.sliced(2, end - 2).toString()));
                i += end + 1;
            } else {
                text += m_sql[i];
            }
        }
        if (const auto *list = std::get_if<ValueList>(&m_parameters); list && m_next < list->size())
            throw ProgrammingError(
                u"The text has %1 places (%s) for %2 parameters."_s.arg(m_next).arg(list->size()));
        return {text.toUtf8(), std::move(m_values)};
    }

private:
    QByteArray place(const Value &value)
    {
        m_values.push_back(value);
        return m_dialect.placeholder(int(m_values.size()));
    }

    QByteArray nextPlace()
    {
        const auto *list = std::get_if<ValueList>(&m_parameters);
        if (!list)
            throw TypeError(u"format requires a mapping"_s);
        if (m_next >= list->size())
            throw ProgrammingError(
                u"not enough parameters: the text has more places (%s) than the %1 given."_s.arg(
                    list->size()));
        return place((*list)[m_next++]);
    }

    QByteArray namedPlace(const QString &name)
    {
        const auto *named = std::get_if<1>(&m_parameters);
        if (!named)
            throw TypeError(u"format requires a mapping"_s);
        for (const auto &[known, value] : *named)
            if (known == name)
                return place(value);
        throw KeyError(u'\'' + name + u'\'');
    }

    const QString &m_sql;
    const RawParameters &m_parameters;
    const Dialect &m_dialect;
    ValueList m_values;
    std::size_t m_next = 0;
};

/// Finds out what the columns of a raw text are to a model, once their names are known.
class RawShape final : public ColumnChooser {
public:
    RawShape(Database database, const ModelInfo *model,
             std::vector<std::pair<QString, QString>> translations)
        : m_database(std::move(database)), m_model(model), m_translations(std::move(translations)),
          m_shape(std::make_shared<ResultShape>())
    {
    }

    std::shared_ptr<const std::vector<ColumnType>>
    choose(const std::vector<QString> &names) const override
    {
        ResultShape &shape = *m_shape;
        shape.layout.model = m_model;
        shape.layout.columnOfField.assign(m_model->fields().size(), -1);
        auto types = std::make_shared<std::vector<ColumnType>>();
        for (std::size_t i = 0; i < names.size(); ++i) {
            const Field *field = fieldOf(names[i]);
            if (field && shape.layout.columnOfField[std::size_t(field->index)] < 0) {
                shape.layout.columnOfField[std::size_t(field->index)] = int(i);
                shape.types.push_back(field->valueType());
                types->push_back(m_database.dialect().columnType(field->valueType(), true));
            } else {
                shape.annotations.emplace_back(names[i], int(i));
                shape.types.push_back({});
                types->push_back({});
            }
        }
        for (const Field *key : m_model->primaryKeys())
            if (shape.layout.columnOfField[std::size_t(key->index)] < 0)
                throw FieldDoesNotExist(u"Raw query must include the primary key"_s);
        return types;
    }
    const std::shared_ptr<ResultShape> &shape() const { return m_shape; }

private:
    const Field *fieldOf(const QString &column) const
    {
        for (const auto &[from, to] : m_translations)
            if (from == column)
                return m_model->field(to);
        if (const Field *field = m_model->fieldByColumn(column))
            return field;
        const auto same = std::find_if(
            m_model->fields().begin(), m_model->fields().end(), [&](const auto &field) {
                return field->column.compare(column, Qt::CaseInsensitive) == 0;
            });
        return same == m_model->fields().end() ? nullptr : same->get();
    }

    const Database m_database;
    const ModelInfo *const m_model;
    const std::vector<std::pair<QString, QString>> m_translations;
    const std::shared_ptr<ResultShape> m_shape;
};

Plan<ResultSetPtr> rawPlan(Database database, Query query, Statement statement,
                           std::shared_ptr<RawShape> shape, CallSite origin)
{
    StatementResult result = co_await send(std::move(statement));
    auto storage = std::make_shared<ResultStorage>();
    storage->database = std::move(database);
    storage->query = std::move(query);
    storage->shape = shape->shape();
    storage->id = nextTraceId();
    storage->origin = std::move(origin);
    storage->take(std::move(result.batches));
    co_return std::make_shared<const ResultSet>(std::move(storage));
}

// --- explain ---

QByteArray explainPrefix(const Features &features, const QString &format,
                         const std::vector<std::pair<QString, bool>> &options)
{
    if (!format.isEmpty() && !features.explainFormats.contains(format.toUpper()))
        throw ValueError(u"%1 is not a recognized format."_s.arg(format.toUpper()) +
                         (features.explainFormats.isEmpty()
                              ? u" SQLite does not support any formats."_s
                              : u" Allowed formats: "_s + features.explainFormats.join(", "_L1)));
    QStringList unknown;
    QList<QByteArray> extra;
    for (const auto &[name, on] : options) {
        if (!features.explainOptions.contains(name.toUpper()))
            unknown << (features.explainOptions.isEmpty() ? name : name.toUpper());
        else
            extra << name.toUpper().toUtf8() + (on ? " true" : " false");
    }
    unknown.sort();
    if (!unknown.isEmpty())
        throw ValueError(u"Unknown options: "_s + unknown.join(", "_L1));
    if (!format.isEmpty())
        extra << "FORMAT " + format.toUpper().toUtf8();
    return features.explain + (extra.isEmpty() ? QByteArray() : " (" + extra.join(", ") + ')') +
           ' ';
}

Plan<QString> explainPlan(Statement statement, bool json)
{
    if (statement.sql.isEmpty())
        co_return QString(); // nothing would be sent
    StatementResult result = co_await send(std::move(statement));
    QStringList lines;
    for (const RowBatchPtr &batch : result.batches) {
        for (int row = 0; row < batch->rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < batch->columnCount(); ++column) {
                const Value value = batch->value(row, column);
                cells << (json && value.type() == Value::Type::Json
                              ? QString::fromUtf8(value.asJson().text)
                              : value.toDisplay());
            }
            lines << cells.join(u' ');
        }
    }
    co_return lines.join(u'\n');
}

} // namespace

RawText rawText(const QString &sql, const RawParameters &parameters, const Dialect &dialect)
{
    return RawReader(sql, parameters, dialect).read();
}

namespace operations {

Operation<ResultSetPtr> raw(const Database &database, const ModelInfo *model, const QString &sql,
                            const RawParameters &parameters,
                            const std::vector<std::pair<QString, QString>> &translations,
                            const CallInfo &call)
{
    RawText text = rawText(sql, parameters, database.dialect());
    auto shape = std::make_shared<RawShape>(database, model, translations);
    Statement statement;
    statement.sql = std::move(text.sql);
    statement.parameters = std::move(text.parameters);
    statement.chooser = shape;
    statement.label = model->name.toUtf8() + " \xC2\xB7 raw";
    PlanContext context = contextFor(call, "raw", statement.label);
    return {rawPlan(database, Query(database.registry(), model), std::move(statement),
                    std::move(shape), call.site),
            context};
}

Operation<QString> explain(const Database &database, const Query &query, const QString &format,
                           const std::vector<std::pair<QString, bool>> &options,
                           const CallInfo &call)
{
    for (const auto &[name, on] : options) {
        const bool fits = !name.isEmpty() && !name.contains("--"_L1) &&
                          std::all_of(name.begin(), name.end(), [](QChar c) {
                              return c.isLetterOrNumber() || c == u'_' || c == u'-';
                          });
        if (!fits)
            throw ValueError(u"Invalid option name: '%1'."_s.arg(name));
    }
    const QByteArray prefix = explainPrefix(database.dialect().features(), format, options);
    CompiledQuery compiled =
        compile(query, Ask::Rows, database.dialect(), {}, database.compileCache());
    PlanContext context = contextFor(call, "explain", "EXPLAIN " + compiled.label);
    Statement statement;
    if (!compiled.empty) {
        statement = operations::statementOf(std::move(compiled));
        statement.sql.prepend(prefix);
        statement.label = context.label;
        statement.columns = std::make_shared<const std::vector<ColumnType>>(); // as they come
    }
    return {explainPlan(std::move(statement), format.compare("json"_L1, Qt::CaseInsensitive) == 0),
            context};
}

} // namespace operations

ResultSetPtr QuerySet<Record>::raw(const QString &sql, const RawParameters &parameters,
                                   const CallInfo &call) const
{
    Operation<ResultSetPtr> operation =
        operations::raw(m_database, m_query.model(), sql, parameters, {}, call);
    return m_database.runner().run(std::move(operation.plan), operation.context);
}

QFuture<ResultSetPtr> QuerySet<Record>::araw(const QString &sql, const RawParameters &parameters,
                                             const CallInfo &call) const
{
    Operation<ResultSetPtr> operation =
        operations::raw(m_database, m_query.model(), sql, parameters, {}, call);
    return m_database.runner().start(std::move(operation.plan), operation.context);
}

QString QuerySet<Record>::explain(const QString &format,
                                  const std::vector<std::pair<QString, bool>> &options,
                                  const CallInfo &call) const
{
    Operation<QString> operation = operations::explain(m_database, m_query, format, options, call);
    return m_database.runner().run(std::move(operation.plan), operation.context);
}

QFuture<QString> QuerySet<Record>::aexplain(const QString &format,
                                            const std::vector<std::pair<QString, bool>> &options,
                                            const CallInfo &call) const
{
    Operation<QString> operation = operations::explain(m_database, m_query, format, options, call);
    return m_database.runner().start(std::move(operation.plan), operation.context);
}

} // namespace heddle
