#include "orm/script/containers.h"
#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/format.h"
#include "orm/script/natives.h"
#include "orm/script/strings.h"
#include "orm/script/vm.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

Object text(const QString &t)
{
    return Object::str(t);
}

void noArguments(const char *name, Arguments &arguments)
{
    if (!arguments.empty())
        throw TypeError(u"str.%1() takes no arguments (%2 given)"_s.arg(QLatin1String(name))
                            .arg(arguments.count()));
}

// --- Case ---

Object upper(Machine &, const Object &self, Arguments &a)
{
    noArguments("upper", a);
    return text(self.text().toUpper());
}

Object lower(Machine &, const Object &self, Arguments &a)
{
    noArguments("lower", a);
    return text(self.text().toLower());
}

Object casefold(Machine &, const Object &self, Arguments &a)
{
    noArguments("casefold", a);
    return text(self.text().toCaseFolded().replace(
        u'ß', u"ss"_s)); // the one common letter that folds to two
}

Object capitalize(Machine &, const Object &self, Arguments &a)
{
    noArguments("capitalize", a);
    const QString &t = self.text();
    return text(t.left(1).toUpper() + t.mid(1).toLower());
}

Object title(Machine &, const Object &self, Arguments &a)
{
    noArguments("title", a);
    QString out;
    bool inWord = false;
    for (const QChar c : self.text()) {
        out += inWord ? QString(c).toLower() : QString(c.toTitleCase());
        inWord = c.isLetter();
    }
    return text(out);
}

Object swapcase(Machine &, const Object &self, Arguments &a)
{
    noArguments("swapcase", a);
    QString out;
    for (const QChar c : self.text())
        out += c.isUpper() ? QString(c).toLower() : QString(c).toUpper();
    return text(out);
}

// --- Questions ---

template <typename Test>
Object all(const Object &self, Arguments &a, const char *name, Test test)
{
    noArguments(name, a);
    bool result = !self.text().isEmpty();
    for (const uint c : self.text().toUcs4())
        result = result && test(char32_t(c));
    return Object::boolean(result);
}

Object isalpha(Machine &, const Object &self, Arguments &a)
{
    return all(self, a, "isalpha", [](char32_t c) { return QChar::isLetter(c); });
}

Object isdigit(Machine &, const Object &self, Arguments &a)
{
    return all(self, a, "isdigit", [](char32_t c) { return QChar::digitValue(c) >= 0; });
}

Object isnumeric(Machine &, const Object &self, Arguments &a)
{
    return all(self, a, "isnumeric", [](char32_t c) { return QChar::isNumber(c); });
}

Object isalnum(Machine &, const Object &self, Arguments &a)
{
    return all(self, a, "isalnum", [](char32_t c) { return QChar::isLetterOrNumber(c); });
}

Object isspace(Machine &, const Object &self, Arguments &a)
{
    return all(self, a, "isspace", [](char32_t c) { return QChar::isSpace(c); });
}

Object cased(const Object &self, bool wantUpper)
{
    bool any = false;
    for (const QChar c : self.text()) {
        if (c.isLower() == c.isUpper())
            continue;
        any = true;
        if (c.isUpper() != wantUpper)
            return Object::boolean(false);
    }
    return Object::boolean(any);
}

Object isupper(Machine &, const Object &self, Arguments &a)
{
    noArguments("isupper", a);
    return cased(self, true);
}

Object islower(Machine &, const Object &self, Arguments &a)
{
    noArguments("islower", a);
    return cased(self, false);
}

template <typename Test>
Object anyAffix(const Object &self, Arguments &a, const char *name, Test test)
{
    ArgumentReader in(name, a);
    const Object affix = in.required("prefix");
    const Object begin = in.optional("start", Object::none()),
                 end = in.optional("end", Object::none());
    in.end();
    QString whole = self.text();
    if (!begin.isNone() || !end.isNone()) {
        const Str &str = *self.as<Str>();
        const Slice range(begin, end, Object::none());
        const auto indexes = range.indexes(str.size());
        // Beyond its end there is not even an empty text.
        if (!begin.isNone() && integerFrom(begin) > str.size())
            return Object::boolean(false);
        whole = str.part(indexes.start, indexes.count);
    }
    if (affix.isStr())
        return Object::boolean(test(whole, affix.text()));
    const Tuple *tuple = affix.as<Tuple>();
    if (!tuple)
        throw TypeError(u"%1 first arg must be str or a tuple of str, not %2"_s.arg(
            QLatin1String(name), affix.typeName()));
    for (const Object &one : tuple->items()) {
        if (!one.isStr())
            throw TypeError(u"tuple for %1 must only contain str, not %2"_s.arg(QLatin1String(name),
                                                                                one.typeName()));
        if (test(whole, one.text()))
            return Object::boolean(true);
    }
    return Object::boolean(false);
}

