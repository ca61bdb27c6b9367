#pragma once

#include "orm/sql/compiledquery.h"
#include "orm/sql/dialect.h"
#include "orm/sql/select.h"

namespace heddle::sql {

/// What a condition came to: text, or the knowledge that nothing or everything matches.
enum class Outcome { Text, Empty, Full };

struct Condition {
    Outcome outcome = Outcome::Text;
    QByteArray text;
};

/// What an ordering begins with in a dialect without NULLS FIRST and NULLS LAST, where NULL is less
/// than everything else: "x IS NULL, ".
QByteArray nullsBefore(const QByteArray &text, NullsOrder nulls, bool descending);

/// Turns bound expressions into text and collects the parameters. Placeholders are numbered, so
/// that an argument's text may be moved or repeated.
class Writer {
public:
    explicit Writer(const Dialect &dialect) : m_dialect(dialect) {}

    const Dialect &dialect() const { return m_dialect; }
    QByteArray value(const BoundPtr &b);
    Condition condition(const BoundPtr &b);
    /// A whole SELECT. Outcome::Empty: no row can come of it.
    Condition select(Select &select, ResultShape *shape = nullptr);
    std::vector<Bind> binds;
    /// False if the text depends on more of the literals than their types: it must not be cached.
    bool cacheable = true;

private:
    friend class SelectWriter;
    QByteArray parameter(const Bind &bind);
    QByteArray column(const Bound &b) const;
    QByteArray function(const Bound &b);
    QByteArray customFunction(const Bound &b, const QList<QByteArray> &args);
    static QString optionText(const Bound &b, QLatin1String name);
    QByteArray aggregate(const Bound &b);
    QByteArray window(const Bound &b);
    QByteArray caseWhen(const Bound &b);
    QByteArray combined(const Bound &b);
    QByteArray orderBy(const Bound &b);
    QByteArray numericCast(const Bound &b, QByteArray text) const;
    Condition lookup(const Bound &b);
    // structured.cpp: JSON and arrays
    static bool isStructured(const Bound &lookup);
    Condition structuredLookup(const Bound &b);
    Condition extractedOrder(const Bound &b);
    QByteArray structuredValue(const Bound &transform);
    QByteArray jsonPath(const Bound &transform, const Bound **root, const QString &more = {});
    QByteArray jsonText(const Bound &transform);
    QByteArray jsonLiteral(const BoundPtr &rhs);
    Condition where(const Bound &b);
    std::optional<Outcome> outOfRange(const Bound &lookup) const;

    const Dialect &m_dialect;
};

/// `pattern` with %l and %r exchanged for the two sides.
QByteArray filledIn(const QByteArray &pattern, const QByteArray &lhs, const QByteArray &rhs);

} // namespace heddle::sql
