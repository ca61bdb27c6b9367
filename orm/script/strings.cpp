#include "orm/script/strings.h"

#include "orm/script/containers.h"
#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/format.h"
#include "orm/script/operators.h"
#include "orm/script/vm.h"
#include "orm/values/pythontext.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

std::int64_t codePointsOf(const QString &text)
{
    std::int64_t n = 0;
    for (const QChar c : text)
        n += !c.isLowSurrogate();
    return n;
}

} // namespace

Str::Str(QString text) : HeapObject(kKind), m_text(std::move(text)), m_size(codePointsOf(m_text))
{
    setBytes(std::size_t(m_text.size()) * 2);
}

QString Str::part(std::int64_t begin, std::int64_t count) const
{
    begin = std::clamp<std::int64_t>(begin, 0, m_size);
    count = std::clamp<std::int64_t>(count, 0, m_size - begin);
    if (m_size == m_text.size())
        return m_text.mid(begin, count);
    qsizetype at = 0;
    const auto skip = [&](std::int64_t n) {
        for (; n > 0 && at < m_text.size(); --n)
            at += m_text[at].isHighSurrogate() && at + 1 < m_text.size() ? 2 : 1;
    };
    skip(begin);
    const qsizetype from = at;
    skip(count);
    return m_text.mid(from, at - from);
}

QString reprOfText(const QString &text)
{
    return pythonQuoted(text);
}

QString Str::repr(Machine &)
{
    return reprOfText(m_text);
}

std::size_t Str::hash(Machine &)
{
    return qHash(m_text);
}

Object Str::attribute(Machine &, const QString &name)
{
    return strMethod(Object::share(this), name);
}

QStringList Str::attributeNames(Machine &)
{
    return strMethodNames();
}

Object Str::item(Machine &, const Object &key)
{
    if (const Slice *slice = key.as<Slice>()) {
        const auto r = slice->indexes(m_size);
        if (r.step == 1)
            return Object::str(part(r.start, r.count));
        QString out;
        for (std::int64_t i = 0; i < r.count; ++i)
            out += part(r.start + i * r.step, 1);
        return Object::str(out);
    }
    if (!isInteger(key))
        throw TypeError(u"string indices must be integers, not '%1'"_s.arg(key.typeName()));
    return Object::str(
        part(std::int64_t(checkedIndex(indexFrom(key, "string"), m_size, "string")), 1));
}

Object Str::iterate(Machine &)
{
    return Iterator::of(
        "str_iterator", [text = m_text, at = qsizetype(0)](Machine &, Object &value) mutable {
            if (at >= text.size())
                return false;
            const qsizetype size = text[at].isHighSurrogate() && at + 1 < text.size() ? 2 : 1;
            value = Object::str(text.mid(at, size));
            at += size;
            return true;
        });
}

Object Str::binary(Machine &vm, BinaryOp op, const Object &other, bool reflected)
{
    if (op == BinaryOp::Add && !reflected && other.isStr()) {
        owner()->require(std::uint64_t(m_text.size() + other.text().size()) * 2);
        return Object::str(m_text + other.text());
    }
    if (op == BinaryOp::Mul && isInteger(other)) {
        const std::uint64_t times = repeatCount(other);
        if (times == 0 || m_text.isEmpty())
            return Object::str(QString());
        owner()->require(saturatingMultiply(times, std::uint64_t(m_text.size()) * 2));
        return Object::str(m_text.repeated(qsizetype(times)));
    }
    if (op == BinaryOp::Mod && !reflected)
        return Object::str(formatPercent(vm, m_text, other));
    return {};
}

Object Str::compare(Machine &, CompareOp op, const Object &other)
{
    if (!other.isStr())
        return {};
    if (op == CompareOp::Equal || op == CompareOp::NotEqual)
        return Object::boolean((m_text == other.text()) == (op == CompareOp::Equal));
    // By code points: UTF-16 order differs where surrogates meet the last code points below them.
    const bool plain = m_size == m_text.size();
    const int order = plain ? m_text.compare(other.text()) : [&] {
        const auto a = m_text.toUcs4(), b = other.text().toUcs4();
        return a < b ? -1 : a == b ? 0 : 1;
    }();
    switch (op) {
    case CompareOp::Less:
        return Object::boolean(order < 0);
    case CompareOp::LessEqual:
        return Object::boolean(order <= 0);
    case CompareOp::Greater:
        return Object::boolean(order > 0);
    case CompareOp::GreaterEqual:
        return Object::boolean(order >= 0);
    case CompareOp::Equal:
    case CompareOp::NotEqual:
    case CompareOp::In:
    case CompareOp::NotIn:
    case CompareOp::Is:
    case CompareOp::IsNot:
        break;
    }
    return {};
}

std::optional<bool> Str::contains(Machine &, const Object &value)
{
    if (!value.isStr())
        throw TypeError(
            u"'in <string>' requires string as left operand, not %1"_s.arg(value.typeName()));
    return m_text.contains(value.text());
}

QString Str::format(Machine &, const QString &spec)
{
    return formatText(m_text, spec);
}

} // namespace heddle::script