Object startswith(Machine &, const Object &self, Arguments &a)
{
    return anyAffix(self, a, "startswith",
                    [](const QString &t, const QString &p) { return t.startsWith(p); });
}

Object endswith(Machine &, const Object &self, Arguments &a)
{
    return anyAffix(self, a, "endswith",
                    [](const QString &t, const QString &p) { return t.endsWith(p); });
}

// --- Searching ---

/// Where a part is, in code points; -1: nowhere.
std::int64_t positionOf(const Object &self, Arguments &a, const char *name, bool fromEnd)
{
    ArgumentReader in(name, a);
    const QString part = in.text("sub");
    const Str &whole = *self.as<Str>();
    const std::int64_t begin = in.integer("start", 0), end = in.integer("end", whole.size());
    in.end();
    const Slice::Indexes range =
        Slice(Object::integer(begin), Object::integer(end), Object::none()).indexes(whole.size());
    const QString within = whole.part(range.start, range.count);
    const qsizetype at = fromEnd ? within.lastIndexOf(part) : within.indexOf(part);
    return at < 0 ? -1 : range.start + Str(within.left(at)).size();
}

Object find(Machine &, const Object &self, Arguments &a)
{
    return Object::integer(positionOf(self, a, "find", false));
}

Object rfind(Machine &, const Object &self, Arguments &a)
{
    return Object::integer(positionOf(self, a, "rfind", true));
}

Object found(std::int64_t position)
{
    if (position < 0)
        throw ValueError(u"substring not found"_s);
    return Object::integer(position);
}

Object index(Machine &, const Object &self, Arguments &a)
{
    return found(positionOf(self, a, "index", false));
}

Object rindex(Machine &, const Object &self, Arguments &a)
{
    return found(positionOf(self, a, "rindex", true));
}

Object count(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader in("count", a);
    const QString part = in.text("sub");
    in.end();
    if (part.isEmpty())
        return Object::integer(self.as<Str>()->size() + 1);
    std::int64_t n = 0;
    for (qsizetype at = self.text().indexOf(part); at >= 0;
         at = self.text().indexOf(part, at + part.size()))
        ++n;
    return Object::integer(n);
}

// --- Putting together ---

Object join(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("join", a);
    const Object iterable = in.required("iterable");
    in.end();
    QString out;
    int i = 0;
    forEach(vm, iterable, [&](const Object &item) {
        if (!item.isStr())
            throw TypeError(
                u"sequence item %1: expected str instance, %2 found"_s.arg(i).arg(item.typeName()));
        if (i++ > 0)
            out += self.text();
        out += item.text();
        if ((i & 0xff) == 0)
            Heap::current()->require(std::uint64_t(out.size()) * 2);
        return true;
    });
    return text(out);
}

Object replace(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("replace", a);
    const QString before = in.text("old"), after = in.text("new");
    const std::int64_t most = in.integer("count", -1);
    in.end();
    const QString &t = self.text();
    QString out;
    qsizetype begin = 0;
    std::int64_t n = 0;
    if (before.isEmpty()) {
        for (qsizetype i = 0; i <= t.size(); ++i) {
            if (most < 0 || n++ < most)
                out += after;
            if (i < t.size())
                out += t[i];
        }
        return text(out);
    }
    for (qsizetype at = t.indexOf(before); at >= 0 && (most < 0 || n < most);
         at = t.indexOf(before, begin), ++n) {
        vm.tick();
        out += QStringView(t).mid(begin, at - begin);
        out += after;
        Heap::current()->require(std::uint64_t(out.size()) * 2);
        begin = at + before.size();
    }
    return text(out + t.mid(begin));
}

