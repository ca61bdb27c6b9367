#include "orm/notation/serialawaits.h"

#include "orm/notation/dependencies.h"
#include "orm/notation/walk.h"

#include <algorithm>
#include <iterator>

namespace heddle::notation {

using namespace Qt::Literals::StringLiterals;

namespace {

// Each statement is held against all before it.
constexpr std::size_t longestSeries = 64;

bool isFunction(const Node &node)
{
    return node.kind == NodeKind::FunctionDef || node.kind == NodeKind::AsyncFunctionDef;
}

bool isCandidate(const Node &node)
{
    return node.kind == NodeKind::Assign && node.items.size() == 2 &&
           node.items[0]->kind == NodeKind::Name && node.items[1]->kind == NodeKind::Await;
}

bool contains(const NodePtr &node, NodeKind kind)
{
    bool found = node->kind == kind;
    forEachChild(*node, [&](const NodePtr &child) { found = found || contains(child, kind); });
    return found;
}

void collectNames(const NodePtr &node, QSet<QString> *names)
{
    if (node->kind == NodeKind::Name)
        names->insert(node->name);
    forEachChild(*node, [&](const NodePtr &child) { collectNames(child, names); });
}

class Finder {
public:
    explicit Finder(const Node &module)
    {
        m_names.functions = builtinFunctions();
        for (const NodePtr &statement : module.body)
            functions(statement);
        spreadPrinting();
        body(module.body);
    }
    std::vector<AwaitSeries> take() { return std::move(m_found); }

private:
    void functions(const NodePtr &node);
    void spreadPrinting();
    void body(const Nodes &statements);
    void inside(const Node &statement);
    std::size_t length(const Nodes &statements, std::size_t first) const;
    CellDependencies dependenciesOf(const NodePtr &statement) const;
    bool prints(const NodePtr &statement) const;

    NameSets m_names; // no models: whoever only reads does not care for tables
    std::vector<CellDependencies> m_functions;
    QHash<QString, QSet<QString>> m_mentions; // by function
    QSet<QString> m_printing{u"print"_s};     // and whatever calls it
    std::vector<AwaitSeries> m_found;
};

CellDependencies Finder::dependenciesOf(const NodePtr &statement) const
{
    Node alone;
    alone.kind = NodeKind::Module;
    alone.body = {statement};
    return analyze(alone, m_names);
}

void Finder::functions(const NodePtr &node)
{
    if (isFunction(*node)) {
        m_functions.push_back(dependenciesOf(node));
        collectNames(node, &m_mentions[node->name]);
    }
    forEachChild(*node, [this](const NodePtr &child) { functions(child); });
}

void Finder::spreadPrinting()
{
    for (bool more = true; more;) {
        more = false;
        for (auto it = m_mentions.cbegin(); it != m_mentions.cend(); ++it) {
            if (m_printing.contains(it.key()) || !it.value().intersects(m_printing))
                continue;
            m_printing.insert(it.key());
            more = true;
        }
    }
}

bool Finder::prints(const NodePtr &statement) const
{
    QSet<QString> names;
    collectNames(statement, &names);
    return names.intersects(m_printing);
}

/// How many statements from here on belong together; 0 or 1: none.
std::size_t Finder::length(const Nodes &statements, std::size_t first) const
{
    std::vector<CellDependencies> cells = m_functions;
    QSet<QString> bound;
    std::size_t next = first;
    for (; next < statements.size() && next < first + longestSeries; ++next) {
        const NodePtr &statement = statements[next];
        // An await inside of what is awaited would have to end before.
        if (!isCandidate(*statement) || contains(statement->items[1]->items[0], NodeKind::Await) ||
            bound.contains(statement->items[0]->name) || prints(statement))
            break;
        const CellDependencies own = dependenciesOf(statement);
        const bool changesOthers = own.binds != QSet<QString>{statement->items[0]->name};
        cells.push_back(own);
        const DependencyGraph graph(cells, m_names);
        const std::vector<int> &needed = graph.dependsOn(int(cells.size()) - 1);
        const bool needsEarlier = std::any_of(needed.begin(), needed.end(), [&](int cell) {
            return std::size_t(cell) >= m_functions.size();
        });
        if (own.opaque || !own.writesThrough.isEmpty() || !own.deletesThrough.isEmpty() ||
            !own.tablesWritten.isEmpty() || changesOthers || needsEarlier)
            break;
        bound.insert(statement->items[0]->name);
    }
    return next - first;
}

void Finder::body(const Nodes &statements)
{
    for (std::size_t i = 0; i < statements.size();) {
        const std::size_t size = length(statements, i);
        if (size >= 2) {
            const auto begin = statements.begin() + std::ptrdiff_t(i);
            m_found.push_back({Nodes(begin, begin + std::ptrdiff_t(size))});
            i += size;
        } else {
            inside(*statements[i]);
            ++i;
        }
    }
}

void Finder::inside(const Node &statement)
{
    switch (statement.kind) {
    case NodeKind::AsyncWith:
    case NodeKind::With:
        return;
    case NodeKind::Try:
        for (const NodePtr &handler : statement.handlers)
            body(handler->body);
        body(statement.finalbody);
        return;
    default: // simple statements have no bodies
        body(statement.body);
        body(statement.orelse);
        return;
    }
}

} // namespace

std::vector<AwaitSeries> awaitSeries(const Node &module)
{
    return Finder(module).take();
}

} // namespace heddle::notation
