#pragma once

#include "orm/notation/syntax.h"

#include <optional>

namespace heddle::notation {

/// Prints a syntax tree as Python text in normal form: four spaces a block, one statement a line,
/// blanks as Black sets them, strings in double quotes, parentheses only where they are needed.
/// Parsing the text gives the same tree again (sameTree()).
class Printer {
public:
    /// Literals as what they mean.
    Printer() = default;
    /// Literals as they are spelled in `source`, the text that the tree was parsed from (but 'x'
    /// becomes "x"), so that printing changes nothing but layout.
    explicit Printer(const QString &source) : m_source(&source) {}

    /// An expression, a statement or a module. Statements end without a newline, modules with one.
    QString print(const Node &node, int indentation = 0);
    /// False if something had no text: an Error node, or an f-string that Python 3.11 cannot spell.
    bool complete() const { return m_complete; }

private:
    // printer.cpp: expressions, bound at least as tightly as `binding`
    QString expression(const Node &node, int binding);
    QString bare(const Node &node); // where a tuple needs no parentheses
    QString constant(const Node &node);
    QString sourceText(const Node &node);
    QString binary(const Node &node);
    QString joinedBy(const Nodes &nodes, int binding, const QString &separator);
    QString compare(const Node &node);
    QString call(const Node &node);
    QString subscript(const Node &node);
    QString slice(const Node &node);
    QString tuple(const Node &node);
    QString dict(const Node &node);
    QString comprehension(const Node &node);
    QString parameters(const Node &node);

    // printerstatements.cpp
    QString statement(const Node &node, const QString &margin);
    QString simple(const Node &node);
    QString imports(const Node &node);
    QString header(const Node &node);
    QString compound(const Node &node, const QString &margin);
    QString tryStatement(const Node &node, const QString &margin);
    QString block(const Nodes &body, const QString &margin);

    // printerstrings.cpp
    QString text(const QString &value);
    QString bytes(const QByteArray &value);
    QString verbatim(const QString &value, const QString &prefix);
    QString formatted(const Node &node);
    std::optional<QString> formattedBody(const Node &node, const QString &quote, bool spec);
    std::optional<QString> field(const Node &node, const QString &quote);
    std::optional<QString> literal(const QString &value, const QString &quote, bool spec) const;

    const QString *m_source = nullptr;
    QStringList m_enclosing; // quotes of the f-strings around: inside, neither they nor a backslash
                             // may be written
    bool m_complete = true;
};

/// The tree in normal form.
QString print(const Node &node);
/// A string literal in double quotes (in single ones if that saves escapes).
QString quoted(const QString &text);
/// A number as repr() spells it; infinity as 1e999, which Python reads as such.
QString numberText(const Value &value);

} // namespace heddle::notation
