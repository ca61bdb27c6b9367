#include "orm/advice/asyncwriter.h"

#include <algorithm>

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;

namespace {

const Node &rootOf(const Node &node)
{
    const Node *root = &node;
    while (root->kind == NodeKind::Attribute)
        root = root->items[0].get();
    return *root;
}

/// The steps that only() names at a place: with "album__title" there is "album", and at "album"
/// there is "title".
QSet<QString> namedAt(const QSet<QString> &paths, const QString &place)
{
    QSet<QString> steps;
    const QString prefix = place.isEmpty() ? QString() : place + u"__"_s;
    for (const QString &path : paths)
        if (path.startsWith(prefix))
            steps.insert(path.mid(prefix.size()).section(u"__"_s, 0, 0));
    return steps;
}

} // namespace

void AsyncWriter::attribute(const NodePtr &node)
{
    const RowType row = m_flow.type(*node->items[0]);
    if (row.is(RowType::Unknown))
        unseen(*node);
    const bool isMethod =
        ((row.is(RowType::Rows) || row.is(RowType::Manager)) && isTerminal(node->name)) ||
        (row.is(RowType::Row) && isRecordMethod(node->name));
    if (isMethod) // of a call only its callee's object comes here
        note(AsyncNote::Left, *node,
             u"'%1' is handed on as a function: its async twin must be, and be awaited"_s.arg(
                 textOf(*node)));
    if (!row.is(RowType::Row) || !row.model || node->name == "pk"_L1) {
        expression(node->items[0], Use::Primary);
        return;
    }
    const Field *column = row.model->field(node->name);
    const Relation *way = row.model->relationByAccessor(node->name);
    const bool isOne = column ? column->isRelation() && column->name == node->name
                              : way && way->kind == RelationKind::ReverseOneToOne;
    if (isOne) {
        relation(node, row);
        return;
    }
    expression(node->items[0], Use::Primary);
    if (column)
        field(node, row);
}

/// book.author, where it does not show what book is.
void AsyncWriter::unseen(const Node &node)
{
    const Node &root = rootOf(node);
    if (root.kind != NodeKind::Name || node.items[0].get() != &root)
        return;
    for (const auto &model : m_flow.registry().models()) {
        const Field *field = model->field(node.name);
        if (!field || !field->isRelation() || field->name != node.name)
            continue;
        note(AsyncNote::Unseen, node,
             u"where '%1' comes from does not show: '%2' must be loaded before, by "
             "select_related(\"%3\") in its queryset"_s.arg(root.name, textOf(node), node.name));
        return;
    }
}

bool AsyncWriter::comesAlong(const RowType &row, const QString &name) const
{
    return row.given.contains(name) ||
           (!row.fresh && row.shape && row.shape->together.contains(pathTo(row.path, name)));
}

/// Whether something writes to the model between the place where the rows come from and the one
/// where the sync text loaded the related object: then that must be loaded as late as there.
bool AsyncWriter::isWrittenBetween(const QueryShape &shape, const Node &access,
                                   const ModelInfo *model) const
{
    if (shape.managers.empty())
        return true;
    const Node &manager = **shape.managers.begin();
    const auto between = [&](const RowFlow::Write &write) {
        if (write.model && write.model != model)
            return false;
        if (write.function != m_function)
            return write.function != nullptr; // called from who knows where
        if (write.offset > manager.span.begin && write.offset < access.span.begin)
            return true;
        return std::any_of(m_loops.begin(), m_loops.end(), [&](const Span &loop) {
            const auto inside = [&](int offset) {
                return loop.begin <= offset && offset < loop.end;
            };
            return inside(write.offset) && !inside(manager.span.begin);
        });
    };
    return std::any_of(m_flow.writes().begin(), m_flow.writes().end(), between);
}

