#include "orm/notation/printer.h"

using namespace Qt::Literals::StringLiterals;

namespace heddle::notation {

QString Printer::block(const Nodes &body, const QString &margin)
{
    const QString inner = margin + u"    "_s;
    if (body.empty())
        return inner + u"pass"_s;
    QString out;
    for (const NodePtr &node : body)
        out += (out.isEmpty() ? QString() : u"\n"_s) + statement(*node, inner);
    return out;
}

QString Printer::statement(const Node &node, const QString &margin)
{
    switch (node.kind) {
    case NodeKind::Module: {
        QString out;
        for (const NodePtr &child : node.body)
            out += statement(*child, margin) + u'\n';
        return out;
    }
    case NodeKind::For:
    case NodeKind::AsyncFor:
    case NodeKind::While:
    case NodeKind::If:
    case NodeKind::With:
    case NodeKind::AsyncWith:
    case NodeKind::FunctionDef:
    case NodeKind::AsyncFunctionDef:
    case NodeKind::ExceptHandler:
        return compound(node, margin);
    case NodeKind::Try:
        return tryStatement(node, margin);
    case NodeKind::Error:
        m_complete = false;
        return margin + u"pass"_s;
    default: // one line
        return margin + simple(node);
    }
}

QString Printer::simple(const Node &node)
{
    const auto optional = [this](const NodePtr &value, const QString &before) {
        return value ? before + bare(*value) : QString();
    };
    switch (node.kind) {
    case NodeKind::Expr:
        return bare(*node.items[0]);
    case NodeKind::Assign: {
        QStringList parts;
        for (const NodePtr &item : node.items)
            parts.push_back(bare(*item));
        return parts.join(u" = "_s);
    }
    case NodeKind::AugAssign:
        return bare(*node.items[0]) + u' ' + node.op + u"= "_s + bare(*node.items[1]);
    case NodeKind::AnnAssign: {
        // (x): int and x: int differ for Python only in whether x becomes a local name without a
        // value.
        const QString target = expression(*node.items[0], 1);
        return (node.items[0]->parenthesized ? u'(' + target + u')' : target) + u": "_s +
               expression(*node.items[1], 1) + optional(node.items[2], u" = "_s);
    }
    case NodeKind::Raise: {
        const auto part = [this](const NodePtr &value, const QString &before) {
            return value ? before + expression(*value, 1)
                         : QString(); // a tuple needs its parentheses here
        };
        return u"raise"_s + part(node.items[0], u" "_s) + part(node.items[1], u" from "_s);
    }
    case NodeKind::Return:
        return u"return"_s + optional(node.items[0], u" "_s);
    case NodeKind::Assert: {
        const auto value = [this](const NodePtr &item) { return expression(*item, 1); };
        return u"assert "_s + value(node.items[0]) +
               (node.items[1] ? u", "_s + value(node.items[1]) : QString());
    }
    case NodeKind::Delete:
        return u"del "_s + joinedBy(node.items, 1, u", "_s);
    case NodeKind::Break:
        return u"break"_s;
    case NodeKind::Continue:
        return u"continue"_s;
    case NodeKind::Pass:
        return u"pass"_s;
    case NodeKind::Global:
        return u"global "_s + node.names.join(u", "_s);
    case NodeKind::Nonlocal:
        return u"nonlocal "_s + node.names.join(u", "_s);
    case NodeKind::Import:
    case NodeKind::ImportFrom:
        return imports(node);
    default: // an expression in a statement's place
        return bare(node);
    }
}

QString Printer::imports(const Node &node)
{
    QStringList parts;
    for (qsizetype i = 0; i < node.names.size(); ++i) {
        const QString as = i < node.asNames.size() ? node.asNames[i] : QString();
        parts.push_back(as.isEmpty() ? node.names[i] : node.names[i] + u" as "_s + as);
    }
    return (node.kind == NodeKind::ImportFrom ? u"from "_s + node.name + u" import "_s
                                              : u"import "_s) +
           parts.join(u", "_s);
}

/// The line of a compound statement without its colon.
QString Printer::header(const Node &node)
{
    switch (node.kind) {
    case NodeKind::For:
        return u"for "_s + bare(*node.items[0]) + u" in "_s + bare(*node.items[1]);
    case NodeKind::AsyncFor:
        return u"async for "_s + bare(*node.items[0]) + u" in "_s + bare(*node.items[1]);
    case NodeKind::While:
        return u"while "_s + expression(*node.items[0], 1);
    case NodeKind::If:
        return u"if "_s + expression(*node.items[0], 1);
    case NodeKind::With:
    case NodeKind::AsyncWith: {
        QStringList items;
        for (std::size_t i = 0; i + 1 < node.items.size(); i += 2) {
            const QString context = expression(*node.items[i], 1);
            items.push_back(node.items[i + 1]
                                ? context + u" as "_s + expression(*node.items[i + 1], 1)
                                : context);
        }
        // One tuple alone would be read as several contexts; a second pair of parentheses keeps it
        // one.
        if (items.size() == 1 && node.items[0]->kind == NodeKind::Tuple &&
            !node.items[0]->items.empty() && !node.items[1])
            items[0] = u'(' + items[0] + u')';
        return (node.kind == NodeKind::With ? u"with "_s : u"async with "_s) + items.join(u", "_s);
    }
    case NodeKind::FunctionDef:
        return u"def "_s + node.name + u'(' + parameters(node) + u')';
    case NodeKind::AsyncFunctionDef:
        return u"async def "_s + node.name + u'(' + parameters(node) + u')';
    case NodeKind::ExceptHandler: {
        QString out = node.op == u"*" ? u"except*"_s : u"except"_s;
        if (node.items[0])
            out += u' ' + expression(*node.items[0], 1);
        return node.name.isEmpty() ? out : out + u" as "_s + node.name;
    }
    default: // has no header
        m_complete = false;
        return {};
    }
}

QString Printer::compound(const Node &node, const QString &margin)
{
    QString out;
    for (const NodePtr &decorator : node.decorators)
        out += margin + u'@' + expression(*decorator, 1) + u'\n';
    const Node *branch = &node;
    out += margin + header(node) + u":\n"_s + block(node.body, margin);
    // An else that holds nothing but an if is an elif; Python's tree does not tell them apart.
    while (branch->kind == NodeKind::If && branch->orelse.size() == 1 &&
           branch->orelse[0]->kind == NodeKind::If) {
        branch = branch->orelse[0].get();
        out += u'\n' + margin + u"el"_s + header(*branch) + u":\n"_s + block(branch->body, margin);
    }
    if (!branch->orelse.empty())
        out += u'\n' + margin + u"else:\n"_s + block(branch->orelse, margin);
    return out;
}

QString Printer::tryStatement(const Node &node, const QString &margin)
{
    QString out = margin + u"try:\n"_s + block(node.body, margin);
    for (const NodePtr &handler : node.handlers)
        out += u'\n' + compound(*handler, margin);
    if (!node.orelse.empty())
        out += u'\n' + margin + u"else:\n"_s + block(node.orelse, margin);
    if (!node.finalbody.empty())
        out += u'\n' + margin + u"finally:\n"_s + block(node.finalbody, margin);
    return out;
}

} // namespace heddle::notation
