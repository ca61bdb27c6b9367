#pragma once

#include "orm/script/interpreter.h"
#include "orm/script/object.h"

namespace heddle::script {

/// An exception class that a script can name, raise and catch.
class ExceptionType final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::ExceptionType;
    /// `base` may be empty for BaseException. `model`: "Book" for Book.DoesNotExist.
    ExceptionType(QString name, Object base, QString model = {});

    const QString &name() const { return m_name; }
    QString qualifiedName() const { return m_model.isEmpty() ? m_name : m_model + u'.' + m_name; }
    bool isSubclassOf(const ExceptionType &other) const;

    QString typeName() const override { return QStringLiteral("type"); }
    QString repr(Machine &vm) override;
    Object call(Machine &vm, Arguments &arguments) override;
    bool isContainer() const override { return false; }

private:
    QString m_name;
    Object m_base;
    QString m_model;
};

/// An exception that was made by a script or came from the engine.
class Exception final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Exception;
    Exception(Object type, Objects arguments);
    /// From the engine's own error; keeps it, so that nothing of what the database said is lost.
    static Object fromError(const OrmError &error);

    const ExceptionType &type() const { return *m_type.as<ExceptionType>(); }
    const Objects &arguments() const { return m_arguments; }
    const OrmError *error() const { return m_error.get(); }
    /// str(e).
    QString message(Machine *vm) const;
    /// True if `except type:` takes it.
    bool matches(const ExceptionType &type) const;
    /// A limit or stop(): no handler and no finally of the script sees it.
    bool isFatal() const { return m_fatal; }
    ScriptError toScriptError(Machine &vm) const;
    /// As the engine's own error, for C++ callers that know nothing of scripts.
    [[noreturn]] void rethrow(Machine &vm) const;

    QString typeName() const override { return type().name(); }
    QString repr(Machine &vm) override;
    QString str(Machine &vm) override { return message(&vm); }
    Object attribute(Machine &vm, const QString &name) override;
    QStringList attributeNames(Machine &vm) override;
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override;

    // Where it was raised and what it passed on its way out; the machine fills these in.
    int line = 0, column = 0;
    std::vector<TracebackLine> traceback; // innermost first
    Object cause;

private:
    Object m_type;
    Objects m_arguments;
    std::shared_ptr<const OrmError> m_error;
    bool m_fatal = false;
};

/// The C++ exception that carries a script's exception through native code.
struct ScriptRaise {
    Object exception; // an Exception
};

/// A class by its name ("ValueError", "IntegrityError"); empty: no such exception.
Object exceptionType(const QString &name);
/// Book.DoesNotExist and Book.MultipleObjectsReturned.
Object modelExceptionType(const QString &model, const QString &name);
/// All that scripts may name.
QStringList exceptionNames();

/// A new exception of a class that only scripts have (TimeoutError, CancelledError, ...), ready to
/// throw.
ScriptRaise raised(const char *type, const QString &message);
/// KeyError with the key itself as its argument.
ScriptRaise keyError(const Object &key);
/// What stop() ends a script with.
ScriptRaise stoppedByUser();

/// "'QuerySet' object has no attribute 'nosuch'", with a did-you-mean.
AttributeError noAttribute(Machine &vm, const Object &object, const QString &name);

} // namespace heddle::script