/// Lets a path come with the rows. False if no queryset in reach could bring it.
bool AsyncWriter::require(const ShapePtr &shape, const QString &path, bool asPrefetch)
{
    if (!shape)
        return false;
    if (shape->parents)
        return require(shape->parents, shape->way + u"__"_s + path, true);
    if (shape->closed || shape->managers.empty())
        return false;
    for (const Node *manager : shape->managers)
        if (!isInside(manager->span))
            return false;
    const qsizetype last = path.lastIndexOf(u"__"_s);
    if (!requireField(shape, last < 0 ? QString() : path.left(last),
                      last < 0 ? path : path.mid(last + 2)))
        return false;
    for (const Node *manager : shape->managers)
        (asPrefetch ? m_prefetches : m_joins)[manager].insert(path);
    return true;
}

/// Lets a field come with the rows although only() or defer() left it out.
bool AsyncWriter::requireField(const ShapePtr &shape, const QString &path, const QString &name)
{
    const QString full = pathTo(path, name);
    const auto reachable = [this](const std::set<const Node *> &calls) {
        return std::all_of(calls.begin(), calls.end(),
                           [this](const Node *call) { return isInside(call->span); });
    };
    if (shape->deferred.contains(full)) {
        if (!reachable(shape->deferCalls))
            return false;
        for (const Node *call : shape->deferCalls)
            m_defer[call].insert(full);
    }
    if (shape->onlyCalls.empty())
        return true;
    const QSet<QString> named = namedAt(shape->only, path);
    const bool isRestricted = path.isEmpty() || !named.isEmpty();
    if (!isRestricted || named.contains(name) || named.contains(name + u"_id"_s))
        return true;
    if (!reachable(shape->onlyCalls))
        return false;
    for (const Node *call : shape->onlyCalls)
        m_only[call].insert(full);
    return true;
}

void AsyncWriter::relation(const NodePtr &node, const RowType &row)
{
    const QString text = textOf(*node);
    const Field *column = row.model->field(node->name);
    const ModelInfo *target =
        column ? column->target : row.model->relationByAccessor(node->name)->target;
    const bool isThere = comesAlong(row, node->name) || m_loaded.contains(text);
    const bool late = !row.fresh && row.shape && isWrittenBetween(*row.shape, *node, target);
    const bool outer = row.shape && row.shape->locked && (!column || column->null);
    const bool comes =
        !isThere && !row.fresh && !late && require(row.shape, pathTo(row.path, node->name), outer);
    if (isThere || comes) {
        expression(node->items[0], Use::Primary);
        m_loaded.insert(text);
        return;
    }
    loadHere(node, row);
}

/// A load where the sync text had it: as a statement before, which leaves the object where the
/// sync text left it, or in place where there is no name to leave it at.
void AsyncWriter::loadHere(const NodePtr &node, const RowType &row)
{
    const NodePtr &base = node->items[0];
    const Field *column = row.model->field(node->name);
    awaited();
    ++m_calls;
    if (!column) {
        const Relation &way = *row.model->relationByAccessor(node->name);
        insert(node->span.begin,
               u"(await %1.objects.aget(%2="_s.arg(way.target->name, way.field->name));
        expression(base, Use::Primary);
        replace(base->span.end, node->span.end, u"))"_s);
        return;
    }
    const QString key = column->targetField && !column->targetField->primaryKey
                            ? column->targetField->name
                            : u"pk"_s;
    const bool isNamed = rootOf(*base).kind == NodeKind::Name && m_statement &&
                         m_conditional == 0 && startsLine(*m_statement);
    if (isNamed) {
        expression(base, Use::Primary);
        const QString holder = textOf(*base), line = m_shift + margin(*m_statement);
        const QString load = u"%1.%2 = await %3.objects.aget(%4=%1.%5)\n"_s.arg(
            holder, column->name, column->target->name, key, column->attname);
        insert(m_statement->span.begin,
               (column->null
                    ? u"if %1.%2 is not None:\n"_s.arg(holder, column->attname) + line + u"    "_s
                    : QString()) +
                   load + line);
        m_loaded.insert(textOf(*node));
        return;
    }
    insert(node->span.begin,
           (column->null ? u"(await %1.objects.filter(%2="_s : u"(await %1.objects.aget(%2="_s)
               .arg(column->target->name, key));
    expression(base, Use::Primary);
    replace(node->nameSpan.begin, node->nameSpan.end,
            column->attname + (column->null ? u").afirst())"_s : u"))"_s));
}

