#pragma once

#include "orm/query/query.h"

namespace heddle::notation {

/// A Query as text of the notation: Track.objects.filter(...).order_by('name')[0:5].
///
/// Reading the text again gives the same steps, and printing those the same text. What only code
/// can build has no text and throws NotSupportedError: a load mode, a slice that became a window.
QString printQuery(const Query &query);
/// A condition as an expression that gives a Q: Q(name='x') | ~Q(pk=1).
QString printCondition(const QNode &condition);
QString printExpression(const Expression &expression);
/// A literal, a list, a row: what stands on the right-hand side of a lookup.
QString printOperand(const Operand &operand);
/// CharField(max_length=5).
QString printFieldType(const FieldType &type);

} // namespace heddle::notation
