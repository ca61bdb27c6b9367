#pragma once

#include "orm/notation/syntax.h"

#include <QSet>

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