void AsyncWriter::field(const NodePtr &node, const RowType &row)
{
    const QString text = textOf(*node);
    if (!row.shape || m_loaded.contains(text))
        return;
    if (requireField(row.shape, row.path, node->name))
        return;
    const NodePtr &base = node->items[0];
    if (rootOf(*base).kind != NodeKind::Name || !m_statement || m_conditional > 0 ||
        !startsLine(*m_statement)) {
        note(AsyncNote::Left, *node,
             u"'%1' was left out by only() or defer() and must be loaded before"_s.arg(text));
        return;
    }
    insert(m_statement->span.begin,
           u"await %1.arefresh_from_db(fields=[%2])\n"_s.arg(
               textOf(*base), quoted(node->name, m_statement->span.begin)) +
               m_shift + margin(*m_statement));
    m_loaded.insert(text);
    ++m_calls;
    awaited();
}

void AsyncWriter::forget(const QString &name)
{
    erase_if(m_loaded, [&](const QString &path) { return path.startsWith(name + u'.'); });
}

/// A literal, in quotes that an f-string around may have inside.
QString AsyncWriter::quoted(const QString &text, int offset) const
{
    QChar quote = m_text.source.count(u'\'') > m_text.source.count(u'"') ? u'\'' : u'"';
    for (const NodePtr &node : pathAt(m_text.tree, offset))
        if (node->kind == NodeKind::JoinedStr && node->span.begin < offset) {
            const QString start = m_text.source.mid(node->span.begin, 4);
            const qsizetype at = start.indexOf(u'"');
            quote = at >= 0 ? u'\'' : u'"';
        }
    return quote + text + quote;
}

/// The refinements that all the loads of the text came to.
void AsyncWriter::writeRequired()
{
    const auto list = [this](const QSet<QString> &paths, int offset, bool prune) {
        QStringList sorted(paths.begin(), paths.end());
        sorted.sort();
        QStringList out;
        for (const QString &path : sorted) {
            const bool isPart = std::any_of(sorted.begin(), sorted.end(), [&](const QString &p) {
                return p.startsWith(path + u"__"_s);
            });
            if (!prune || !isPart)
                out << quoted(path, offset);
        }
        return out.join(u", "_s);
    };
    for (const auto &[manager, paths] : m_joins)
        insert(manager->span.end,
               u".select_related("_s + list(paths, manager->span.end, true) + u')');
    for (const auto &[manager, paths] : m_prefetches)
        insert(manager->span.end,
               u".prefetch_related("_s + list(paths, manager->span.end, true) + u')');
    for (const auto &[call, paths] : m_only) {
        const bool empty = call->arguments.empty();
        const int at = empty ? call->span.end - 1 : call->arguments.back().value->span.end;
        insert(at, (empty ? QString() : u", "_s) + list(paths, at, false));
    }
    for (const auto &[call, paths] : m_defer) {
        QStringList left;
        for (const Argument &argument : call->arguments)
            if (const auto path = literalText(argument); !path || !paths.contains(*path))
                left << textOf(*argument.value);
        if (left.isEmpty())
            replace(call->items[0]->items[0]->span.end, call->span.end, QString());
        else if (left.size() < qsizetype(call->arguments.size()))
            replace(call->arguments.front().value->span.begin,
                    call->arguments.back().value->span.end, left.join(u", "_s));
    }
}

} // namespace heddle::advice
