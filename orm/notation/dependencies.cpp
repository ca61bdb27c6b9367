#include "orm/notation/dependencies.h"

#include "orm/notation/names.h"
#include "orm/notation/textedit.h"
#include "orm/notation/walk.h"

using namespace Qt::Literals::StringLiterals;

namespace heddle::notation {

namespace {

/// The sync name of a method: "acount" -> "count", but "all" and "aggregate" as they are.
QString syncName(const QString &method, const QSet<QString> &known)
{
    const bool twin =
        method.startsWith(u'a') && !known.contains(method) && known.contains(method.mid(1));
    return twin ? method.mid(1) : method;
}

const QSet<QString> &writingMethods()
{
    static const QSet<QString> methods = {
        u"create"_s,
        u"update"_s,
        u"delete"_s,
        u"save"_s,
        u"bulk_create"_s,
        u"bulk_update"_s,
        u"get_or_create"_s,
        u"update_or_create"_s,
        u"add"_s,
        u"remove"_s,
        u"set"_s,
        u"clear"_s,
        u"select_for_update"_s,
    };
    return methods;
}

/// Methods that show nothing of what they run.
const QSet<QString> &opaqueMethods()
{
    static const QSet<QString> methods = {u"raw"_s,         u"extra"_s,  u"execute"_s,
                                          u"executemany"_s, u"cursor"_s, u"on_commit"_s};
    return methods;
}

/// Methods that change nothing: of querysets, rows, texts, numbers and dates. What is not here may
/// change its object.
const QSet<QString> &readingMethods()
{
    static const QSet<QString> methods = {
        u"all"_s,
        u"filter"_s,
        u"exclude"_s,
        u"annotate"_s,
        u"alias"_s,
        u"order_by"_s,
        u"reverse"_s,
        u"distinct"_s,
        u"values"_s,
        u"values_list"_s,
        u"dates"_s,
        u"datetimes"_s,
        u"none"_s,
        u"union"_s,
        u"intersection"_s,
        u"difference"_s,
        u"select_related"_s,
        u"prefetch_related"_s,
        u"defer"_s,
        u"only"_s,
        u"using"_s,
        u"get"_s,
        u"count"_s,
        u"exists"_s,
        u"contains"_s,
        u"first"_s,
        u"last"_s,
        u"latest"_s,
        u"earliest"_s,
        u"aggregate"_s,
        u"in_bulk"_s,
        u"iterator"_s,
        u"list"_s,
        u"explain"_s,
        u"as_manager"_s,
        u"resolve_expression"_s,
        u"asc"_s,
        u"desc"_s,
        u"over"_s,
        u"format"_s,
        u"join"_s,
        u"split"_s,
        u"strip"_s,
        u"lower"_s,
        u"upper"_s,
        u"title"_s,
        u"replace"_s,
        u"startswith"_s,
        u"endswith"_s,
        u"items"_s,
        u"keys"_s,
        u"index"_s,
        u"copy"_s,
        u"isoformat"_s,
        u"strftime"_s,
        u"date"_s,
        u"time"_s,
        u"today"_s,
        u"now"_s,
        u"quantize"_s,
        u"bit_length"_s,
        u"total_seconds"_s,
        u"get_deferred_fields"_s,
        u"refresh_from_db"_s,
        u"result"_s,
        u"done"_s,
    };
    return methods;
}

/// Objects of the language itself whose methods are no calls into the unknown.
bool isLibrary(const QString &name)
{
    static const QSet<QString> names = {
        u"asyncio"_s, u"transaction"_s, u"models"_s,  u"functions"_s, u"datetime"_s, u"date"_s,
        u"time"_s,    u"timedelta"_s,   u"Decimal"_s, u"UUID"_s,      u"timezone"_s, u"F"_s,
        u"Q"_s,       u"dict"_s,        u"str"_s,     u"int"_s,       u"float"_s,    u"bytes"_s,
    };
    return names.contains(name);
}

/// Whose effects are looked for.
enum class Extent {
    Cell,     // what running the cell does: the bodies of its functions wait until they are called
    Function, // what calling the one function does that the cell consists of
};

class Analyzer {
public:
    Analyzer(const NameSets &names, Extent extent, QSet<QString> rebound)
        : m_names(names), m_extent(extent), m_rebound(std::move(rebound))
    {
    }
    CellDependencies run(const Node &cell);

private:
    void read(const Node &name);
    void bind(const QString &name);
    void visit(const Node &node);
    void call(const Node &node);
    void methodCall(const Node &method);
    void write(const Node &receiver, const QString &method);
    void writeTables(const QSet<QString> &models, const QString &method);
    void changed(const Node &target);
    void noteOrigins(const Node &statement);
    void noteOrigin(const Node &target, const QSet<QString> &origin);
    void noteParameters(const Node &function);
    void words(const QString &text);
    void becomeOpaque(const QString &because);
    bool isModel(const QString &name) const
    {
        return m_names.models.contains(name) && !m_rebound.contains(name) &&
               !m_walker.isLocal(name);
    }
    bool waitsForCall() const { return m_extent == Extent::Cell && m_walker.inFunction(); }
    QSet<QString> originOf(const NodePtr &value) const;
    void describeFunctions(const Node &cell);

