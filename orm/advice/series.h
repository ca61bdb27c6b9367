#pragma once

#include "orm/notation/textedit.h"

#include <QSet>
#include <optional>

namespace heddle::advice {

/// Statements in a row whose values can be asked for at the same time: NAME = CALL, one after
/// another, where none needs what an earlier one binds.
class Series {
public:
    /// True if the statement goes with those that are in already; then it is one of them.
    bool add(const notation::NodePtr &statement, bool mayFail);
    const notation::Nodes &statements() const { return m_statements; }

private:
    notation::Nodes m_statements;
    QSet<QString> m_bound;
    bool m_mayFail = false;
};

/// NAME = VALUE, NAME = VALUE as `NAME, NAME = await asyncio.gather(VALUE, VALUE)`: `values` are
/// what is awaited, within each statement. One value a line where they would not fit into one;
/// `shift` is how much further in than now the lines will stand.
std::vector<notation::TextEdit> gatherEdits(const QString &source,
                                            const notation::Nodes &statements,
                                            const notation::Nodes &values, const QString &shift);
/// The lines ("import asyncio") that are not there yet: above the first statement at or behind
/// `begin` that is no import itself. Nothing if all are.
std::optional<notation::TextEdit> importEdit(const notation::ParseResult &text, int begin, int end,
                                             const QSet<QString> &lines);
/// The blanks, or whatever, before a statement in its line.
QString marginOf(const QString &source, const notation::Node &statement);

/// NAME = VALUE, with nothing unusual about it.
bool isPlainAssignment(const notation::Node &statement);
/// A method that only asks: count(), get(), ... by either name.
bool isRead(const QString &method);
/// Whether it says with an exception that there is no such row: of two that do, the first one that
/// fails would depend on time.
bool mayFail(const QString &method);
/// All names that an expression mentions.
QSet<QString> namesIn(const notation::NodePtr &expression);
/// Whether nothing but blanks, line ends and semicolons lies between two places.
bool isBlankBetween(const QString &source, int begin, int end);

} // namespace heddle::advice
