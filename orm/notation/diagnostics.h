#pragma once

#include "orm/notation/syntax.h"

#include <QSet>

namespace heddle::notation {

/// The candidate that somebody who wrote `word` most likely meant, or nothing. Letters swapped,
/// missing, doubled or wrong count one each (Damerau-Levenshtein), a wrong case counts almost
/// nothing; one mistake is forgiven in three letters, three at most. Among equals the first
/// candidate wins.
QString didYouMean(const QString &word, const QStringList &candidates);
/// "did you mean 'name'?", or nothing.
QString suggestionFor(const QString &word, const QStringList &candidates);

/// Names that are read but bound nowhere in the text and not among `known`: what would be a
/// NameError at run time, said while typing. Where a name is bound in the text the order is not
/// looked at, and stretches that do not parse count as binding every word in them.
std::vector<Diagnostic> checkNames(const ParseResult &parsed, const QSet<QString> &known);

} // namespace heddle::notation
