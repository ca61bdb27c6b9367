#pragma once

#include <QString>
#include <QStringList>
#include <random>

/// Makes random texts of the notation, all of them valid Python. The same seed gives the same
/// texts.
class RandomText {
public:
    explicit RandomText(unsigned seed) : m_random(seed) {}

    QString expression(int depth = 4);
    QString module(int statements = 5);
    int below(int limit) { return int(m_random() % unsigned(limit)); }

private:
    QString atom(int depth);
    QString comprehension(int depth);
    QString arguments(int depth);
    QString index(int depth);
    QString string(bool inside);
    QString formatted(int depth);
    QString block(int depth, const QString &margin);
    QString statement(int depth, const QString &margin);
    QString target(int depth);
    QString pick(const QStringList &words) { return words[below(int(words.size()))]; }
    QString name();
    QString blank() { return below(4) == 0 ? QStringLiteral("  ") : QStringLiteral(" "); }

    std::mt19937 m_random;
    bool m_plain = false; // inside an f-string: no strings, no backslashes
};

inline QString RandomText::name()
{
    return pick({QStringLiteral("Book"), QStringLiteral("q"), QStringLiteral("price"),
                 QStringLiteral("x_1"), QStringLiteral("_"), QStringLiteral("größe"),
                 QStringLiteral("match"), QStringLiteral("F")});
}

inline QString RandomText::string(bool inside)
{
    if (inside)
        return pick({QStringLiteral("'a'"), QStringLiteral("'it is'"), QStringLiteral("''")});
    return pick({QStringLiteral("'a'"), QStringLiteral("\"it's\""), QStringLiteral("r'\\d+'"),
                 QStringLiteral("'\\n\\t\\\\\\x41\\u00e9'"),
                 QStringLiteral("\"\"\"two\nlines\"\"\""), QStringLiteral("b'\\x00\\xff\"'"),
                 QStringLiteral("'a' \"b\""), QStringLiteral("'\\\n'"),
                 QStringLiteral("'ünïcode \U0001F600'"), QStringLiteral("rb'\\w'"),
                 QStringLiteral("'\\'\"'")});
}

inline QString RandomText::formatted(int depth)
{
    const bool outer = m_plain;
    m_plain = true;
    QString text = QStringLiteral("f\"");
    for (int i = below(3); i >= 0; --i) {
        text += pick({QStringLiteral("a"), QStringLiteral("{{"), QStringLiteral("}}"),
                      QStringLiteral("\\n"), QStringLiteral(" it's ")});
        QString value = expression(depth > 2 ? 2 : depth - 1);
        if (value.startsWith(QLatin1Char('{')))
            value.prepend(QLatin1Char(' '));
        text +=
            QLatin1Char('{') + value +
            pick({QString(), QStringLiteral("!r"), QStringLiteral(":>10"),
                  QStringLiteral("!s:{width}.2f"), QStringLiteral("="), QStringLiteral(" = ")}) +
            QLatin1Char('}');
    }
    m_plain = outer;
    return text + QLatin1Char('"');
}

inline QString RandomText::atom(int depth)
{
    switch (below(depth > 0 ? 14 : 5)) {
    case 0:
    case 1:
        return name();
    case 2:
        return pick({QStringLiteral("0"), QStringLiteral("17"), QStringLiteral("1_000"),
                     QStringLiteral("0xFf"), QStringLiteral("0b101"), QStringLiteral("1.5"),
                     QStringLiteral("1e-7"), QStringLiteral("1e400"), QStringLiteral(".5"),
                     QStringLiteral("3."), QStringLiteral("123456789012345678901234567890"),
                     QStringLiteral("0xFFFFFFFFFFFFFFFFFFFF"), QStringLiteral("1e22")});
    case 3:
        return pick({QStringLiteral("None"), QStringLiteral("True"), QStringLiteral("False"),
                     QStringLiteral("...")});
    case 4:
        return string(m_plain);
    case 5:
        return QLatin1Char('(') + expression(depth - 1) + QLatin1Char(')');
    case 6:
        return QLatin1Char('[') + expression(depth - 1) + QStringLiteral(", *") + name() +
               pick({QString(), QStringLiteral(",")}) + QLatin1Char(']');
    case 7:
        return QLatin1Char('(') + expression(depth - 1) + QStringLiteral(",)");
    case 8:
        return QLatin1Char('{') + expression(depth - 1) + QStringLiteral(": ") +
               expression(depth - 1) + QStringLiteral(", **") + name() + QLatin1Char('}');
    case 9:
        return QLatin1Char('{') + expression(depth - 1) + QLatin1Char('}');
    case 10:
        return pick({QStringLiteral("()"), QStringLiteral("[]"), QStringLiteral("{}")});
    case 11:
        return QLatin1Char('[') + comprehension(depth) + QLatin1Char(']');
    case 12:
        return m_plain ? name() : formatted(depth);
    default:
        return QLatin1Char('(') + comprehension(depth) + QLatin1Char(')');
    }
}

