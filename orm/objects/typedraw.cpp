#include "orm/objects/typedraw.h"

#include "orm/objects/raw.h"
#include "orm/values/errors.h"

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;

static Plan<RowsPtr> rowsPlan(Plan<ResultSetPtr> inner, const RowType *type)
{
    const ResultSetPtr result = co_await std::move(inner);
    co_return rowsOf(result, *type)->share();
}

Operation<RowsPtr> rawOperation(const QueryCore &core, const QString &sql,
                                const RawParameters &parameters, const CallInfo &call)
{
    if (!core.rowType().model)
        throw TypeError(u"raw() gives objects: ask for it before valuesList()."_s);
    Operation<ResultSetPtr> inner =
        operations::raw(core.database(), core.query().model(), sql, parameters, {}, call);
    return {rowsPlan(std::move(inner.plan), &core.rowType()), inner.context};
}

} // namespace heddle::detail
