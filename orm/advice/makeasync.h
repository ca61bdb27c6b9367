#pragma once

#include "orm/notation/textedit.h"

#include <QStringList>

namespace heddle {
class ModelRegistry;
}

namespace heddle::advice {

/// A place that the rewriting left, or changed with a condition, and why.
struct AsyncNote {
    /// What the place means for the async text.
    enum Kind {
        Advice, // it does what the sync text did; there is more that could be done
        Unseen, // where a value comes from does not show: it runs if that needs no query
        Left,   // it will not run in an async cell before somebody rewrites it
    } kind = Advice;
    notation::Span span;
    QString text; // a sentence
};

/// A sync text's async form.
struct AsyncRewrite {
    QString summary; // "3 calls awaited, 1 loop made async, select_related added to 1 queryset"
    /// All count in the text that was given; comments and lines that need no change stay.
    std::vector<notation::TextEdit> edits;
    std::vector<AsyncNote> notes; // by place
    /// True if the async text does all that the sync text did.
    bool isComplete() const;
};

/// Which part of a text is rewritten. The rest is only looked at: for what its names hold.
struct AsyncExtent {
    int begin = 0; // offsets, as Span has them
    int end = -1;  // -1: the end of the text
};

/// The same program for an async cell: loops, terminal calls, transactions and functions that reach
/// the database are awaited; what was evaluated in passing (list(), len(), `if rows`, rows[0],
/// print(rows)) is fetched first; relations that were loaded in passing come with the rows; reads
/// in series that need nothing of each other are gathered. It prints what the sync text prints,
/// unless a note says where not. Nothing if there is nothing to rewrite, or if the text has errors:
/// *why (which may be null) then says so in a sentence.
std::optional<AsyncRewrite> makeAsync(const notation::ParseResult &text,
                                      const ModelRegistry &registry, AsyncExtent extent = {},
                                      QString *why = nullptr);

} // namespace heddle::advice
