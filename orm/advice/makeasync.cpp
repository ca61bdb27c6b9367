#include "orm/advice/makeasync.h"

#include "orm/advice/asyncwriter.h"
#include "orm/advice/series.h"

#include <algorithm>

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;

namespace {

std::optional<AsyncRewrite> nothing(QString *why, const QString &sentence)
{
    if (why)
        *why = sentence;
    return std::nullopt;
}

QString counted(int n, const char *one, const char *many)
{
    return QString::number(n) + u' ' + QLatin1String(n == 1 ? one : many);
}

} // namespace

bool AsyncRewrite::isComplete() const
{
    return std::none_of(notes.begin(), notes.end(),
                        [](const AsyncNote &note) { return note.kind == AsyncNote::Left; });
}

QString AsyncWriter::summary() const
{
    QStringList parts;
    if (m_calls > 0)
        parts << counted(m_calls, "call awaited", "calls awaited");
    if (m_iterations > 0)
        parts << counted(m_iterations, "iteration made async", "iterations made async");
    if (m_blocks > 0)
        parts << counted(m_blocks, "transaction made async", "transactions made async");
    const auto coroutines = int(std::count_if(m_awaiting.begin(), m_awaiting.end(),
                                              [this](const Node *f) { return !staysSync(*f); }));
    if (coroutines > 0)
        parts << counted(coroutines, "function made a coroutine", "functions made coroutines");
    if (!m_joins.empty())
        parts << u"select_related added to "_s +
                     counted(int(m_joins.size()), "queryset", "querysets");
    if (!m_prefetches.empty())
        parts << u"prefetch_related added to "_s +
                     counted(int(m_prefetches.size()), "queryset", "querysets");
    if (m_gathers > 0)
        parts << counted(m_gathers, "series gathered", "series gathered");
    return parts.join(u", "_s);
}

std::optional<AsyncRewrite> makeAsync(const ParseResult &text, const ModelRegistry &registry,
                                      AsyncExtent extent, QString *why)
{
    if (!text.tree || !text.ok()) {
        const auto error =
            std::find_if(text.diagnostics.begin(), text.diagnostics.end(),
                         [](const Diagnostic &d) { return d.severity == Severity::Error; });
        return nothing(why, error == text.diagnostics.end()
                                ? u"there is no text"_s
                                : u"line %1: %2"_s.arg(error->span.line).arg(error->message));
    }
    const RowFlow flow(text, registry);
    AsyncWriter writer(text, flow, extent);
    QSet<QString> needed;
    AsyncRewrite rewrite = writer.write(&needed);
    if (rewrite.edits.empty())
        return nothing(why, rewrite.notes.empty()
                                ? u"nothing here asks the database synchronously"_s
                                : u"line %1: %2"_s.arg(rewrite.notes.front().span.line)
                                      .arg(rewrite.notes.front().text));
    const int end = extent.end < 0 ? int(text.source.size()) : extent.end;
    if (const auto imports = importEdit(text, extent.begin, end, needed))
        rewrite.edits.insert(rewrite.edits.begin(), *imports);
    if (text.source.contains("\r\n"_L1))
        for (TextEdit &edit : rewrite.edits)
            edit.replacement.replace(u"\n"_s, u"\r\n"_s);
    return rewrite;
}

} // namespace heddle::advice
