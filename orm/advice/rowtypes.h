#pragma once

#include "orm/models/modelinfo.h"
#include "orm/notation/syntax.h"

#include <QHash>
#include <QSet>
#include <map>
#include <memory>
#include <set>

namespace heddle::advice {

struct RowType;

/// What the calls between a manager and its rows say about them. Where two ways meet, joined()
/// keeps what holds on both.
struct QueryShape {
    /// The managers that the rows may come from (Book.objects, author.book_set): a refinement can
    /// be inserted behind each.
    std::set<const notation::Node *> managers;
    QSet<QString> together; // paths that come with the rows: select_related, prefetch_related
    std::set<const notation::Node *> onlyCalls, deferCalls;
    QSet<QString> only, deferred;                            // paths
    std::map<QString, std::shared_ptr<const RowType>> lists; // Prefetch(..., to_attr=NAME)
    bool plainRows = false; // values(), values_list(), dates(): no objects
    bool closed = false;    // union, raw: no refinement reaches what stands before
    bool locked = false;    // select_for_update: an outer join may be refused
    /// Rows of a prefetched set: what they need is prefetched with it, from its parents' queryset.
    std::shared_ptr<const QueryShape> parents;
    QString way; // from a parent row to these: "album_set"

    bool operator==(const QueryShape &) const;
};
using ShapePtr = std::shared_ptr<const QueryShape>;

/// What a value is, as far as the database is concerned.
struct RowType {
    enum Kind {
        Nothing,  // no value reaches here, or only None
        Plain,    // numbers, texts, functions of the language: nothing of a database
        Class,    // a model
        Manager,  // Book.objects, author.book_set
        Rows,     // a queryset
        Stream,   // what iterator() gives
        Row,      // an object
        Sequence, // list, tuple, set, and what iterating gives the same elements
        Mapping,  // a dict; `element` is a value
        Function, // defined in the text
        Unknown,
    };
    enum Evaluated { No, Perhaps, Yes };

    Kind kind = Nothing;
    const ModelInfo *model = nullptr;
    ShapePtr shape; // Manager, Rows, Stream, Row: how it was asked for; null: it is not known
    QString path;   // Row: from the queryset's row to this: "album__artist"
    Evaluated evaluated = No; // Rows
    bool optional = false;    // it may as well be None
    bool fresh = false;       // Row: what came with it is gone: refresh_from_db()
    /// Row: relations that it was given objects for. Manager: those that create() gives its rows.
    QSet<QString> given;
    std::shared_ptr<const RowType> element;   // Sequence, Mapping, of a Row's prefetched set: null
    std::vector<RowType> items;               // a tuple's, if they are known one by one
    const notation::Node *function = nullptr; // Function

    bool is(Kind k) const { return kind == k; }
    /// What iterating it gives.
    RowType each() const;
    bool operator==(const RowType &) const;
};

RowType typeOf(RowType::Kind kind);
RowType noneType();
/// A value that something else holds, too: whoever has it may fetch its rows.
RowType held(RowType value);
RowType sequenceOf(RowType element);
RowType mappingOf(RowType element);
/// A queryset and a list.
bool isMixed(const RowType &a, const RowType &b);
/// What either of two may be. A queryset or a list is a list: the queryset has to be fetched.
RowType joined(const RowType &a, const RowType &b);

/// "album" and "artist" to "album__artist".
QString pathTo(const QString &path, const QString &name);
/// A path and all it leads through: "album__artist" gives also "album".
QSet<QString> withPrefixes(const QString &path);

} // namespace heddle::advice
