#include "orm/script/natives.h"

#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/vm.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

QString Native::repr(Machine &)
{
    const QString name = QString::fromLatin1(m_name);
    return m_self.isEmpty() ? u"<built-in function %1>"_s.arg(name)
                            : u"<built-in method %1 of %2 object>"_s.arg(name, m_self.typeName());
}

Object Native::compare(Machine &, CompareOp op, const Object &other)
{
    const Native *theirs = other.as<Native>();
    if (!theirs || (op != CompareOp::Equal && op != CompareOp::NotEqual))
        return {};
    const bool same = m_function == theirs->m_function && m_self.isSame(theirs->m_self);
    return Object::boolean(same == (op == CompareOp::Equal));
}

Object Native::copyFor(Copier &copier) const
{
    return m_self.isEmpty() ? Object()
                            : Object::make<Native>(m_name, m_function, copier.copy(m_self));
}

QString NativeType::repr(Machine &)
{
    return u"<class '%1'>"_s.arg(name());
}

Object NativeType::call(Machine &vm, Arguments &arguments)
{
    if (!m_make)
        throw TypeError(u"cannot create '%1' instances"_s.arg(name()));
    return m_make(vm, {}, arguments);
}

Object NativeType::attribute(Machine &vm, const QString &name)
{
    if (m_attribute) {
        if (Object value = m_attribute(vm, name))
            return value;
    }
    return methodFrom(m_classMethods, {}, name);
}

QStringList NativeType::attributeNames(Machine &)
{
    return namesOf(m_classMethods);
}

Object NativeType::compare(Machine &, CompareOp op, const Object &other)
{
    const NativeType *theirs = other.as<NativeType>();
    if (!theirs || (op != CompareOp::Equal && op != CompareOp::NotEqual))
        return {};
    const bool same = qstrcmp(m_name, theirs->m_name) == 0;
    return Object::boolean(same == (op == CompareOp::Equal));
}

Object methodFrom(std::span<const NativeEntry> table, const Object &self, const QString &name)
{
    for (const NativeEntry &entry : table) {
        if (name == QLatin1String(entry.name))
            return Object::make<Native>(entry.name, entry.function, self);
    }
    return {};
}

QStringList namesOf(std::span<const NativeEntry> table)
{
    QStringList names;
    for (const NativeEntry &entry : table)
        names.append(QString::fromLatin1(entry.name));
    return names;
}

// --- ArgumentReader ---

Object ArgumentReader::optional(const char *name, Object fallback)
{
    if (m_next < m_arguments.positional.size())
        return m_arguments.positional[m_next++];
    return keyword(name, std::move(fallback));
}

Object ArgumentReader::required(const char *name)
{
    Object value = optional(name);
    if (value.isEmpty())
        throw TypeError(u"%1() missing required argument: '%2'"_s.arg(QLatin1String(m_function),
                                                                      QLatin1String(name)));
    return value;
}

Object ArgumentReader::keyword(const char *name, Object fallback)
{
    Object value = m_arguments.takeKeyword(name);
    return value.isEmpty() ? fallback : value;
}

Objects ArgumentReader::rest()
{
    const Objects all(m_arguments.positional.begin() +
                          std::ptrdiff_t(std::min(m_next, m_arguments.positional.size())),
                      m_arguments.positional.end());
    m_next = m_arguments.positional.size();
    return all;
}

void ArgumentReader::end()
{
    if (!m_arguments.keywords.empty())
        throw TypeError(u"%1() got an unexpected keyword argument '%2'"_s.arg(
            QLatin1String(m_function), m_arguments.keywords.front().first));
    if (m_next < m_arguments.positional.size())
        throw TypeError(u"%1() takes at most %2 %3 (%4 given)"_s.arg(QLatin1String(m_function))
                            .arg(m_next)
                            .arg(m_next == 1 ? u"argument"_s : u"arguments"_s)
                            .arg(m_arguments.count()));
}

std::int64_t ArgumentReader::integer(const char *name, std::optional<std::int64_t> fallback)
{
    const Object value = fallback ? optional(name) : required(name);
    return value.isEmpty() ? *fallback : integerFrom(value);
}

QString ArgumentReader::text(const char *name, std::optional<QString> fallback)
{
    const Object value = fallback ? optional(name) : required(name);
    if (value.isEmpty())
        return *fallback;
    if (!value.isStr())
        throw TypeError(u"%1() argument '%2' must be str, not %3"_s.arg(
            QLatin1String(m_function), QLatin1String(name), value.typeName()));
    return value.text();
}

bool ArgumentReader::flag(Machine &vm, const char *name, bool fallback)
{
    const Object value = optional(name);
    return value.isEmpty() ? fallback : truthOf(vm, value);
}

std::int64_t integerFrom(const Object &object)
{
    if (object.isInt() || object.isBool())
        return object.asInt();
    if (isInteger(object))
        throw OverflowError(u"Python int too large to convert to C ssize_t"_s);
    throw TypeError(u"'%1' object cannot be interpreted as an integer"_s.arg(object.typeName()));
}

} // namespace heddle::script
