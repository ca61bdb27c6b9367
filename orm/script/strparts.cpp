// The methods of str that take a text apart.

#include "orm/script/containers.h"
#include "orm/script/convert.h"
#include "orm/script/errors.h"
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

Object trimmed(const Object &self, Arguments &a, const char *name, bool left, bool right)
{
    ArgumentReader in(name, a);
    const Object chars = in.optional("chars", Object::none());
    in.end();
    if (!chars.isNone() && !chars.isStr())
        throw TypeError(u"%1 arg must be None or str"_s.arg(QLatin1String(name)));
    const auto drops = [&](QChar c) {
        return chars.isNone() ? c.isSpace() : chars.text().contains(c);
    };
    const QString &t = self.text();
    qsizetype begin = 0, end = t.size();
    while (left && begin < end && drops(t[begin]))
        ++begin;
    while (right && end > begin && drops(t[end - 1]))
        --end;
    return text(t.mid(begin, end - begin));
}

Object strip(Machine &, const Object &self, Arguments &a)
{
    return trimmed(self, a, "strip", true, true);
}

Object lstrip(Machine &, const Object &self, Arguments &a)
{
    return trimmed(self, a, "lstrip", true, false);
}

Object rstrip(Machine &, const Object &self, Arguments &a)
{
    return trimmed(self, a, "rstrip", false, true);
}

Object removeprefix(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader in("removeprefix", a);
    const QString prefix = in.text("prefix");
    in.end();
    return self.text().startsWith(prefix) ? text(self.text().mid(prefix.size())) : self;
}

Object removesuffix(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader in("removesuffix", a);
    const QString suffix = in.text("suffix");
    in.end();
    return !suffix.isEmpty() && self.text().endsWith(suffix)
               ? text(self.text().chopped(suffix.size()))
               : self;
}

/// Words between runs of blanks.
void splitBlanks(const QString &t, std::int64_t most, Objects &parts)
{
    qsizetype i = 0;
    while (true) {
        while (i < t.size() && t[i].isSpace())
            ++i;
        if (i >= t.size())
            return;
        if (most >= 0 && std::int64_t(parts.size()) >= most) {
            parts.push_back(text(t.mid(i))); // the blanks at its end stay
            return;
        }
        const qsizetype begin = i;
        while (i < t.size() && !t[i].isSpace())
            ++i;
        parts.push_back(text(t.mid(begin, i - begin)));
    }
}

Object split(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("split", a);
    const Object separator = in.optional("sep", Object::none());
    const std::int64_t most = in.integer("maxsplit", -1);
    in.end();
    Objects parts;
    const QString &t = self.text();
    if (separator.isNone()) {
        splitBlanks(t, most, parts);
        return List::of(std::move(parts));
    }
    if (!separator.isStr())
        throw TypeError(u"must be str or None, not %1"_s.arg(separator.typeName()));
    const QString sep = separator.text();
    if (sep.isEmpty())
        throw ValueError(u"empty separator"_s);
    qsizetype begin = 0;
    for (qsizetype at = t.indexOf(sep); at >= 0 && (most < 0 || std::int64_t(parts.size()) < most);
         at = t.indexOf(sep, begin)) {
        vm.tick();
        parts.push_back(text(t.mid(begin, at - begin)));
        begin = at + sep.size();
    }
    parts.push_back(text(t.mid(begin)));
    return List::of(std::move(parts));
}

Object rsplit(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("rsplit", a);
    const Object separator = in.optional("sep", Object::none());
    const std::int64_t most = in.integer("maxsplit", -1);
    in.end();
    if (most < 0) {
        Arguments same;
        same.positional.push_back(separator);
        return split(vm, self, same);
    }
    Objects parts;
    QString rest = self.text();
    if (separator.isNone()) {
        while (true) {
            while (!rest.isEmpty() && rest.back().isSpace())
                rest.chop(1);
            if (rest.isEmpty())
                return List::of(std::move(parts));
            if (std::int64_t(parts.size()) >= most)
                break;
            qsizetype begin = rest.size();
            while (begin > 0 && !rest[begin - 1].isSpace())
                --begin;
            parts.insert(parts.begin(), text(rest.mid(begin)));
            rest.truncate(begin);
        }
        parts.insert(parts.begin(), text(rest));
        return List::of(std::move(parts));
    }
    if (!separator.isStr())
        throw TypeError(u"must be str or None, not %1"_s.arg(separator.typeName()));
    if (separator.text().isEmpty())
        throw ValueError(u"empty separator"_s);
    for (std::int64_t n = 0; n < most; ++n) {
        const qsizetype at = rest.lastIndexOf(separator.text());
        if (at < 0)
            break;
        parts.insert(parts.begin(), text(rest.mid(at + separator.text().size())));
        rest.truncate(at);
    }
    parts.insert(parts.begin(), text(rest));
    return List::of(std::move(parts));
}

Object splitlines(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("splitlines", a);
    const Object keepEnds = in.optional("keepends", Object::boolean(false));
    in.end();
    const bool keep = truthOf(vm, keepEnds);
    Objects lines;
    const QString &t = self.text();
    for (qsizetype begin = 0; begin < t.size();) {
        qsizetype end = begin;
        while (end < t.size() && t[end] != u'\n' && t[end] != u'\r')
            ++end;
        const qsizetype ending = t.mid(end, 2) == u"\r\n" ? 2 : end < t.size() ? 1 : 0;
        lines.push_back(text(t.mid(begin, end - begin + (keep ? ending : 0))));
        begin = end + ending;
    }
    return List::of(std::move(lines));
}

Object partitioned(const Object &self, Arguments &a, const char *name, bool last)
{
    ArgumentReader in(name, a);
    const QString sep = in.text("sep");
    in.end();
    if (sep.isEmpty())
        throw ValueError(u"empty separator"_s);
    const QString &t = self.text();
    const qsizetype at = last ? t.lastIndexOf(sep) : t.indexOf(sep);
    if (at < 0)
        return last ? Tuple::of({text({}), text({}), self}) : Tuple::of({self, text({}), text({})});
    return Tuple::of({text(t.left(at)), text(sep), text(t.mid(at + sep.size()))});
}

Object partition(Machine &, const Object &self, Arguments &a)
{
    return partitioned(self, a, "partition", false);
}

Object rpartition(Machine &, const Object &self, Arguments &a)
{
    return partitioned(self, a, "rpartition", true);
}

constexpr NativeEntry kMethods[] = {
    {"lstrip", lstrip},
    {"partition", partition},
    {"removeprefix", removeprefix},
    {"removesuffix", removesuffix},
    {"rpartition", rpartition},
    {"rsplit", rsplit},
    {"rstrip", rstrip},
    {"split", split},
    {"splitlines", splitlines},
    {"strip", strip},
};

} // namespace

std::span<const NativeEntry> strPartMethods()
{
    return kMethods;
}

} // namespace heddle::script
