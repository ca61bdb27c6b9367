#include "orm/script/containers.h"
#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/vm.h"
#include "orm/values/integer.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Reads one JSON document, keeping the order of keys and the size of numbers, which QJsonDocument
/// does not.
class JsonReader {
public:
    explicit JsonReader(const QByteArray &text) : text(text) {}

    Object document()
    {
        Object value = read(0);
        blanks();
        if (i != text.size())
            fail();
        return value;
    }

private:
    [[noreturn]] void fail()
    {
        throw ValueError(u"The text is not valid JSON (at byte %1)"_s.arg(i));
    }

    void blanks()
    {
        while (i < text.size() && QByteArrayView(" \t\r\n").contains(text[i]))
            ++i;
    }

    bool take(QByteArrayView word)
    {
        if (!QByteArrayView(text).sliced(i).startsWith(word))
            return false;
        i += word.size();
        return true;
    }

    Object read(int depth)
    {
        constexpr int kDeepest = 500;
        if (depth > kDeepest)
            throw ValueError(u"The JSON is nested too deeply"_s);
        blanks();
        if (i >= text.size())
            fail();
        if (take("null"))
            return Object::none();
        if (take("true"))
            return Object::boolean(true);
        if (take("false"))
            return Object::boolean(false);
        if (text[i] == '"')
            return Object::str(string());
        if (take("["))
            return list(depth);
        if (take("{"))
            return dict(depth);
        return number();
    }

    Object list(int depth)
    {
        Objects items;
        blanks();
        if (take("]"))
            return List::of({});
        do {
            items.push_back(read(depth + 1));
            blanks();
        } while (take(","));
        if (!take("]"))
            fail();
        return List::of(std::move(items));
    }

    Object dict(int depth)
    {
        Object made = Object::make<Dict>();
        blanks();
        if (take("}"))
            return made;
        do {
            blanks();
            if (i >= text.size() || text[i] != '"')
                fail();
            const QString key = string();
            blanks();
            if (!take(":"))
                fail();
            made.as<Dict>()->setText(key, read(depth + 1));
            blanks();
        } while (take(","));
        if (!take("}"))
            fail();
        return made;
    }

    QString string()
    {
        QByteArray raw;
        QString out;
        for (++i; i < text.size() && text[i] != '"'; ++i) {
            if (text[i] != '\\') {
                raw += text[i];
                continue;
            }
            out += QString::fromUtf8(raw);
            raw.clear();
            if (++i >= text.size())
                fail();
            escape(out);
        }
        if (i >= text.size())
            fail();
        ++i;
        return out + QString::fromUtf8(raw);
    }

    void escape(QString &out)
    {
        static constexpr QByteArrayView letters("bfnrt\"\\/");
        static constexpr char16_t meanings[] = u"\b\f\n\r\t\"\\/";
        if (text[i] == 'u') {
            bool ok = false;
            out += QChar(text.mid(i + 1, 4).toUShort(&ok, 16));
            if (!ok)
                fail();
            i += 4;
        } else if (const auto at = letters.indexOf(text[i]); at >= 0) {
            out += QChar(meanings[at]);
        } else {
            fail();
        }
    }

    Object number()
    {
        const qsizetype begin = i;
        bool whole = true;
        while (i < text.size() && QByteArrayView("+-.eE0123456789").contains(text[i])) {
            whole = whole && !QByteArrayView(".eE").contains(text[i]);
            ++i;
        }
        const QByteArray digits = text.mid(begin, i - begin);
        if (whole) {
            if (const auto value = integer::fromText(
                    std::string_view(digits.constData(), std::size_t(digits.size()))))
                return Object::fromValue(*value);
        }
        bool ok = false;
        const double value = digits.toDouble(&ok);
        if (!ok)
            fail();
        return Object::real(value);
    }

    const QByteArray &text;
    qsizetype i = 0;
};

void write(QByteArray &out, const Object &object, int depth)
{
    if (depth > 500)
        throw ValueError(u"Circular reference detected"_s);
    Heap::current()->require(std::uint64_t(out.size()));
    if (Dict *dict = object.as<Dict>()) {
        out += '{';
        bool first = true;
        for (const HashTable::Entry &entry : dict->table().entries()) {
            if (entry.key.isEmpty())
                continue;
            if (!std::exchange(first, false))
                out += ", ";
            if (!entry.key.isStr())
                throw TypeError(u"keys must be str, int, float, bool or None, not %1"_s.arg(
                    entry.key.typeName()));
            out += toJson(Value(entry.key.text())) + ": ";
            write(out, entry.value, depth + 1);
        }
        out += '}';
    } else if (object.isKind(Kind::List) || object.isKind(Kind::Tuple)) {
        out += '[';
        bool first = true;
        for (const Object &item : static_cast<const Sequence *>(object.heap())->items()) {
            if (!std::exchange(first, false))
                out += ", ";
            write(out, item, depth + 1);
        }
        out += ']';
    } else if (const auto value = object.toValue()) {
        out += toJson(*value);
    } else {
        throw TypeError(u"Object of type %1 is not JSON serializable"_s.arg(object.typeName()));
    }
}

} // namespace

Object objectFromJson(const QByteArray &json)
{
    return JsonReader(json).document();
}

QByteArray jsonFromObject(const Object &object)
{
    QByteArray out;
    write(out, object, 0);
    return out;
}

} // namespace heddle::script
