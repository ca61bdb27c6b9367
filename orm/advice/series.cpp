#include "orm/advice/series.h"

#include "orm/notation/walk.h"

#include <algorithm>

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;

bool isPlainAssignment(const Node &statement)
{
    return statement.kind == NodeKind::Assign && statement.items.size() == 2 &&
           statement.items[0]->kind == NodeKind::Name && !statement.items[0]->parenthesized &&
           !statement.items[1]->parenthesized;
}

bool isRead(const QString &method)
{
    static const QSet<QString> methods = {u"aggregate"_s, u"contains"_s, u"count"_s, u"earliest"_s,
                                          u"exists"_s,    u"explain"_s,  u"first"_s, u"get"_s,
                                          u"in_bulk"_s,   u"last"_s,     u"latest"_s};
    return methods.contains(method) || (method.startsWith(u'a') && methods.contains(method.mid(1)));
}

bool mayFail(const QString &method)
{
    return method.endsWith("get"_L1) || method.endsWith("earliest"_L1) ||
           method.endsWith("latest"_L1);
}

QSet<QString> namesIn(const NodePtr &expression)
{
    QSet<QString> names;
    const auto collect = [&](auto &self, const NodePtr &node) -> void {
        if (node->kind == NodeKind::Name)
            names.insert(node->name);
        forEachChild(*node, [&](const NodePtr &child) { self(self, child); });
    };
    collect(collect, expression);
    return names;
}

bool isBlankBetween(const QString &source, int begin, int end)
{
    const QString between = source.mid(begin, end - begin);
    return std::all_of(between.begin(), between.end(),
                       [](QChar c) { return c.isSpace() || c == u';'; });
}

QString marginOf(const QString &source, const Node &statement)
{
    const int begin = statement.span.begin;
    const int start = begin == 0 ? 0 : int(source.lastIndexOf(u'\n', begin - 1)) + 1;
    return source.mid(start, begin - start);
}

std::vector<TextEdit> gatherEdits(const QString &source, const Nodes &statements,
                                  const Nodes &values, const QString &shift)
{
    constexpr int longestLine = 88;
    QStringList names;
    int length = 0;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        names << statements[i]->items[0]->name;
        length += values[i]->span.end - values[i]->span.begin + 3;
    }
    const QString head = names.join(u", "_s) + u" = await asyncio.gather("_s;
    const QString indent = shift + marginOf(source, *statements.front());
    const bool isLong = length + int(head.size() + indent.size()) > longestLine;
    const QString line = isLong ? u"\n"_s + indent + u"    "_s : QString();
    std::vector<TextEdit> edits;
    const auto replace = [&](int begin, int end, const QString &text) {
        Span span;
        span.begin = begin;
        span.end = end;
        edits.push_back({span, text});
    };
    int from = statements.front()->span.begin;
    for (std::size_t i = 0; i < values.size(); ++i) {
        replace(from, values[i]->span.begin, (i == 0 ? head : isLong ? u","_s : u", "_s) + line);
        from = values[i]->span.end;
    }
    replace(from, from, isLong ? u",\n"_s + indent + u")"_s : u")"_s);
    return edits;
}

namespace {

/// Whether the statement is there before a place already.
bool isImported(const Node &module, const QString &line, int before)
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

} // namespace

std::optional<TextEdit> importEdit(const ParseResult &text, int begin, int end,
                                   const QSet<QString> &lines)
{
    const Node *place = nullptr;
    for (const NodePtr &statement : text.tree->body)
        if (statement->span.begin >= begin && statement->span.end <= end) {
            place = statement.get();
            if (place->kind != NodeKind::Import && place->kind != NodeKind::ImportFrom)
                break;
        }
    if (!place)
        return std::nullopt;
    QStringList missing;
    for (const QString &line : lines)
        if (!isImported(*text.tree, line, place->span.begin))
            missing << line + u'\n';
    if (missing.isEmpty())
        return std::nullopt;
    missing.sort(Qt::CaseSensitive);
    std::reverse(missing.begin(), missing.end()); // "import" before "from"
    Span span;
    span.begin = span.end = place->span.begin;
    return TextEdit{span, missing.join(QString())};
}

bool Series::add(const NodePtr &statement, bool mayFail)
{
    const QString &name = statement->items[0]->name;
    if (m_bound.contains(name) || m_bound.intersects(namesIn(statement->items[1])) ||
        (mayFail && m_mayFail))
        return false;
    m_bound.insert(name);
    m_mayFail = m_mayFail || mayFail;
    m_statements.push_back(statement);
    return true;
}

} // namespace heddle::advice
