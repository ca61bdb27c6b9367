#include "orm/backends/qtsql/qtsqladapter.h"
#include "orm/backends/qtsql/qtsqldriverconnection.h"
#include "orm/backends/qtsql/qtsqllocation.h"
#include "orm/execution/pool.h"
#include "orm/values/errors.h"

#include <QCoreApplication>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Of Qt's types, in which a driver describes its columns.
FieldKind kindOf(int metaType)
{
    switch (metaType) {
    case QMetaType::Bool:
        return FieldKind::Boolean;
    case QMetaType::Char:
    case QMetaType::Short:
    case QMetaType::UShort:
    case QMetaType::Int:
        return FieldKind::Integer;
    case QMetaType::UInt:
    case QMetaType::LongLong:
    case QMetaType::ULongLong:
        return FieldKind::BigInteger;
    case QMetaType::Float:
    case QMetaType::Double:
        return FieldKind::Float;
    case QMetaType::QByteArray:
        return FieldKind::Binary;
    case QMetaType::QDate:
        return FieldKind::Date;
    case QMetaType::QTime:
        return FieldKind::Time;
    case QMetaType::QDateTime:
        return FieldKind::DateTime;
    case QMetaType::QUuid:
        return FieldKind::Uuid;
    default: // Qt's types, not ours: everything else has a text
        return FieldKind::Text;
    }
}

TableColumn columnOf(const RowBatch &batch, int row)
{
    TableColumn column;
    column.name = batch.value(row, 2).asString();
    const int type = int(batch.value(row, 3).asInt()), length = int(batch.value(row, 4).asInt());
    column.type.kind = kindOf(type);
    column.declaredType = QString::fromLatin1(QMetaType(type).name());
    // What a driver gives as the length of a text without a bound is anything from -1 to millions.
    if (column.type.kind == FieldKind::Text && length > 0 && length <= 4000) {
        column.type.kind = FieldKind::Char;
        column.type.maxLength = length;
    }
    column.notNull = batch.value(row, 5).asBool();
    return column;
}

/// Tables, views, columns and primary keys: drivers tell no foreign keys, so that there are no
/// relations between these models.
Plan<DatabaseSchema> readDriverSchema()
{
    Statement next;
    next.sql = QtSqlDriverConnection::askTables;
    next.kind = TraceKind::Pragma;
    const StatementResult answer = co_await send(std::move(next));
    DatabaseSchema schema;
    schema.backend = u"qtsql"_s;
    for (const RowBatchPtr &batch : answer.batches) {
        std::vector<QStringList> keys;
        for (int row = 0; row < batch->rowCount(); ++row) {
            const QString name = batch->value(row, 0).asString();
            if (schema.tables.empty() || schema.tables.back().name != name) {
                TableInfo table;
                table.name = name;
                table.isView = batch->value(row, 1).asBool();
                schema.tables.push_back(std::move(table));
            }
            TableInfo &table = schema.tables.back();
            table.columns.push_back(columnOf(*batch, row));
            const int place = int(batch->value(row, 6).asInt());
            if (place < 0)
                continue;
            while (table.primaryKey.size() <= place)
                table.primaryKey.append(QString());
            table.primaryKey[place] = table.columns.back().name;
        }
    }
    co_return schema;
}

class QtSqlDriverAdapter final : public Adapter {
public:
    QString name() const override { return u"qtsql"_s; }
    const Dialect &dialect() const override { return *dialectByName(u"standard"_s); }

    std::unique_ptr<Runner> open(const ConnectionTarget &target) const override
    {
        if (!QCoreApplication::instance())
            throw InterfaceError(u"Qt finds its SQL drivers only in a program that has a "
                                 "QCoreApplication: make one before opening a database."_s);
        auto location = std::make_shared<const QtSqlLocation>(QtSqlLocation::ofDriver(target));
        if (target.connectsAtOnce) {
            QtSqlDriverConnection probe(location);
            probe.open();
            probe.close();
        }
        return std::make_unique<PinnedPool>(
            [location] { return std::make_unique<QtSqlDriverConnection>(location); }, target.pool);
    }

    Plan<DatabaseSchema> introspect() const override { return readDriverSchema(); }
};

} // namespace

void registerQtSqlDriverAdapter()
{
    AdapterRegistry::add(std::make_unique<QtSqlDriverAdapter>());
}

} // namespace heddle
