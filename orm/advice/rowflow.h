#pragma once

#include "orm/advice/rowtypes.h"

namespace heddle::advice {

/// What each expression of a text may hold, by running it in the abstract: statement after
/// statement, both branches, loops until nothing new turns up, functions with all that they are
/// called with. In doubt a value is Unknown.
class RowFlow {
public:
    RowFlow(const notation::ParseResult &text, const ModelRegistry &registry);

    struct Function {
        const notation::Node *node = nullptr;
        const notation::Node *outer = nullptr; // the function that it stands in, or null
        QHash<QString, RowType> parameters;    // all that it is called with
        RowType result;
        bool called = false;
        bool passed = false; // as a value: somebody else calls it
        bool open = false;   // ... with anything
    };
    struct Write {
        int offset = 0;
        const ModelInfo *model = nullptr;         // null: any
        const notation::Node *function = nullptr; // where it stands
        bool operator==(const Write &) const = default;
    };

    /// Nothing for what is no expression or is never reached.
    RowType type(const notation::Node &expression) const { return m_types.value(&expression); }
    /// The function of the text that a call runs, or null.
    const notation::Node *calledFunction(const notation::Node &call) const;
    /// What the called function's parameter may be that an argument is for.
    RowType parameterType(const notation::Node &function, const notation::Node &call,
                          std::size_t argument) const;
    /// `rows or others`, where rows is a name: which of them it is, is a question of its rows, but
    /// the value stays a queryset.
    bool isHeldOrOther(const notation::Node &expression) const;
    /// `a and b`, `a or b` that give rows which had to be fetched to tell: a list in async code.
    bool givesList(const notation::Node &expression) const;
    const std::map<const notation::Node *, Function> &functions() const { return m_functions; }
    const std::vector<Write> &writes() const { return m_writes; }
    /// How often the text reads a name.
    int reads(const QString &name) const { return m_reads.value(name); }
    const ModelRegistry &registry() const { return m_registry; }

private:
    using Env = QHash<QString, RowType>;
    using Node = notation::Node;
    using NodePtr = notation::NodePtr;

    // rowflow.cpp: statements
    bool pass(const Node &module);
    void countReads(const NodePtr &node);
    void run(const notation::Nodes &body);
    void run(const Node &statement);
    void loop(const Node &statement);
    void branch(const Node &statement);
    void attempt(const Node &statement);
    void define(const Node &function);
    void import(const Node &statement);
    void bind(const NodePtr &target, const RowType &value);
    void bindName(const QString &name, const RowType &value);
    void assign(const Node &statement);
    void remember(const QString &name, const RowType &value);
    Env joinedEnv(const Env &a, const Env &b);
    const Node *scopeOf(const QString &name) const;

    // rowflowexpressions.cpp
    RowType evaluate(const NodePtr &node);
    RowType evaluated(const Node &node);
    RowType lookup(const QString &name) const;
    RowType attribute(const Node &node);
    RowType rowAttribute(const Node &node, const RowType &row);
    RowType relatedManager(const Node &node, const RowType &row, const Relation &relation);
    RowType subscript(const Node &node);
    RowType binary(const Node &node);
    RowType comprehension(const Node &node);
    RowType display(const notation::Nodes &items, bool ordered);
    RowType conditional(const Node &node);
    RowType call(const Node &node);
    RowType callOf(const QString &name, const Node &node, const std::vector<RowType> &arguments);
    RowType userCall(const Node &function, const Node &node, const std::vector<RowType> &arguments);
    void called();
    void callWith(const Node &function, const RowType &value);
    void fetched(const NodePtr &node);   // its rows are there from now on
    void shared(const NodePtr &node);    // somebody else holds the same queryset
    RowType *place(const NodePtr &node); // where a container's contents are kept
    void pour(const NodePtr &container, const RowType &value);

    // rowflowmethods.cpp
    RowType method(const Node &call, const RowType &receiver,
                   const std::vector<RowType> &arguments);
    RowType queryMethod(const Node &call, const RowType &rows, const QString &name,
                        const std::vector<RowType> &arguments);
    RowType recordMethod(const Node &call, const RowType &row, const QString &name);
    RowType containerMethod(const Node &call, const RowType &container, const QString &name,
                            const std::vector<RowType> &arguments);
    ShapePtr refined(const Node &call, const RowType &rows, const QString &name);
    void prefetch(const Node &call, QueryShape *shape);
    RowType created(const Node &call, const ModelInfo *model,
                    const std::vector<RowType> &arguments) const;
    void write(const Node &call, const ModelInfo *model);

    const ModelRegistry &m_registry;
    QHash<const Node *, RowType> m_types;
    std::map<const Node *, Function> m_functions;
    std::map<const Node *, Env> m_bindings; // by function (null: the text itself): all ever bound
    std::map<const Node *, QSet<QString>> m_locals;
    std::map<const Node *, QSet<QString>> m_mixed; // names that hold querysets here and lists there
    QSet<QString> m_fromInside; // names that functions bind or fill outside of themselves
    std::vector<Write> m_writes;
    QHash<QString, int> m_reads;
    Env m_env;
    const Node *m_function = nullptr; // whose body runs
    int m_comprehensions = 0;         // whose names are bound at the moment
    bool m_changed = false;           // a summary grew in this pass
};

/// The sync name of a method of querysets or rows: "acount" gives "count"; what is none stays.
QString syncMethod(const QString &name);
bool isRefinement(const QString &name);
/// A method that asks or writes at once: get, count, create, ...
bool isTerminal(const QString &name);
bool isRelatedTerminal(const QString &name); // add, set, ...: of related managers only
bool isRecordMethod(const QString &name);    // save, delete, refresh_from_db
bool isWriting(const QString &name);
/// The text of a literal argument, or nothing.
std::optional<QString> literalText(const notation::Argument &argument);
const notation::Argument *keyword(const notation::Node &call, const QString &name);

} // namespace heddle::advice
