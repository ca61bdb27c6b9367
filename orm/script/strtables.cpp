#include "orm/script/containers.h"
#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/natives.h"
#include "orm/script/strings.h"
#include "orm/script/vm.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

// --- Questions about a whole text ---

Object istitle(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("istitle", a).end();
    bool any = false, inWord = false;
    for (const uint c : self.text().toUcs4()) {
        const bool upper = QChar::isUpper(c) || QChar::isTitleCase(c), lower = QChar::isLower(c);
        if ((upper && inWord) || (lower && !inWord))
            return Object::boolean(false);
        inWord = upper || lower;
        any = any || inWord;
    }
    return Object::boolean(any);
}

Object isidentifier(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("isidentifier", a).end();
    bool first = true;
    for (const uint c : self.text().toUcs4()) {
        const bool starts = QChar::isLetter(c) || c == '_';
        if (!starts && (first || !QChar::isLetterOrNumber(c)))
            return Object::boolean(false);
        first = false;
    }
    return Object::boolean(!first);
}

Object isascii(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("isascii", a).end();
    bool ascii = true;
    for (const QChar c : self.text())
        ascii = ascii && c.unicode() < 128;
    return Object::boolean(ascii);
}

Object isprintable(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("isprintable", a).end();
    bool printable = true;
    for (const uint c : self.text().toUcs4())
        printable = printable && QChar::isPrint(c) &&
                    (c == ' ' || QChar::category(c) != QChar::Separator_Space);
    return Object::boolean(printable);
}

Object expandtabs(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader in("expandtabs", a);
    const std::int64_t width = in.integer("tabsize", 8);
    in.end();
    QString out;
    std::int64_t column = 0;
    for (const QChar c : self.text()) {
        if (c == u'\t') {
            const std::int64_t blanks = width > 0 ? width - column % width : 0;
            Heap::current()->require(std::uint64_t(out.size() + blanks) * 2);
            out += QString(blanks, u' ');
            column += blanks;
            continue;
        }
        out += c;
        column = c == u'\n' || c == u'\r' ? 0 : column + !c.isLowSurrogate();
    }
    return Object::str(out);
}

// --- Tables of letters ---

Object translate(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("translate", a);
    const Object table = in.required("table");
    in.end();
    QString out;
    for (const uint c : self.text().toUcs4()) {
        vm.tick();
        const char32_t letter = c;
        Object found;
        try {
            found = itemOf(vm, table, Object::integer(c));
        } catch (const ScriptRaise &raise) {
            const Object lookup = exceptionType(u"LookupError"_s);
            if (!raise.exception.as<Exception>()->matches(*lookup.as<ExceptionType>()))
                throw;
        } catch (const IndexError &) {
            found = Object();
        }
        if (found.isEmpty())
            out += QString::fromUcs4(&letter, 1);
        else if (found.isStr())
            out += found.text();
        else if (!found.isNone()) {
            const char32_t other = char32_t(integerFrom(found));
            if (other > 0x10ffff)
                throw ValueError(u"character mapping must be in range(0x110000)"_s);
            out += QString::fromUcs4(&other, 1);
        }
    }
    return Object::str(out);
}

Object letterKey(const Object &key)
{
    if (!key.isStr())
        return Object::integer(integerFrom(key));
    const auto letters = key.text().toUcs4();
    if (letters.size() != 1)
        throw ValueError(u"string keys in translate table must be of length 1"_s);
    return Object::integer(letters[0]);
}

Object maketrans(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("maketrans", a);
    const Object x = in.required("x"), y = in.optional("y"), z = in.optional("z");
    in.end();
    Object made = Object::make<Dict>();
    if (y.isEmpty()) {
        const Dict *given = x.as<Dict>();
        if (!given)
            throw TypeError(u"if you give only one argument to maketrans it must be a dict"_s);
        for (const HashTable::Entry &entry : x.as<Dict>()->table().entries()) {
            if (!entry.key.isEmpty())
                made.as<Dict>()->set(vm, letterKey(entry.key), entry.value);
        }
        return made;
    }
    if (!x.isStr() || !y.isStr() || (!z.isEmpty() && !z.isStr()))
        throw TypeError(u"maketrans() arguments must be str"_s);
    const auto from = x.text().toUcs4(), to = y.text().toUcs4();
    if (from.size() != to.size())
        throw ValueError(u"the first two maketrans arguments must have equal length"_s);
    for (qsizetype i = 0; i < from.size(); ++i)
        made.as<Dict>()->set(vm, Object::integer(from[i]), Object::integer(to[i]));
    if (!z.isEmpty()) {
        for (const uint c : z.text().toUcs4())
            made.as<Dict>()->set(vm, Object::integer(c), Object::none());
    }
    return made;
}

constexpr NativeEntry kMethods[] = {
    {"expandtabs", expandtabs},   {"isascii", isascii}, {"isidentifier", isidentifier},
    {"isprintable", isprintable}, {"istitle", istitle}, {"maketrans", maketrans},
    {"translate", translate},
};

} // namespace

std::span<const NativeEntry> strTableMethods()
{
    return kMethods;
}

} // namespace heddle::script
