#pragma once

#include "orm/advice/makeasync.h"
#include "orm/advice/rowflow.h"

#include <functional>

namespace heddle::advice {

/// Writes the edits of makeAsync(). The text is walked again until no further function turns out to
/// await something.
class AsyncWriter {
public:
    AsyncWriter(const notation::ParseResult &text, const RowFlow &flow, AsyncExtent extent);
    /// `imports`: gets the lines that the new calls need.
    AsyncRewrite write(QSet<QString> *imports);

private:
    using Node = notation::Node;
    using NodePtr = notation::NodePtr;
    using Nodes = notation::Nodes;

    /// What stands around an expression does with it.
    enum class Use {
        Value,    // keeps it, hands it on
        Primary,  // takes an attribute or an item of it, or calls it: `await x` needs parentheses
        Truth,    // asks whether it is true
        Length,   // len()
        Elements, // walks through it at once
        Text,     // prints it
    };

    // asyncwriter.cpp: statements
    void pass();
    void body(const Nodes &statements);
    void statement(const NodePtr &node);
    void assignment(const Node &node);
    bool becomesList(const Node &value, const RowType &place);
    void target(const NodePtr &node);
    void loop(const Node &node);
    void branch(const NodePtr &node);
    void block(const Node &node);
    void attempt(const Node &node);
    void function(const NodePtr &node);
    void atomicFunction(const Node &node, const NodePtr &decorator);

    // asyncexpressions.cpp
    void expression(const NodePtr &node, Use use = Use::Value);
    void comprehension(const NodePtr &node, Use use);
    void choice(const NodePtr &node, Use use);
    enum class First { Leave, Fetch, Async }; // what happens to the first iterable
    void parts(const Node &node, First first);
    void iteration(const notation::Comprehension &part);
    static bool isAwaited(const RowType &rows);
    void subscript(const NodePtr &node);
    void fetch(const NodePtr &node, Use use); // a queryset where its rows are used
    void print(const NodePtr &node, Use use);
    void formatted(const Node &node);
    bool awaitsIn(const std::function<void()> &walk);

    // asynccalls.cpp
    void call(const NodePtr &node, Use use);
    void arguments(const Node &node, Use positional, const Node *called = nullptr);
    void languageCall(const NodePtr &node, Use use);
    void methodCall(const NodePtr &node, Use use);
    void functionCall(const NodePtr &node, const Node &function, Use use);
    void terminalCall(const NodePtr &node, Use use);
    bool asksDatabase(const Node &call) const;
    bool staysSync(const Node &function) const;
    bool unwrapped(const NodePtr &call);

    // asyncloads.cpp
    void attribute(const NodePtr &node);
    void relation(const NodePtr &node, const RowType &row);
    void field(const NodePtr &node, const RowType &row);
    void unseen(const Node &node);
    bool comesAlong(const RowType &row, const QString &name) const;
    bool require(const ShapePtr &shape, const QString &path, bool asPrefetch);
    bool requireField(const ShapePtr &shape, const QString &path, const QString &name);
    bool isWrittenBetween(const QueryShape &shape, const Node &access,
                          const ModelInfo *model) const;
    void loadHere(const NodePtr &node, const RowType &row);
    void forget(const QString &name); // it holds something else from now on
    void writeRequired();

    // asyncgather.cpp
    std::size_t gather(const Nodes &statements, std::size_t first);
    bool canGather(const NodePtr &statement);
    bool standsAlone(const Node &statement) const;

    bool isInside(const notation::Span &span) const
    {
        return span.begin >= m_begin && span.end <= m_end;
    }
    void insert(int offset, const QString &text) { replace(offset, offset, text); }
    void replace(int begin, int end, const QString &text);
    void note(AsyncNote::Kind kind, const Node &node, const QString &text);
    void awaited(); // what stands here awaits
    void open(const NodePtr &node, Use use, const QString &words);
    void close(const NodePtr &node, Use use, const QString &words = {});
    QString textOf(const Node &node) const;
    QString quoted(const QString &text, int offset) const;
    QString margin(const Node &statement) const; // what stands before it in its line
    bool startsLine(const Node &statement) const;
    QString summary() const;

    const notation::ParseResult &m_text;
    const RowFlow &m_flow;
    int m_begin = 0, m_end = 0;
    AsyncRewrite m_out;
    std::set<const Node *> m_awaiting; // functions that become coroutines; of the last pass
    std::set<const Node *> m_found;    // of this one
    std::map<const Node *, QSet<QString>> m_joins, m_prefetches; // by manager
    std::map<const Node *, QSet<QString>> m_only, m_defer;       // by call
    QSet<QString> m_loaded; // "track.album": loaded at this place by what was written before
    QSet<QString> m_imports;
    QString m_shift; // how much further in the lines stand that are written here
    std::vector<notation::Span> m_loops; // the bodies around
    const Node *m_function = nullptr;
    const Node *m_statement = nullptr; // the one that a load can be put before
    const Node *m_gathered = nullptr;  // a call whose coroutine is gathered
    int m_conditional = 0;             // in a part of the statement that may not run, or runs often
    int m_transactions = 0, m_attempts = 0;
    bool m_muted = false; // outside of the extent
    int m_awaits = 0;     // in this pass
    int m_calls = 0, m_iterations = 0, m_gathers = 0, m_blocks = 0;
};

} // namespace heddle::advice
