#pragma once

#include "orm/trace/trace.h"
#include "orm/values/value.h"

#include <QString>
#include <QStringList>
#include <memory>
#include <optional>
#include <vector>

namespace heddle::notation {

/// A half-open range of the source. Offsets count UTF-16 units of the QString (what editors use);
/// lines and columns are 1-based and count code points (what people and Python use).
struct Span {
    int begin = 0, end = 0;
    int line = 0, column = 0;
    int endLine = 0, endColumn = 0;
    CallSite site() const { return {line, column, nullptr}; }
};

struct Node;
using NodePtr = std::shared_ptr<const Node>;
using Nodes = std::vector<NodePtr>;

/// Python's own names for its syntax (the ast module), as far as notation.md goes.
enum class NodeKind {
    // Expressions. In brackets: what the members of Node hold.
    Constant,       // value, constant kind in `constant`
    JoinedStr,      // f-string: items = Constant and FormattedValue
    FormattedValue, // items[0]; op = conversion ('r', 's', 'a' or empty); format spec, if any:
                    // items[1] (a JoinedStr)
    Name,           // name
    Attribute,      // items[0] . name   (nameSpan)
    Call,           // items[0] is called; arguments
    Subscript,      // items[0] [ items[1] ]
    Slice,          // items[0..2] lower, upper, step; each may be null
    BinOp,          // items[0] op items[1];  op: + - * / // % ** & | ^ << >> @
    UnaryOp,        // op items[0];           op: - + ~ not
    BoolOp,         // items joined by op;    op: and or
    Compare, // items[0] ops[0] items[1] ops[1] items[2] ...; ops: == != < <= > >= in "not in" is
             // "is not"
    IfExp,   // items[1] if items[0] else items[2]: the test comes first
    List,
    Tuple,
    Set,  // items; each may be Starred
    Dict, // items: key, value, key, value ...; a null key means ** value
    ListComp,
    SetComp,
    DictComp,
    GeneratorExp, // items[0] element (DictComp: items[0] key, items[1] value); generators
    Await,        // items[0]
    Starred,      // * items[0]
    Lambda,       // parsed to be refused with a clear message
    // Statements
    Expr,      // items[0]
    Assign,    // items[0 .. n-2] targets, items[n-1] value
    AugAssign, // items[0] op= items[1]
    AnnAssign, // items[0] : items[1] = items[2] (may be null); accepted, the annotation is ignored
    For,
    AsyncFor, // items[0] target, items[1] iterable; body, orelse
    While,    // items[0] test; body, orelse
    If,       // items[0] test; body, orelse (an elif is an If in orelse)
    With,
    AsyncWith,     // items: context, target (may be null), context, target, ...; body
    Try,           // body, handlers (ExceptHandler nodes), orelse, finalbody
    ExceptHandler, // items[0] type (may be null), name; body
    Raise,         // items[0] (may be null), items[1] cause (may be null)
    FunctionDef,
    AsyncFunctionDef, // name, parameters; body
    Return,           // items[0] (may be null)
    Delete,           // items
    Break,
    Continue,
    Pass,
    Global,
    Nonlocal,   // names
    Import,     // names (dotted), asNames
    ImportFrom, // name (module), names, asNames
    Assert,     // items[0], items[1] may be null
    Error,      // a stretch that did not parse; diagnostics say why
    Module,     // body
};

enum class ConstantKind { None, True, False, Int, Float, Str, Bytes, Ellipsis };

struct Argument {
    enum Kind { Positional, Keyword, Star, DoubleStar } kind = Positional;
    QString name; // Keyword
    Span nameSpan;
    NodePtr value;
};

struct Parameter {
    enum Kind { PositionalOrKeyword, VarArgs, KeywordOnly, KwArgs } kind = PositionalOrKeyword;
    QString name;
    Span span;
    NodePtr defaultValue; // may be null
};

struct Comprehension {
    NodePtr target, iterable;
    Nodes conditions;
    bool async = false;
};

/// One node of the syntax tree. Immutable; the tree and the source together are lossless: every
/// comment and blank stays in the source between the spans, and edits are made on spans.
struct Node {
    NodeKind kind = NodeKind::Error;
    Span span;
    ConstantKind constant = ConstantKind::None;
    Value value; // Constant: Int (also BigInt), Float as Double, Str as Text, Bytes
    QString name;
    Span nameSpan; // of `name` inside an Attribute, of the operator in BinOp and Compare
    QString op;
    QStringList ops, names, asNames;
    Nodes items;
    std::vector<Argument> arguments;
    std::vector<Parameter> parameters;
    std::vector<Comprehension> generators;
    Nodes body, orelse, handlers, finalbody, decorators;
    bool parenthesized =
        false; // the span is without the parentheses, but for a tuple's and a generator's own
    /// Nodes on the longest way down from here, at least 1. The parser refuses trees higher than
    /// maximumTreeHeight, so that whoever walks a tree may recurse.
    int height = 1;
};

inline constexpr int maximumTreeHeight = 1000;

enum class Severity { Error, Warning, Information };

/// What is wrong with a text, where, and what would be right. The message is English and complete;
/// `code` and `parameters` let a user interface translate it.
struct Diagnostic {
    Severity severity = Severity::Error;
    QString code; // "syntax-error", "unknown-name", ...
    QStringList parameters;
    QString message;    // as Python or Django says it, where they do
    QString suggestion; // did you mean ...; empty: none
    Span span;
};

struct Comment {
    Span span;
    QString text; // with the '#'
};

struct ParseResult {
    QString source;
    NodePtr tree; // a Module; parseExpression(): the expression, or an Error node
    std::vector<Diagnostic> diagnostics;
    std::vector<Comment> comments;
    bool ok() const
    {
        for (const Diagnostic &d : diagnostics)
            if (d.severity == Severity::Error)
                return false;
        return true;
    }
};

/// Parses statements. Recovers at the next statement, so that one error does not hide the rest.
ParseResult parseModule(const QString &source);
/// Parses one expression (newlines inside brackets only, as in Python).
ParseResult parseExpression(const QString &source);

/// True if a statement of the module itself (not of a nested def) awaits: notation.md, "Sync and
/// async cells".
bool isAsyncModule(const Node &module);

} // namespace heddle::notation
