#pragma once

#include "orm/script/object.h"

#include <span>

namespace heddle::script {

using NativeFunction = Object (*)(Machine &vm, const Object &self, Arguments &arguments);

/// One line of a table of natives.
struct NativeEntry {
    const char *name;
    NativeFunction function;
};

/// A function of C++; with a self it is a method of that object.
class Native final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Native;
    Native(const char *name, NativeFunction function, Object self = {})
        : HeapObject(kKind), m_name(name), m_function(function), m_self(std::move(self))
    {
    }
    const char *name() const { return m_name; }
    QString typeName() const override { return QStringLiteral("builtin_function_or_method"); }
    QString repr(Machine &vm) override;
    Object call(Machine &vm, Arguments &arguments) override
    {
        return m_function(vm, m_self, arguments);
    }
    Object compare(Machine &vm, CompareOp op, const Object &other) override;
    bool isContainer() const override { return !m_self.isEmpty(); }
    void traverse(const Visitor &visit) override { visit(m_self); }
    Object copyFor(Copier &copier) const override;

private:
    const char *m_name;
    NativeFunction m_function;
    Object m_self;
};

/// A class of Python's own: int, str, datetime, ... Calling makes an object; attributes are its
/// class methods and constants.
class NativeType final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Type;
    using Attribute = Object (*)(Machine &vm, const QString &name);
    NativeType(const char *name, NativeFunction make, bool (*isInstance)(const Object &),
               std::span<const NativeEntry> classMethods = {}, Attribute attribute = nullptr)
        : HeapObject(kKind), m_name(name), m_make(make), m_isInstance(isInstance),
          m_classMethods(classMethods), m_attribute(attribute)
    {
    }
    QString name() const { return QString::fromLatin1(m_name); }
    bool isInstance(const Object &object) const { return m_isInstance && m_isInstance(object); }
    QString typeName() const override { return QStringLiteral("type"); }
    QString repr(Machine &vm) override;
    Object call(Machine &vm, Arguments &arguments) override;
    Object attribute(Machine &vm, const QString &name) override;
    QStringList attributeNames(Machine &vm) override;
    Object compare(Machine &vm, CompareOp op, const Object &other) override;

private:
    const char *m_name;
    NativeFunction m_make;
    bool (*m_isInstance)(const Object &);
    std::span<const NativeEntry> m_classMethods;
    Attribute m_attribute;
};

/// A method taken from its class, as str.lower is: its object comes as the first argument.
class UnboundMethod final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Other;
    UnboundMethod(QString type, QString name)
        : HeapObject(kKind), m_type(std::move(type)), m_name(std::move(name))
    {
    }
    QString typeName() const override { return QStringLiteral("method_descriptor"); }
    QString repr(Machine &vm) override;
    Object call(Machine &vm, Arguments &arguments) override;

private:
    QString m_type, m_name;
};

/// A namespace: datetime, asyncio, models, transaction.
class Module final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Module;
    using Members = Object (*)(Machine &vm, const QString &name);
    Module(QString name, Members members, QStringList names)
        : HeapObject(kKind), m_name(std::move(name)), m_members(members), m_names(std::move(names))
    {
    }
    const QString &name() const { return m_name; }
    QString typeName() const override { return QStringLiteral("module"); }
    QString repr(Machine &) override { return QStringLiteral("<module '%1'>").arg(m_name); }
    Object attribute(Machine &vm, const QString &name) override { return m_members(vm, name); }
    QStringList attributeNames(Machine &) override { return m_names; }

private:
    QString m_name;
    Members m_members;
    QStringList m_names;
};

/// The method of that name out of a table, bound to `self`; empty: none.
Object methodFrom(std::span<const NativeEntry> table, const Object &self, const QString &name);
QStringList namesOf(std::span<const NativeEntry> table);

/// Takes a native's arguments apart, with Python's complaints.
///
///     ArgumentReader in("round", arguments);
///     const Object number = in.required("number");
///     const Object digits = in.optional("ndigits");
///     in.end();
class ArgumentReader {
public:
    ArgumentReader(const char *function, Arguments &arguments)
        : m_function(function), m_arguments(arguments)
    {
    }
    Object required(const char *name);
    /// Empty (or the fallback) if it was not given.
    Object optional(const char *name, Object fallback = {});
    Object keyword(const char *name, Object fallback = {});
    /// The positional arguments that were not read yet.
    Objects rest();
    /// Throws TypeError if something was not read.
    void end();

    // Reading and checking in one go.
    std::int64_t integer(const char *name, std::optional<std::int64_t> fallback = std::nullopt);
    QString text(const char *name, std::optional<QString> fallback = std::nullopt);
    bool flag(Machine &vm, const char *name, bool fallback);

private:
    const char *m_function;
    Arguments &m_arguments;
    std::size_t m_next = 0;
};

/// A whole number that fits into 64 bits; throws TypeError "'str' object cannot be interpreted as
/// an integer".
std::int64_t integerFrom(const Object &object);

/// A name that every script has without importing it; empty: none such.
Object builtin(Machine &vm, const QString &name);
const QStringList &builtinNames();

// The parts that builtin() is put together from.
Object builtinFunction(const QString &name);
QStringList builtinFunctionNames();
/// What ascii() makes of a repr(): what is not ASCII is escaped.
QString asciiOf(const QString &text);
bool isCallable(const Object &object);
/// ascii, bin, callable, hash, hex, oct.
std::span<const NativeEntry> spellingFunctions();
Object builtinType(const QString &name);
QStringList builtinTypeNames();
/// datetime, date, time, timedelta, Decimal, UUID: the classes.
Object valueType(const QString &name);
QStringList valueTypeNames();
Object asyncioModule();
Object gatherFunction();
/// sync_to_async, async_to_sync, by name; empty: neither.
Object borderFunction(const QString &name);
/// The module of that name for an import statement; throws ImportError naming what is available.
Object importModule(Machine &vm, const QString &name);
Object importFrom(Machine &vm, const Object &module, const QString &name);

} // namespace heddle::script