Object justified(const Object &self, Arguments &a, const char *name, QChar align)
{
    ArgumentReader in(name, a);
    FormatSpec spec;
    spec.width = std::max<std::int64_t>(in.integer("width"), 0);
    spec.fill = in.text("fillchar", u" "_s);
    in.end();
    if (Str(spec.fill).size() != 1)
        throw TypeError(u"The fill character must be exactly one character long"_s);
    Heap::current()->require(std::uint64_t(spec.width) * 2);
    return text(padded(spec, self.text(), align));
}

Object ljust(Machine &, const Object &self, Arguments &a)
{
    return justified(self, a, "ljust", u'<');
}

Object rjust(Machine &, const Object &self, Arguments &a)
{
    return justified(self, a, "rjust", u'>');
}

Object center(Machine &, const Object &self, Arguments &a)
{
    // Python puts the odd blank on the left where the width is odd, and on the right where it is
    // even.
    ArgumentReader in("center", a);
    const std::int64_t width = std::max<std::int64_t>(in.integer("width"), 0);
    const QString fill = in.text("fillchar", u" "_s);
    in.end();
    if (Str(fill).size() != 1)
        throw TypeError(u"The fill character must be exactly one character long"_s);
    Heap::current()->require(std::uint64_t(width) * 2);
    const std::int64_t missing = width - self.as<Str>()->size();
    if (missing <= 0)
        return self;
    const std::int64_t left = missing / 2 + (missing & width & 1);
    return text(fill.repeated(left) + self.text() + fill.repeated(missing - left));
}

Object zfill(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader in("zfill", a);
    const std::int64_t width = in.integer("width");
    in.end();
    const std::int64_t missing = width - self.as<Str>()->size();
    if (missing <= 0)
        return self;
    Heap::current()->require(std::uint64_t(width) * 2);
    const QString &t = self.text();
    const qsizetype sign = t.startsWith(u'-') || t.startsWith(u'+') ? 1 : 0;
    return text(t.left(sign) + QString(missing, u'0') + t.mid(sign));
}

Object format(Machine &vm, const Object &self, Arguments &a)
{
    return text(formatBraces(vm, self.text(), a));
}

Object encode(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader in("encode", a);
    const QString encoding = in.text("encoding", u"utf-8"_s).toLower();
    in.optional("errors");
    in.end();
    const bool latin = encoding == u"latin-1" || encoding == u"latin1" || encoding == u"iso-8859-1",
               ascii = encoding == u"ascii";
    if (encoding != u"utf-8" && encoding != u"utf8" && !ascii && !latin)
        throw raised("LookupError", u"unknown encoding: "_s + encoding);
    if (latin || ascii) {
        qsizetype at = 0;
        for (const uint c : self.text().toUcs4()) {
            if (c >= (ascii ? 128u : 256u))
                throw raised(
                    "UnicodeEncodeError",
                    u"'%1' codec can't encode character in position %2: ordinal not in range(%3)"_s
                        .arg(ascii ? u"ascii"_s : u"latin-1"_s)
                        .arg(at)
                        .arg(ascii ? 128 : 256));
            ++at;
        }
        return Object::fromValue(Value::bytes(self.text().toLatin1()));
    }
    return Object::fromValue(Value::bytes(self.text().toUtf8()));
}

constexpr NativeEntry kMethods[] = {
    {"capitalize", capitalize},
    {"casefold", casefold},
    {"center", center},
    {"count", count},
    {"encode", encode},
    {"endswith", endswith},
    {"find", find},
    {"format", format},
    {"index", index},
    {"isalnum", isalnum},
    {"isalpha", isalpha},
    {"isdecimal", isdigit},
    {"isdigit", isdigit},
    {"islower", islower},
    {"isnumeric", isnumeric},
    {"isspace", isspace},
    {"isupper", isupper},
    {"join", join},
    {"ljust", ljust},
    {"lower", lower},
    {"replace", replace},
    {"rfind", rfind},
    {"rindex", rindex},
    {"rjust", rjust},
    {"startswith", startswith},
    {"swapcase", swapcase},
    {"title", title},
    {"upper", upper},
    {"zfill", zfill},
};

} // namespace

Object strMethod(const Object &self, const QString &name)
{
    for (const auto methods : {std::span<const NativeEntry>(kMethods), strPartMethods()})
        if (Object method = methodFrom(methods, self, name))
            return method;
    return methodFrom(strTableMethods(), self, name);
}

QStringList strMethodNames()
{
    return namesOf(kMethods) + namesOf(strPartMethods()) + namesOf(strTableMethods());
}

} // namespace heddle::script
