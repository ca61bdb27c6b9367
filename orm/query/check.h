#pragma once

#include "orm/query/lookups.h"
#include "orm/query/path.h"

namespace heddle {

/// Where the left-hand side of a lookup leads: a field path, or an annotation with what follows its
/// name.
struct LookupTarget {
    const Annotation *annotation = nullptr; // set: the rest is `rest`
    QStringList rest;
    FieldPath path;
};

LookupTarget resolveLookupTarget(const Query &query, const ModelInfo *model, const QString &lookup);

/// Throws what Django throws at filter() for a condition that names what is not there or gives a
/// value that does not fit.
void checkCondition(const Query &query, const QNode &q);
/// The same for the names in an expression. `aggregateAllowed` false: inside an aggregate already.
void checkExpression(const Query &query, const Expression &expression);
/// The OuterRef()s of a subquery against the query that it stands in.
void checkOuterRefs(const Query &outer, const Query &inner);
/// What annotate(name=FilteredRelation(...)) may name.
void checkFilteredRelation(const Query &query, const Expression &relation);
/// A value against the lookup it is given to. Null values, lists and rows included.
void checkOperand(const FieldPath &path, const LookupChain &chain, const Operand &operand);
/// "Track.objects.filter(genre=album)": Must be "Genre" instance.
void checkInstance(const FieldPath &path, const Operand &operand);

/// The class name that messages give the end of a path: "ForeignKey", "ManyToOneRel".
QString relationClassName(const FieldPath &path);
/// The type of the column that a path ends in; of a foreign key, that of the column it points to.
FieldType pathType(const FieldPath &path);
/// What messages call the field whose value is meant: of a relation, the key on its far side.
QString pathFieldName(const FieldPath &path);

} // namespace heddle