inline QString RandomText::comprehension(int depth)
{
    QString text = expression(depth - 1) + QStringLiteral(" for ") + target(1) +
                   QStringLiteral(" in ") + atom(depth - 1);
    if (below(2))
        text += QStringLiteral(" if ") + atom(depth - 1) + QStringLiteral(" and not ") + name();
    if (below(3) == 0)
        text += QStringLiteral(" async for ") + name() + QStringLiteral(" in ") + name();
    return text;
}

inline QString RandomText::target(int depth)
{
    switch (below(depth > 0 ? 5 : 2)) {
    case 0:
    case 1:
        return name();
    case 2:
        return target(0) + QStringLiteral(", ") + name();
    case 3:
        return QStringLiteral("(") + name() + QStringLiteral(", [") + name() +
               QStringLiteral(", *") + name() + QStringLiteral("])");
    default:
        return name() + QStringLiteral(".id");
    }
}

inline QString RandomText::arguments(int depth)
{
    QStringList parts;
    for (int i = below(3); i > 0; --i)
        parts.push_back(expression(depth - 1));
    if (below(4) == 0)
        parts.push_back(QStringLiteral("*") + atom(depth - 1));
    if (below(2))
        parts.push_back(QStringLiteral("author__name__in=") + expression(depth - 1));
    if (below(4) == 0)
        parts.push_back(QStringLiteral("**") + atom(depth - 1));
    if (parts.isEmpty() && below(3) == 0)
        return comprehension(depth);
    return parts.join(QStringLiteral(", ")) +
           (!parts.isEmpty() && below(5) == 0 ? QStringLiteral(", ") : QString());
}

inline QString RandomText::index(int depth)
{
    switch (below(5)) {
    case 0:
        return expression(depth - 1);
    case 1:
        return QStringLiteral(":");
    case 2:
        return expression(depth - 1) + QLatin1Char(':') + name();
    case 3:
        return QStringLiteral("::") + expression(depth - 1);
    default:
        return expression(depth - 1) + QStringLiteral(", 1:2") +
               pick({QString(), QStringLiteral(",")});
    }
}

inline QString RandomText::expression(int depth)
{
    if (depth <= 0)
        return atom(0);
    switch (below(16)) {
    case 0:
    case 1:
    case 2: {
        const QString op = pick({QStringLiteral("+"), QStringLiteral("-"), QStringLiteral("*"),
                                 QStringLiteral("/"), QStringLiteral("//"), QStringLiteral("%"),
                                 QStringLiteral("**"), QStringLiteral("&"), QStringLiteral("|"),
                                 QStringLiteral("^"), QStringLiteral("<<"), QStringLiteral(">>"),
                                 QStringLiteral("@")});
        // Operands may themselves be operations: the parsers must agree on who binds tighter.
        const auto operand = [this, depth] {
            const QString sign =
                pick({QString(), QString(), QString(), QStringLiteral("-"), QStringLiteral("~")});
            return sign + atom(depth - 1);
        };
        QString text = operand() + blank() + op + blank() + operand();
        while (below(2))
            text += blank() +
                    pick({QStringLiteral("+"), QStringLiteral("**"), QStringLiteral("*"),
                          QStringLiteral("|"), QStringLiteral("<<"), QStringLiteral("&")}) +
                    blank() + operand();
        return text;
    }
    case 3:
        return pick({QStringLiteral("-"), QStringLiteral("+"), QStringLiteral("~"),
                     QStringLiteral("not ")}) +
               atom(depth - 1);
    case 4:
        return atom(depth - 1) + pick({QStringLiteral(" and "), QStringLiteral(" or ")}) +
               expression(depth - 1) + pick({QStringLiteral(" and "), QStringLiteral(" or ")}) +
               atom(depth - 1);
    case 5:
        return atom(depth - 1) + blank() +
               pick({QStringLiteral("=="), QStringLiteral("!="), QStringLiteral("<"),
                     QStringLiteral(">="), QStringLiteral("in"), QStringLiteral("not in"),
                     QStringLiteral("is"), QStringLiteral("is not")}) +
               blank() + atom(depth - 1) + pick({QString(), QStringLiteral(" < ") + name()});
    case 6:
        return atom(depth - 1) + QStringLiteral(" if ") + atom(depth - 1) +
               QStringLiteral(" else ") + expression(depth - 1);
    case 7:
    case 8:
    case 9:
        return name() + QStringLiteral(".objects.filter(") + arguments(depth) + QLatin1Char(')');
    case 10:
        return QLatin1Char('(') + expression(depth - 1) + QStringLiteral(").") + name();
    case 11:
        return name() + QLatin1Char('[') + index(depth) + QLatin1Char(']');
    case 12:
        return QStringLiteral("await ") + name() + QStringLiteral(".acount()");
    default:
        return atom(depth);
    }
}

