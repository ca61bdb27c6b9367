#include "orm/advice/makeasync.h"

#include "orm/advice/asyncwriter.h"
#include "orm/notation/walk.h"

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

/// Whether the statement is there before a place already.
bool imports(const Node &module, const QString &line, int before)
{
    return std::any_of(module.body.begin(), module.body.end(), [&](const NodePtr &statement) {
        if (statement->span.begin >= before)
            return false;
        if (statement->kind == NodeKind::Import)
            return line == u"import "_s + statement->names.value(0);
        if (statement->kind != NodeKind::ImportFrom)
            return false;
        return line.startsWith(u"from "_s + statement->name + u' ') &&
               statement->names.contains(line.section(u' ', -1));
    });
}

/// The imports that the new calls need, above what is rewritten and below the imports there.
void addImports(const ParseResult &text, AsyncExtent extent, const QSet<QString> &lines,
                AsyncRewrite *rewrite)
{
    const Node *place = nullptr;
    const int end = extent.end < 0 ? int(text.source.size()) : extent.end;
    for (const NodePtr &statement : text.tree->body)
        if (statement->span.begin >= extent.begin && statement->span.end <= end) {
            place = statement.get();
            if (place->kind != NodeKind::Import && place->kind != NodeKind::ImportFrom)
                break;
        }
    if (!place)
        return;
    QStringList missing;
    for (const QString &line : lines)
        if (!imports(*text.tree, line, place->span.begin))
            missing << line + u'\n';
    missing.sort(Qt::CaseSensitive);
    std::reverse(missing.begin(), missing.end()); // "import" before "from"
    Span span;
    span.begin = span.end = place->span.begin;
    if (!missing.isEmpty())
        rewrite->edits.insert(rewrite->edits.begin(), {span, missing.join(QString())});
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
    if (!m_awaiting.empty())
        parts << counted(int(m_awaiting.size()), "function made a coroutine",
                         "functions made coroutines");
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
    addImports(text, extent, needed, &rewrite);
    if (text.source.contains("\r\n"_L1))
        for (TextEdit &edit : rewrite.edits)
            edit.replacement.replace(u"\n"_s, u"\r\n"_s);
    return rewrite;
}

} // namespace heddle::advice
