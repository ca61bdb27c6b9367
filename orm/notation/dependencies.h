#pragma once

#include "orm/notation/syntax.h"

#include <QHash>
#include <QSet>

namespace heddle {
class ModelRegistry;
}

namespace heddle::notation {

/// What a cell's names can mean before any cell has run.
struct NameSets {
    QSet<QString> models;
    /// For each model the models that its relations lead to, by query name and by accessor. A cell
    /// that walks or filters along "author" reads Author's table, too.
    QHash<QString, QHash<QString, QString>> relations;
    /// For each model those that lose or change rows when its rows are deleted.
    QHash<QString, QSet<QString>> cascades;
    /// Models whose writes reach nobody knows where: tables with triggers.
    QSet<QString> reaching;
    /// Functions and classes that touch no database by themselves: len, print, Q, F, Count, gather,
    /// ...
    QSet<QString> functions;
};

/// What notation.md lists as known without an import: built-in functions, ORM names, exceptions.
QSet<QString> builtinFunctions();
/// Adds to some models all those whose rows go or change when theirs are deleted.
void followCascades(const NameSets &names, QSet<QString> *models);
/// Adds to some models all those that words (relation names) may lead to from them.
void followRelations(const NameSets &names, const QSet<QString> &words, QSet<QString> *models);
/// The models of a database, their relations, and as `functions` what notation.md lists.
NameSets nameSetsFor(const ModelRegistry &registry);

/// What one cell needs from others and does to them, as far as its text tells. In doubt it says too
/// much, never too little.
struct CellDependencies {
    QSet<QString> reads;  // global names that may be read before the cell binds them
    QSet<QString> binds;  // global names that the cell binds or changes
    QSet<QString> models; // models mentioned and not rebound
    QSet<QString> tablesRead, tablesWritten; // names of models
    QSet<QString> words; // parts of lookups, attributes and keywords: some are relations
    QSet<QString>
        calls; // functions that the cell calls; it defines them itself, or an earlier cell does
    /// A name -> the models whose rows or querysets it may hold. unknownOrigin and plainData stand
    /// for themselves.
    QHash<QString, QSet<QString>> origins;
    /// Names whose rows it writes or deletes; an earlier cell may tell the table.
    QSet<QString> writesThrough, deletesThrough;
    /// What calling a function defined here needs and does.
    QHash<QString, CellDependencies> functions;
    /// It cannot be seen through (raw SQL, a call of something unknown, a transaction opened by
    /// hand): it depends on everything and everything on it.
    bool opaque = false;
    QString opaqueBecause; // for people: "raw()", "a call of 'helper'"
};

/// Among a name's origins: it may hold anything.
inline const QString unknownOrigin = QStringLiteral("?");
/// Among a name's origins: a list, dict or set made in the text, whose add() and clear() are no
/// writes.
inline const QString plainData = QStringLiteral("[]");

CellDependencies analyze(const Node &cell, const NameSets &names);

/// Cells in source order, and which of them need which earlier ones.
class DependencyGraph {
public:
    DependencyGraph(const std::vector<CellDependencies> &cells, const NameSets &names);

    int size() const { return int(m_dependsOn.size()); }
    /// The earlier cells that must have ended before this one starts, ascending. What these need in
    /// turn is not repeated unless the cell needs it itself.
    const std::vector<int> &dependsOn(int cell) const { return m_dependsOn[std::size_t(cell)]; }
    /// Why `cell` waits for `earlier`, for people: "reads 'total'", "both use Book, and one writes
    /// it". Empty if it does not.
    QString reason(int cell, int earlier) const { return m_reasons.value({cell, earlier}); }
    /// The cells in steps: those of one step need nothing of each other, and everything they need
    /// is in steps before.
    std::vector<std::vector<int>> levels() const;

private:
    std::vector<std::vector<int>> m_dependsOn;
    QHash<std::pair<int, int>, QString> m_reasons;
};

/// levels() of the cells' graph.
std::vector<std::vector<int>> independentGroups(const std::vector<CellDependencies> &cells,
                                                const NameSets &names);

} // namespace heddle::notation