inline QString RandomText::block(int depth, const QString &margin)
{
    const QString inner = margin + (below(5) == 0 ? QStringLiteral("\t") : QStringLiteral("  "));
    QString text;
    for (int i = below(2); i >= 0; --i)
        text += statement(depth - 1, inner);
    return text;
}

inline QString RandomText::statement(int depth, const QString &margin)
{
    const auto line = [&](const QString &text) {
        return margin + text +
               pick({QString(), QString(), QStringLiteral("  # note"), QStringLiteral(" ")}) +
               QLatin1Char('\n');
    };
    const QString value = expression(3);
    switch (below(depth > 0 ? 17 : 9)) {
    case 0:
        return line(value);
    case 1:
        return line(target(1) + QStringLiteral(" = ") + value);
    case 2:
        return line(QStringLiteral("a = b, *c = ") + value);
    case 3:
        return line(name() +
                    pick({QStringLiteral(" += "), QStringLiteral(" |= "), QStringLiteral(" **= "),
                          QStringLiteral(" //= ")}) +
                    value);
    case 4:
        return line(
            pick({QStringLiteral("pass"), QStringLiteral("del x, y[0]"),
                  QStringLiteral("import asyncio"),
                  QStringLiteral("from django.db.models import (F as G, Q,)"),
                  QStringLiteral("x: int = 5"), QStringLiteral("pass; pass;"),
                  QStringLiteral("from . import models"), QStringLiteral("import a.b.c as d, e")}));
    case 5:
        return line(QStringLiteral("assert ") + value + QStringLiteral(", 'no'"));
    case 6:
        return line(QStringLiteral("raise ") + value + QStringLiteral(" from None"));
    case 7:
        return line(QStringLiteral("x = (") + value + QStringLiteral(",\n  2)"));
    case 8:
        return line(QStringLiteral("y = 1 + \\\n 2"));
    case 9:
        return line(QStringLiteral("if ") + value + QLatin1Char(':')) + block(depth, margin) +
               margin + QStringLiteral("elif x:\n") + block(depth, margin) + margin +
               QStringLiteral("else:\n") + block(depth, margin);
    case 10:
        return line(QStringLiteral("for ") + target(1) + QStringLiteral(" in ") + value +
                    QLatin1Char(':')) +
               block(depth, margin) + margin + QStringLiteral("else: pass\n");
    case 11:
        return line(QStringLiteral("while ") + value + QLatin1Char(':')) + block(depth, margin);
    case 12:
        return line(QStringLiteral("with (atomic() as t, ") + name() + QStringLiteral("):")) +
               block(depth, margin);
    case 13:
        return line(QStringLiteral("async with ") + atom(2) + QStringLiteral(" as t:")) +
               block(depth, margin);
    case 14:
        return line(QStringLiteral("try:")) + block(depth, margin) + margin +
               QStringLiteral("except (A, B.C) as e:\n") + block(depth, margin) + margin +
               QStringLiteral("except:\n") + block(depth, margin) + margin +
               QStringLiteral("finally:\n") + block(depth, margin);
    case 15:
        return line(QStringLiteral("async def f(a, b=1, *, c, d=2, **k):")) + block(depth, margin);
    default:
        return line(QStringLiteral("def f(a, *args, c=None):")) + margin +
               QStringLiteral("  return 1, 2\n");
    }
}

inline QString RandomText::module(int statements)
{
    QString text;
    for (int i = 0; i < statements; ++i)
        text += statement(2, QString());
    return text;
}
