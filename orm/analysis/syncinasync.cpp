#include "orm/analysis/tracelog.h"

namespace heddle::analysis {

using namespace Qt::Literals::StringLiterals;

/// The engine refuses such a call before anything is sent, so that there is no query to look at:
/// the cell that it ended tells.
void findSyncInAsync(const TraceLog &log, std::vector<Finding> &out)
{
    for (const TraceRecord *r : log.all()) {
        if (r->kind != TraceKind::Cell || !r->error.startsWith("SynchronousOnlyOperation"))
            continue;
        Finding finding = findingAbout(Rule::SyncInAsync, Severity::Warning, {r});
        finding.site = r->origin;
        finding.origin = {};
        finding.queries = 0;
        finding.totalNs = 0;
        finding.message = u"a sync call in async code: "_s +
                          QString::fromUtf8(r->error.mid(r->error.indexOf(':') + 2));
        out.push_back(std::move(finding));
    }
}

} // namespace heddle::analysis
