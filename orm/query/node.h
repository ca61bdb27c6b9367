#pragma once

#include "orm/query/query.h"

namespace heddle {

/// One link of a Query's chain: the newest step and what all steps so far add up to. Shared by
/// every query that goes on from here.
struct Query::Node {
    Step step;
    QueryState state;
    std::shared_ptr<const std::vector<Annotation>> annotations; // null: none
    std::shared_ptr<const QStringList> valueNames;              // null: none
    std::shared_ptr<const Node> previous;
    int count = 1;

    ~Node()
    {
        // A queryset built in a loop has a chain of any length: taken apart link by link, not by
        // recursion.
        std::shared_ptr<const Node> next = std::move(previous);
        while (next && next.use_count() == 1) {
            std::shared_ptr<const Node> after = std::move(const_cast<Node *>(next.get())->previous);
            next = std::move(after);
        }
    }
};

} // namespace heddle
