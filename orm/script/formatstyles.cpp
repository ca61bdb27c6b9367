#include "orm/script/containers.h"
#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/format.h"
#include "orm/script/strings.h"
#include "orm/script/vm.h"

#include <cmath>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

// --- 'text' % values ---

namespace {

struct PercentSpec {
    QString flags;
    std::int64_t width = 0;
    std::optional<std::int64_t> precision;
    QChar type;
};

class PercentFormatter {
public:
    PercentFormatter(Machine &vm, const QString &text, const Object &values)
        : vm(vm), text(text), values(values)
    {
    }

    QString run()
    {
        while (i < text.size()) {
            const QChar c = text[i++];
            if (c != u'%') {
                out += c;
            } else if (i >= text.size()) {
                throw ValueError(u"incomplete format"_s);
            } else if (text[i] == u'%') {
                out += text[i++];
            } else {
                conversion();
            }
        }
        const Tuple *tuple = values.as<Tuple>();
        const bool allUsed =
            tuple ? next >= tuple->items().size() : next > 0 || named || values.isKind(Kind::Dict);
        if (!allUsed)
            throw TypeError(u"not all arguments converted during string formatting"_s);
        return out;
    }

private:
    Object take()
    {
        if (const Tuple *tuple = values.as<Tuple>()) {
            if (next < tuple->items().size())
                return tuple->items()[next++];
        } else if (next == 0) {
            ++next;
            return values;
        }
        throw TypeError(u"not enough arguments for format string"_s);
    }

    std::int64_t starOrNumber()
    {
        if (i < text.size() && text[i] == u'*') {
            ++i;
            const Object width = take();
            if (!width.isInt())
                throw TypeError(u"* wants int"_s);
            return width.asInt();
        }
        std::int64_t n = 0;
        while (i < text.size() && text[i].isDigit() && n < 1'000'000'000)
            n = n * 10 + text[i++].digitValue();
        return n;
    }

    void conversion()
    {
        Object value;
        if (text[i] == u'(') {
            const qsizetype end = text.indexOf(u')', i);
            if (end < 0)
                throw ValueError(u"incomplete format key"_s);
            if (!values.isKind(Kind::Dict))
                throw TypeError(u"format requires a mapping"_s);
            value = itemOf(vm, values, Object::str(text.mid(i + 1, end - i - 1)));
            i = end + 1;
            named = true;
        }
        PercentSpec spec;
        while (i < text.size() && QStringLiteral("#0- +").contains(text[i]))
            spec.flags += text[i++];
        spec.width = starOrNumber();
        if (spec.width < 0) {
            spec.flags += u'-';
            spec.width = -spec.width;
        }
        if (i < text.size() && text[i] == u'.') {
            ++i;
            spec.precision = std::max<std::int64_t>(starOrNumber(), 0);
        }
        if (i >= text.size())
            throw ValueError(u"incomplete format"_s);
        spec.type = text[i++];
        out += converted(spec, value.isEmpty() ? take() : value);
    }

    QString converted(const PercentSpec &spec, const Object &value)
    {
        QString format = spec.flags.contains(u'-') ? u"<"_s : u">"_s;
        const QString width = spec.width > 0 ? QString::number(spec.width) : QString();
        const QString precision =
            spec.precision ? u'.' + QString::number(*spec.precision) : QString();
        switch (spec.type.unicode()) {
        case 's':
        case 'r':
        case 'a':
            return formatText(spec.type == u's' ? strOf(vm, value) : reprOf(vm, value),
                              format + width + precision);
        case 'c':
            return formatText(value.isStr() ? value.text() : formatInteger(value, u"c"_s),
                              format + width);
        case 'd':
        case 'i':
        case 'u':
        case 'x':
        case 'X':
        case 'o':
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G':
            return number(spec, value, width, precision);
        default:
            throw ValueError(
                u"unsupported format character '%1' (0x%2) at index %3"_s.arg(spec.type)
                    .arg(spec.type.unicode(), 0, 16)
                    .arg(i - 1));
        }
    }

    QString number(const PercentSpec &spec, const Object &value, const QString &width,
                   const QString &precision)
    {
        if (!isNumber(value)) {
            const bool whole = QStringLiteral("xXo").contains(spec.type);
            throw TypeError(
                whole ? u"%%1 format: an integer is required, not %2"_s.arg(spec.type).arg(
                            value.typeName())
                      : u"%%1 format: a real number is required, not %2"_s.arg(spec.type).arg(
                            value.typeName()));
        }
        QString format = spec.flags.contains(u'-')   ? u"<"_s
                         : spec.flags.contains(u'0') ? u"0="_s
                                                     : u">"_s;
        if (spec.flags.contains(u'+'))
            format += u'+';
        else if (spec.flags.contains(u' '))
            format += u' ';
        if (spec.flags.contains(u'#'))
            format += u'#';
        if (QStringLiteral("diuxXo").contains(spec.type)) {
            Object whole = value;
            if (!isInteger(value))
                whole = Object::integer(std::int64_t(std::trunc(doubleOf(value))));
            const bool decimal = QStringLiteral("diu").contains(spec.type);
            return formatInteger(whole, format + width + (decimal ? u"d"_s : QString(spec.type)));
        }
        return formatFloat(doubleOf(value), format + width + precision + spec.type);
    }

    Machine &vm;
    const QString &text;
    const Object &values;
    QString out;
    qsizetype i = 0;
    std::size_t next = 0;
    bool named = false;
};

// --- 'text'.format(...) ---

class BraceFormatter {
public:
    BraceFormatter(Machine &vm, const Arguments &arguments) : vm(vm), arguments(arguments) {}

