#pragma once

#include "tests/benchmarks/harness.h"

#include <QFuture>
#include <deque>

namespace heddle::bench {

inline PlainBook bookOfRow(const RowBatch &row)
{
    PlainBook book;
    book.id = row.column(0).int64(0);
    book.title = row.column(1).view(0);
    book.price = row.column(2).number(0);
    book.published = row.column(3).date(0).days;
    if (!row.column(4).isNull(0))
        book.rating = int(row.column(4).int64(0));
    book.authorId = row.column(5).int64(0);
    return book;
}

/// The point gets with a thousand of them outstanding: `start(n)` gives a future, `read` makes a
/// book of its result. The time begins with all connections open and the statement prepared.
template <typename Start, typename Read>
Measured outstanding(Start start, Read read)
{
    std::vector<PlainBook> books;
    books.reserve(pointGetCount);
    std::deque<std::invoke_result_t<Start, int>> waiting;
    for (int round = 0; round < 3; ++round) {
        for (int n = 0; n < outstandingGets / 2; ++n)
            waiting.push_back(start(n));
        for (; !waiting.empty(); waiting.pop_front())
            waiting.front().waitForFinished();
    }
    const auto begin = Clock::now();
    for (int n = 0; n < pointGetCount; ++n) {
        // Half of them at a time, as the plain program fills its window.
        if (int(waiting.size()) == outstandingGets) {
            while (int(waiting.size()) > outstandingGets / 2) {
                books.push_back(read(waiting.front().result()));
                waiting.pop_front();
            }
        }
        waiting.push_back(start(n));
    }
    for (auto &future : waiting)
        books.push_back(read(future.result()));
    return measured(books, since(begin));
}

} // namespace heddle::bench
