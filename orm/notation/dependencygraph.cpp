#include "orm/notation/dependencies.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace heddle::notation {

namespace {

void becomeOpaque(CellDependencies *cell, const QString &because)
{
    cell->opaque = true;
    if (cell->opaqueBecause.isEmpty())
        cell->opaqueBecause = because;
}

void addEffects(CellDependencies *cell, const QString &function, const CellDependencies &effects)
{
    cell->reads += effects.reads;
    cell->binds += effects.binds - QSet<QString>{function};
    cell->words += effects.words;
    cell->tablesRead += effects.tablesRead;
    cell->tablesWritten += effects.tablesWritten;
    cell->writesThrough += effects.writesThrough;
    cell->deletesThrough += effects.deletesThrough;
    if (effects.opaque)
        becomeOpaque(cell, u"a call of '%1', with %2,"_s.arg(function, effects.opaqueBecause));
}

/// Adds what the functions do that a cell calls, or may call because it reads their names. A
/// function looks up its own globals when it is called, so that its reads become the cell's.
void addCalls(CellDependencies *cell, const std::vector<CellDependencies> &earlier)
{
    const QSet<QString> first = cell->calls + cell->reads;
    QStringList open(first.begin(), first.end());
    QSet<QString> called = cell->calls, seen;
    while (!open.isEmpty()) {
        const QString name = open.takeLast();
        if (seen.contains(name))
            continue;
        seen.insert(name);
        const CellDependencies *owner = cell->functions.contains(name) ? cell : nullptr;
        for (auto candidate = earlier.rbegin(); !owner && candidate != earlier.rend(); ++candidate)
            if (candidate->binds.contains(name))
                owner = &*candidate;
        if (!owner || !owner->functions.contains(name)) {
            if (called.contains(name))
                becomeOpaque(cell, u"a call of '%1'"_s.arg(name));
            continue;
        }
        const CellDependencies effects = owner->functions.value(name);
        addEffects(cell, name, effects);
        called += effects.calls;
        const QSet<QString> further = effects.calls + effects.reads;
        open += QStringList(further.begin(), further.end());
    }
}

/// A cell with all that can be told only by the cells before it: functions, the tables behind
/// names.
CellDependencies resolved(const CellDependencies &cell,
                          const std::vector<CellDependencies> &earlier, const NameSets &names)
{
    CellDependencies out = cell;
    addCalls(&out, earlier);
    const QSet<QString> through = out.writesThrough + out.deletesThrough;
    for (const QString &name : through) {
        QSet<QString> models;
        for (const CellDependencies &candidate : earlier)
            models += candidate.origins.value(name);
        if (models.isEmpty() || models.contains(unknownOrigin))
            becomeOpaque(&out, u"a write through '%1'"_s.arg(name));
        models -= {unknownOrigin, plainData};
        if (out.deletesThrough.contains(name))
            followCascades(names, &models);
        if (models.intersects(names.reaching))
            becomeOpaque(&out, u"a write through '%1' of a table with triggers"_s.arg(name));
        out.tablesWritten += models;
    }
    // A queryset that an earlier cell made is read where it is used.
    for (const CellDependencies &candidate : earlier)
        if (candidate.binds.intersects(out.reads))
            out.tablesRead += candidate.tablesRead;
    followRelations(names, out.words, &out.tablesRead);
    return out;
}

QString firstCommon(const QSet<QString> &a, const QSet<QString> &b)
{
    QStringList common;
    for (const QString &name : a)
        if (b.contains(name))
            common.push_back(name);
    return common.isEmpty() ? QString() : *std::min_element(common.begin(), common.end());
}

/// Why the later of two cells has to wait for the earlier one; empty if it need not.
QString dependency(const CellDependencies &later, const CellDependencies &earlier)
{
    if (later.opaque)
        return u"%1 cannot be seen through"_s.arg(later.opaqueBecause);
    if (earlier.opaque)
        return u"%1 before it cannot be seen through"_s.arg(earlier.opaqueBecause);
    if (const QString name = firstCommon(later.reads, earlier.binds); !name.isEmpty())
        return u"reads '%1'"_s.arg(name);
    // A change of what a name holds must not overtake another change or a reader of it.
    if (const QString name = firstCommon(later.binds & later.reads, earlier.reads); !name.isEmpty())
        return u"changes '%1'"_s.arg(name);
    for (const auto &[one, other] : {std::pair(&later, &earlier), std::pair(&earlier, &later)}) {
        QString table = firstCommon(one->tablesWritten, other->tablesWritten);
        if (table.isEmpty())
            table = firstCommon(one->tablesWritten, other->tablesRead);
        if (!table.isEmpty())
            return u"both use %1, and one writes it"_s.arg(table);
    }
    return {};
}

} // namespace

DependencyGraph::DependencyGraph(const std::vector<CellDependencies> &cells, const NameSets &names)
{
    std::vector<CellDependencies> known;
    m_dependsOn.resize(cells.size());
    for (std::size_t later = 0; later < cells.size(); ++later) {
        const CellDependencies cell = resolved(cells[later], known, names);
        for (std::size_t earlier = 0; earlier < later; ++earlier) {
            const QString why = dependency(cell, known[earlier]);
            if (why.isEmpty())
                continue;
            m_dependsOn[later].push_back(int(earlier));
            m_reasons.insert({int(later), int(earlier)}, why);
        }
        known.push_back(cell);
    }
}

std::vector<std::vector<int>> DependencyGraph::levels() const
{
    std::vector<int> levelOf(m_dependsOn.size(), 0);
    std::vector<std::vector<int>> out;
    for (std::size_t cell = 0; cell < m_dependsOn.size(); ++cell) {
        for (int earlier : m_dependsOn[cell])
            levelOf[cell] = std::max(levelOf[cell], levelOf[std::size_t(earlier)] + 1);
        if (std::size_t(levelOf[cell]) >= out.size())
            out.resize(std::size_t(levelOf[cell]) + 1);
        out[std::size_t(levelOf[cell])].push_back(int(cell));
    }
    return out;
}

std::vector<std::vector<int>> independentGroups(const std::vector<CellDependencies> &cells,
                                                const NameSets &names)
{
    return DependencyGraph(cells, names).levels();
}

} // namespace heddle::notation