    const NameSets &m_names;
    const Extent m_extent;
    CellDependencies m_cell;
    NameWalker m_walker;
    QSet<QString> m_rebound; // models' names that the cell uses for something else
    QSet<QString> m_defined; // functions defined in this cell
    QSet<QString>
        m_nested; // functions defined in functions: their bodies are looked at where they stand
    std::vector<QSet<QString>> m_certain{
        {}}; // names that are bound for sure at this moment, by branch
};

CellDependencies Analyzer::run(const Node &cell)
{
    if (m_extent == Extent::Cell) {
        m_rebound = boundNames(cell.body);
        for (const NodePtr &statement :
             cell.body) // an import of a model brings what is there already
            if (statement->kind == NodeKind::ImportFrom || statement->kind == NodeKind::Import)
                m_rebound -= QSet<QString>(statement->names.begin(), statement->names.end());
    }
    for (const NodePtr &statement : cell.body)
        if (statement->kind == NodeKind::FunctionDef ||
            statement->kind == NodeKind::AsyncFunctionDef)
            m_defined.insert(statement->name);
    m_walker.read = [this](const Node &name) { read(name); };
    m_walker.bind = [this](const QString &name, const Span &) { bind(name); };
    m_walker.enterBranch = [this] { m_certain.push_back(m_certain.back()); };
    m_walker.leaveBranch = [this] { m_certain.pop_back(); };
    m_walker.visit = [this](const Node &node) { visit(node); };
    m_walker.walk(cell);
    followRelations(m_names, m_cell.words, &m_cell.tablesRead);
    if (m_extent == Extent::Cell)
        describeFunctions(cell);
    return std::move(m_cell);
}

void Analyzer::becomeOpaque(const QString &because)
{
    m_cell.opaque = true;
    if (m_cell.opaqueBecause.isEmpty())
        m_cell.opaqueBecause = because;
}

void Analyzer::read(const Node &node)
{
    if (waitsForCall())
        return;
    const QString &name = node.name;
    if (isModel(name)) {
        m_cell.models.insert(name);
        m_cell.tablesRead.insert(name);
        return;
    }
    if (m_defined.contains(name))
        m_cell.calls.insert(name); // whoever gets it may call it
    if (!m_certain.back().contains(name) && !m_names.functions.contains(name))
        m_cell.reads.insert(name);
    if (name == u"connection" || name == u"connections")
        becomeOpaque(u"'%1'"_s.arg(name));
}

void Analyzer::bind(const QString &name)
{
    if (waitsForCall())
        return;
    m_cell.binds.insert(name);
    if (!m_walker.inFunction())
        m_certain.back().insert(name);
}

void Analyzer::visit(const Node &node)
{
    if (waitsForCall())
        return;
    switch (node.kind) {
    case NodeKind::Call:
        call(node);
        for (const Argument &argument : node.arguments)
            if (argument.kind == Argument::Keyword)
                words(argument.name);
        return;
    case NodeKind::Attribute:
        m_cell.words.insert(node.name);
        return;
    case NodeKind::Constant:
        if (node.constant == ConstantKind::Str)
            words(node.value.asString());
        return;
    case NodeKind::FunctionDef:
    case NodeKind::AsyncFunctionDef:
        if (m_walker.inFunction())
            m_nested.insert(node.name);
        noteParameters(node);
        return;
    case NodeKind::Delete:
        for (const NodePtr &item : node.items)
            changed(*item);
        return;
    case NodeKind::Error:
        becomeOpaque(u"a part that is no valid text"_s);
        return;
    default: // perhaps a binding
        noteOrigins(node);
        return;
    }
}

/// "author__name" may walk along author.
void Analyzer::words(const QString &text)
{
    if (text.size() > 300)
        return;
    for (const QString &part : text.split(u"__"_s))
        m_cell.words.insert(part.startsWith(u'-') ? part.mid(1) : part);
}

/// book.title = "x", rows[0] = 1: what the root name holds is changed, which counts as binding it.
void Analyzer::changed(const Node &target)
{
    if (target.kind == NodeKind::Attribute || target.kind == NodeKind::Subscript) {
        const Node *root = &target;
        while (root->kind == NodeKind::Attribute || root->kind == NodeKind::Subscript ||
               root->kind == NodeKind::Call)
            root = root->items[0].get();
        if (root->kind == NodeKind::Name && !m_walker.isLocal(root->name) && !isModel(root->name))
            m_cell.binds.insert(root->name);
    } else if (target.kind == NodeKind::Tuple || target.kind == NodeKind::List) {
        for (const NodePtr &item : target.items)
            changed(*item);
    }
}

void Analyzer::call(const Node &node)
{
    const Node &callee = *node.items[0];
    if (callee.kind == NodeKind::Attribute) {
        methodCall(callee);
        return;
    }
    if (callee.kind != NodeKind::Name) {
        becomeOpaque(u"a call of something computed"_s);
        return;
    }
    const QString &name = callee.name;
    if (m_walker.isLocal(name)) {
        if (!m_nested.contains(name))
            becomeOpaque(u"a call of '%1'"_s.arg(name));
        return;
    }
    if (isModel(name) || (m_names.functions.contains(name) && !m_rebound.contains(name)))
        return;
    if (m_cell.binds.contains(name) && !m_defined.contains(name))
        becomeOpaque(u"a call of '%1'"_s.arg(name));
    m_cell.calls.insert(name);
    // A function of the user's may change what it is given.
    for (const Argument &argument : node.arguments)
        if (argument.value->kind == NodeKind::Name && !m_walker.isLocal(argument.value->name) &&
            !isModel(argument.value->name))
            m_cell.binds.insert(argument.value->name);
}

void Analyzer::methodCall(const Node &method)
{
    const Node &receiver = *method.items[0];
    const QString opaqueName = syncName(method.name, opaqueMethods());
    if (opaqueMethods().contains(opaqueName)) {
        becomeOpaque(opaqueName + u"()"_s);
        return;
    }
    const bool library = receiver.kind == NodeKind::Name && isLibrary(receiver.name) &&
                         !m_walker.isLocal(receiver.name);
    if (library) {
        if (receiver.name == u"transaction" && method.name != u"atomic")
            becomeOpaque(u"transaction.%1()"_s.arg(method.name));
        return;
    }
    const QString name = syncName(method.name, writingMethods());
    if (writingMethods().contains(name)) {
        write(receiver, name);
        return;
    }
    if (readingMethods().contains(syncName(method.name, readingMethods())))
        return;
    changed(method);
}

/// The models whose rows or querysets an expression may hold; nothing if that cannot be told. Only
/// steps that keep to the rows are followed: an attribute may lead to another model.
QSet<QString> Analyzer::originOf(const NodePtr &value) const
{
    NodePtr node = value;
    while (node) {
        switch (node->kind) {
        case NodeKind::Await:
        case NodeKind::Subscript:
            node = node->items[0];
            continue;
        case NodeKind::Call: {
            const Node &callee = *node->items[0];
            if (callee.kind == NodeKind::Name &&
                (callee.name == u"list" || callee.name == u"reversed" || callee.name == u"sorted" ||
                 callee.name == u"enumerate") &&
                !node->arguments.empty()) {
                node = node->arguments[0].value;
                continue;
            }
            if (callee.kind == NodeKind::Name && node == value && node->arguments.empty() &&
                (callee.name == u"list" || callee.name == u"dict" || callee.name == u"set"))
                return {plainData};
            node = node->items[0];
            continue;
        }
        case NodeKind::Attribute: {
            const bool keeps = node->name == u"objects" ||
                               readingMethods().contains(syncName(node->name, readingMethods())) ||
                               writingMethods().contains(syncName(node->name, writingMethods()));
            if (!keeps || node->name == u"values" || node->name == u"values_list")
                return {};
            node = node->items[0];
            continue;
        }
        case NodeKind::Name:
            if (isModel(node->name))
                return {node->name};
            return m_cell.origins.value(node->name);
        case NodeKind::List:
        case NodeKind::Dict:
        case NodeKind::Set:
        case NodeKind::ListComp:
        case NodeKind::SetComp:
        case NodeKind::DictComp:
            return node == value ? QSet<QString>{plainData} : QSet<QString>();
        default: // computed in some other way
            return {};
        }
    }
    return {};
}

void Analyzer::noteOrigin(const Node &target, const QSet<QString> &origin)
{
    if (target.kind == NodeKind::Name)
        m_cell.origins[target.name] += origin.isEmpty() ? QSet<QString>{unknownOrigin} : origin;
    else if (target.kind == NodeKind::Tuple || target.kind == NodeKind::List ||
             target.kind == NodeKind::Starred)
        for (const NodePtr &item :
             target.items) // obj, created = ...: also the flag, which does no harm
            noteOrigin(*item, origin);
    else
        changed(target);
}

void Analyzer::noteParameters(const Node &function)
{
    for (const Parameter &parameter : function.parameters)
        m_cell.origins[parameter.name].insert(unknownOrigin);
}

/// Remembers where the names come from that a statement or a comprehension binds.
void Analyzer::noteOrigins(const Node &node)
{
    for (const Comprehension &generator : node.generators)
        noteOrigin(*generator.target, originOf(generator.iterable));
    switch (node.kind) {
    case NodeKind::Assign:
        for (std::size_t i = 0; i + 1 < node.items.size(); ++i)
            noteOrigin(*node.items[i], originOf(node.items.back()));
        return;
    case NodeKind::AugAssign:
        noteOrigin(*node.items[0], originOf(node.items[1]));
        return;
    case NodeKind::AnnAssign:
        noteOrigin(*node.items[0], originOf(node.items[2]));
        return;
    case NodeKind::For:
    case NodeKind::AsyncFor: {
        QSet<QString> origin = originOf(node.items[1]);
        origin.remove(plainData); // its elements may be anything
        noteOrigin(*node.items[0], origin);
        return;
    }
    case NodeKind::With:
    case NodeKind::AsyncWith:
        for (std::size_t i = 1; i < node.items.size(); i += 2)
            if (node.items[i])
                noteOrigin(*node.items[i], {});
        return;
    default: // binds nothing
        return;
    }
}

void Analyzer::writeTables(const QSet<QString> &models, const QString &method)
{
    QSet<QString> written = models;
    if (method == u"delete")
        followCascades(m_names, &written);
    m_cell.tablesWritten += written;
    for (const QString &model : std::as_const(written))
        if (m_names.reaching.contains(model))
            becomeOpaque(u"%1() on %2, which has triggers"_s.arg(method, model));
}

void Analyzer::write(const Node &receiver, const QString &method)
{
    const auto node = std::make_shared<Node>(receiver);
    const CallChain chain = chainOf(node);
    const NodePtr root = chain                             ? chain.root
                         : receiver.kind == NodeKind::Name ? NodePtr(node)
                                                           : nullptr;
    const QSet<QString> origin = originOf(node);
    if (root && !isModel(root->name) && !m_walker.isLocal(root->name))
        m_cell.binds.insert(root->name); // save() gives the row its key; add() changes a set
    if (!origin.isEmpty() && !origin.contains(unknownOrigin)) {
        writeTables(origin - QSet<QString>{plainData}, method);
        return;
    }
    if (root && !chain && !m_walker.isLocal(root->name) && !m_cell.origins.contains(root->name)) {
        (method == u"delete" ? m_cell.deletesThrough : m_cell.writesThrough)
            .insert(root->name); // an earlier cell bound it
        return;
    }
    becomeOpaque(u"%1() on something whose table is not known"_s.arg(method));
}

/// Each function by itself, so that a cell that calls it gets its effects and no others.
void Analyzer::describeFunctions(const Node &cell)
{
    for (const NodePtr &statement : cell.body) {
        if (statement->kind != NodeKind::FunctionDef &&
            statement->kind != NodeKind::AsyncFunctionDef)
            continue;
        Node alone;
        alone.kind = NodeKind::Module;
        alone.body = {statement};
        m_cell.functions.insert(statement->name,
                                Analyzer(m_names, Extent::Function, m_rebound).run(alone));
    }
}

} // namespace

void followCascades(const NameSets &names, QSet<QString> *models)
{
    QStringList open(models->begin(), models->end());
    while (!open.isEmpty()) {
        const QSet<QString> further = names.cascades.value(open.takeLast()) - *models;
        *models += further;
        open += QStringList(further.begin(), further.end());
    }
}

void followRelations(const NameSets &names, const QSet<QString> &words, QSet<QString> *models)
{
    QStringList open(models->begin(), models->end());
    while (!open.isEmpty()) {
        const auto relations = names.relations.constFind(open.takeLast());
        if (relations == names.relations.constEnd())
            continue;
        for (auto relation = relations->begin(); relation != relations->end(); ++relation) {
            if (!words.contains(relation.key()) || models->contains(relation.value()))
                continue;
            models->insert(relation.value());
            open.push_back(relation.value());
        }
    }
}

CellDependencies analyze(const Node &cell, const NameSets &names)
{
    return Analyzer(names, Extent::Cell, {}).run(cell);
}

} // namespace heddle::notation
