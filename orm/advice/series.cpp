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
