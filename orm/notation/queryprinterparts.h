#pragma once

#include "orm/query/query.h"

namespace heddle::notation::detail {

// What the printers of queries and of expressions share.

using NamedTexts = std::vector<std::pair<QString, QString>>;

/// 'text' as a literal of the notation.
QString quoted(const QString &text);
/// A call's arguments: positional ones, then name=text; a name that no keyword can be goes into
/// **{'name': text}.
QString arguments(const QStringList &positional, const NamedTexts &named);
/// Whether a condition reads back from positional conditions followed by keyword lookups, which are
/// sorted by name.
bool readsAsKeywords(const QNode &q);
QString conditionArguments(const QNode &q);
/// "lower1": a name that values_list() makes.
bool isAutomatic(const QString &name);

} // namespace heddle::notation::detail
