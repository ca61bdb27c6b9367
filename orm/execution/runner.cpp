#include "orm/execution/runner.h"

#include "orm/values/errors.h"

#include <QLoggingCategory>
#include <QThread>

namespace heddle {

namespace {

Q_LOGGING_CATEGORY(lcSync, "heddle.sync")

// Depths, because both guards may be nested.
thread_local int t_allowSync = 0;
thread_local int t_asyncSection = 0;

bool inAsyncContext()
{
    return t_asyncSection > 0 || QThread::currentThread()->loopLevel() > 0;
}

} // namespace

AllowSync::AllowSync(const char *why)
{
    if (syncRefusedHere())
        qCInfo(lcSync, "sync calls are allowed in an async context: %s", why);
    ++t_allowSync;
}

AllowSync::~AllowSync()
{
    --t_allowSync;
}

AsyncSection::AsyncSection()
{
    ++t_asyncSection;
}

AsyncSection::~AsyncSection()
{
    --t_asyncSection;
}

bool syncRefusedHere()
{
    return t_allowSync == 0 && inAsyncContext();
}

QString callSiteText(const CallSite &site)
{
    if (site.line <= 0)
        return QStringLiteral("an unknown place");
    if (site.file)
        return QStringLiteral("%1:%2").arg(QString::fromUtf8(site.file)).arg(site.line);
    return QStringLiteral("line %1, column %2").arg(site.line).arg(site.column);
}

void requireSyncAllowed(const char *method, const CallSite &site)
{
    if (!syncRefusedHere())
        return;
    const QString name = method && *method ? QString::fromUtf8(method) : QStringLiteral("run");
    QString message =
        QStringLiteral("You cannot call this from an async context - use a thread or "
                       "sync_to_async. %1() would block its thread here; call a%1() instead")
            .arg(name);
    if (site.line > 0)
        message += QStringLiteral(" (%1)").arg(callSiteText(site));
    SynchronousOnlyOperation error(message + u'.', QStringLiteral("await … a%1()").arg(name));
    if (!site.file) {
        error.line = site.line;
        error.column = site.column;
    }
    throw error;
}

Runner::~Runner() = default;
Runner::Session::~Session() = default;

std::shared_ptr<Runner::Session> Runner::openSession(const PlanContext &)
{
    throw NotSupportedError(
        QStringLiteral("This connection has no asynchronous transactions; use atomic() on a thread "
                       "of its own."));
}

} // namespace heddle