    QString run(const QString &text, int depth)
    {
        if (depth > 2)
            throw ValueError(u"Max string recursion exceeded"_s);
        QString out;
        for (qsizetype i = 0; i < text.size();) {
            const QChar c = text[i++];
            if (c == u'}') {
                if (i >= text.size() || text[i] != u'}')
                    throw ValueError(u"Single '}' encountered in format string"_s);
                ++i;
                out += c;
            } else if (c != u'{') {
                out += c;
            } else if (i < text.size() && text[i] == u'{') {
                ++i;
                out += c;
            } else {
                out += replacement(text, i, depth);
            }
        }
        return out;
    }

private:
    QString replacement(const QString &text, qsizetype &i, int depth)
    {
        const qsizetype begin = i;
        for (int open = 1; open > 0; ++i) {
            if (i >= text.size())
                throw ValueError(begin == text.size() ? u"Single '{' encountered in format string"_s
                                                      : u"expected '}' before end of string"_s);
            open += text[i] == u'{' ? 1 : text[i] == u'}' ? -1 : 0;
        }
        QString field = text.mid(begin, i - 1 - begin), spec, conversion;
        // A ':' or '!' inside brackets belongs to the key.
        qsizetype at = 0;
        for (bool inKey = false; at < field.size(); ++at) {
            if (field[at] == u'[' || field[at] == u']')
                inKey = field[at] == u'[';
            else if (!inKey && (field[at] == u':' || field[at] == u'!'))
                break;
        }
        QString tail = field.mid(at);
        field.truncate(at);
        if (tail.startsWith(u'!')) {
            conversion = tail.mid(1, 1);
            tail.remove(0, 2);
        }
        Object value =
            lookup(field); // before the specification: its own fields are numbered after this one
        if (tail.startsWith(u':'))
            spec = run(tail.mid(1), depth + 1);
        if (conversion == u"r" || conversion == u"a")
            value = Object::str(reprOf(vm, value));
        else if (conversion == u"s")
            value = Object::str(strOf(vm, value));
        else if (!conversion.isEmpty())
            throw ValueError(u"Unknown conversion specifier %1"_s.arg(conversion));
        return formatObject(vm, value, spec);
    }

    Object lookup(const QString &field)
    {
        qsizetype i = 0;
        while (i < field.size() && field[i] != u'.' && field[i] != u'[')
            ++i;
        Object value = first(field.left(i));
        while (i < field.size()) {
            if (field[i] == u'.') {
                const qsizetype begin = ++i;
                while (i < field.size() && field[i] != u'.' && field[i] != u'[')
                    ++i;
                value = attributeOf(vm, value, field.mid(begin, i - begin));
            } else {
                const qsizetype end = field.indexOf(u']', i);
                if (end < 0)
                    throw ValueError(u"Missing ']' in format string"_s);
                const QString key = field.mid(i + 1, end - i - 1);
                bool isNumber = false;
                const qlonglong number = key.toLongLong(&isNumber);
                value = itemOf(vm, value, isNumber ? Object::integer(number) : Object::str(key));
                i = end + 1;
            }
        }
        return value;
    }

    Object first(const QString &name)
    {
        bool isNumber = false;
        int index = name.toInt(&isNumber);
        if (name.isEmpty()) {
            if (automatic < 0)
                throw ValueError(
                    u"cannot switch from manual field specification to automatic field numbering"_s);
            index = automatic++;
        } else if (isNumber) {
            if (automatic > 0)
                throw ValueError(
                    u"cannot switch from automatic field numbering to manual field specification"_s);
            automatic = -1;
        } else {
            for (const auto &[keyword, value] : arguments.keywords) {
                if (keyword == name)
                    return value;
            }
            throw keyError(Object::str(name));
        }
        if (index < 0 || index >= arguments.count())
            throw IndexError(
                u"Replacement index %1 out of range for positional args tuple"_s.arg(index));
        return arguments.positional[std::size_t(index)];
    }

    Machine &vm;
    const Arguments &arguments;
    int automatic = 0; // -1: numbered by hand
};

} // namespace

QString formatPercent(Machine &vm, const QString &text, const Object &values)
{
    return PercentFormatter(vm, text, values).run();
}

QString formatBraces(Machine &vm, const QString &text, const Arguments &arguments)
{
    return BraceFormatter(vm, arguments).run(text, 0);
}

} // namespace heddle::script
