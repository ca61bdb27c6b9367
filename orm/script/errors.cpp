#include "orm/script/errors.h"

#include "orm/notation/diagnostics.h"
#include "orm/script/containers.h"
#include "orm/script/exceptiongroups.h"
#include "orm/script/vm.h"

#include <QHash>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Every class that scripts may name, each after its base. Django's and Python's own names and
/// descent.
struct ClassLine {
    const char *name, *base;
};
constexpr ClassLine kClasses[] = {
    {"BaseException", ""},
    {"KeyboardInterrupt", "BaseException"},
    {"CancelledError", "BaseException"},
    {"LimitExceeded", "BaseException"},
    {"QueryCancelled", "BaseException"},
    {"Exception", "BaseException"},
    {"ArithmeticError", "Exception"},
    {"OverflowError", "ArithmeticError"},
    {"ZeroDivisionError", "ArithmeticError"},
    {"DecimalException", "ArithmeticError"},
    {"InvalidOperation", "DecimalException"},
    {"DivisionByZero", "DecimalException"},
    {"AssertionError", "Exception"},
    {"AttributeError", "Exception"},
    {"ImportError", "Exception"},
    {"ModuleNotFoundError", "ImportError"},
    {"InvalidStateError", "Exception"},
    {"QueueEmpty", "Exception"},
    {"QueueFull", "Exception"},
    {"LookupError", "Exception"},
    {"IndexError", "LookupError"},
    {"KeyError", "LookupError"},
    {"NameError", "Exception"},
    {"UnboundLocalError", "NameError"},
    {"OSError", "Exception"},
    {"TimeoutError", "OSError"},
    {"RuntimeError", "Exception"},
    {"NotImplementedError", "RuntimeError"},
    {"RecursionError", "RuntimeError"},
    {"StopIteration", "Exception"},
    {"StopAsyncIteration", "Exception"},
    {"SyntaxError", "Exception"},
    {"TypeError", "Exception"},
    {"ValueError", "Exception"},
    {"UnicodeError", "ValueError"},
    {"UnicodeDecodeError", "UnicodeError"},
    {"UnicodeEncodeError", "UnicodeError"},
    {"BaseExceptionGroup", "BaseException"},
    {"ExceptionGroup", "Exception"},
    {"ObjectDoesNotExist", "Exception"},
    {"MultipleObjectsReturned", "Exception"},
    {"FieldError", "Exception"},
    {"FieldDoesNotExist", "Exception"},
    {"SynchronousOnlyOperation", "Exception"},
    {"ValidationError", "Exception"},
    {"EmptyResultSet", "Exception"},
    {"FullResultSet", "Exception"},
    {"PoolExhausted", "Exception"},
    {"WouldDeadlock", "Exception"},
    {"Error", "Exception"},
    {"ConnectionDoesNotExist", "Exception"},
    {"InterfaceError", "Error"},
    {"DatabaseError", "Error"},
    {"DataError", "DatabaseError"},
    {"OperationalError", "DatabaseError"},
    {"CommitOutcomeUnknown", "OperationalError"},
    {"IntegrityError", "DatabaseError"},
    {"InternalError", "DatabaseError"},
    {"ProgrammingError", "DatabaseError"},
    {"NotSupportedError", "DatabaseError"},
    {"TransactionManagementError", "ProgrammingError"},
    {"ProtectedError", "IntegrityError"},
    {"RestrictedError", "IntegrityError"},
};

const QHash<QString, Object> &classes()
{
    static const QHash<QString, Object> all = [] {
        const Heap::Scope boundless(nullptr);
        QHash<QString, Object> made;
        for (const ClassLine &line : kClasses) {
            const QString name = QString::fromLatin1(line.name);
            made.insert(name, Object::make<ExceptionType>(
                                  name, made.value(QString::fromLatin1(line.base))));
        }
        return made;
    }();
    return all;
}

Object typeOf(const OrmError &error)
{
    const QString qualified = error.qualifiedName();
    if (const qsizetype dot = qualified.indexOf(u'.'); dot > 0)
        return modelExceptionType(qualified.left(dot), qualified.mid(dot + 1));
    if (Object known = exceptionType(error.className()))
        return known;
    return Object::make<ExceptionType>(error.className(), exceptionType(u"Exception"_s));
}

} // namespace

// --- ExceptionType ---

ExceptionType::ExceptionType(QString name, Object base, QString model)
    : HeapObject(kKind), m_name(std::move(name)), m_base(std::move(base)), m_model(std::move(model))
{
}

bool ExceptionType::isSubclassOf(const ExceptionType &other) const
{
    if (qualifiedName() == other.qualifiedName())
        return true;
    if (m_name == u"ExceptionGroup" && other.m_name == u"BaseExceptionGroup")
        return true; // its other base
    if (m_name == u"DivisionByZero" && m_model.isEmpty() && (other.m_name == u"ZeroDivisionError"))
        return true;
    const ExceptionType *base = m_base.as<ExceptionType>();
    return base && base->isSubclassOf(other);
}

QString ExceptionType::repr(Machine &)
{
    return u"<class '%1'>"_s.arg(qualifiedName());
}

Object ExceptionType::call(Machine &, Arguments &arguments)
{
    if (!arguments.keywords.empty())
        throw TypeError(m_name + u"() takes no keyword arguments"_s);
    if (m_name.endsWith(u"ExceptionGroup"))
        checkGroupArguments(m_name, arguments.positional);
    return Object::make<Exception>(Object::share(this), arguments.positional);
}

Object exceptionType(const QString &name)
{
    return classes().value(name);
}

Object modelExceptionType(const QString &model, const QString &name)
{
    const bool missing = name == u"DoesNotExist" || name == u"RelatedObjectDoesNotExist";
    return Object::make<ExceptionType>(
        name, exceptionType(missing ? u"ObjectDoesNotExist"_s : u"MultipleObjectsReturned"_s),
        model);
}

QStringList exceptionNames()
{
    QStringList names;
    for (const ClassLine &line : kClasses)
        names.append(QString::fromLatin1(line.name));
    return names;
}

// --- Exception ---

Exception::Exception(Object type, Objects arguments)
    : HeapObject(kKind), m_type(std::move(type)), m_arguments(std::move(arguments))
{
}

Object Exception::fromError(const OrmError &error)
{
    Objects arguments;
    if (!error.message().isEmpty() || error.className() != u"AssertionError")
        arguments.push_back(Object::str(error.message()));
    Object made = Object::make<Exception>(typeOf(error), std::move(arguments));
    Exception *exception = made.as<Exception>();
    exception->m_error.reset(error.clone());
    exception->m_fatal = error.className() == u"LimitExceeded";
    exception->line = error.line;
    exception->column = error.column;
    return made;
}

QString Exception::message(Machine *vm) const
{
    if (m_error)
        return m_error->message();
    if (m_arguments.empty())
        return {};
    if (!vm)
        return m_arguments[0].isStr() ? m_arguments[0].text() : QString();
    if (m_arguments.size() == 1)
        return type().name() == u"KeyError" ? reprOf(*vm, m_arguments[0])
                                            : strOf(*vm, m_arguments[0]);
    if (type().name().endsWith(u"ExceptionGroup")) {
        const std::int64_t n = lengthOf(*vm, m_arguments[1]);
        return u"%1 (%2 sub-exception%3)"_s.arg(strOf(*vm, m_arguments[0]))
            .arg(n)
            .arg(n == 1 ? u""_s : u"s"_s);
    }
    return reprOf(*vm, Tuple::of(m_arguments));
}

bool Exception::matches(const ExceptionType &wanted) const
{
    if (type().isSubclassOf(wanted))
        return true;
    return m_error && (m_error->isA(wanted.qualifiedName()));
}

ScriptError Exception::toScriptError(Machine &vm) const
{
    ScriptError e = m_error ? script::toScriptError(*m_error) : ScriptError();
    if (!m_error)
        e.message = message(&vm);
    e.type = type().name();
    e.qualifiedType = type().qualifiedName();
    if (line > 0) {
        e.line = line;
        e.column = column;
    }
    e.traceback.assign(traceback.rbegin(), traceback.rend());
    return e;
}

void Exception::rethrow(Machine &vm) const
{
    if (m_error)
        m_error->raise();
    throw PythonError(type().qualifiedName() + u": "_s + message(&vm));
}

QString Exception::repr(Machine &vm)
{
    QString text = type().name() + u'(';
    for (std::size_t i = 0; i < m_arguments.size(); ++i)
        text += (i > 0 ? u", "_s : QString()) + reprOf(vm, m_arguments[i]);
    return text + u')';
}

Object Exception::attribute(Machine &, const QString &name)
{
    if (name == u"args")
        return Tuple::of(m_arguments);
    if (isExceptionGroup(Object::share(this)))
        return exceptionGroupAttribute(Object::share(this), name);
    return {};
}

QStringList Exception::attributeNames(Machine &)
{
    return {u"args"_s};
}

void Exception::traverse(const Visitor &visit)
{
    for (Object &argument : m_arguments)
        visit(argument);
    visit(cause);
}

// --- Making them ---

ScriptRaise raised(const char *type, const QString &message)
{
    return {Object::make<Exception>(exceptionType(QString::fromLatin1(type)),
                                    Objects{Object::str(message)})};
}

ScriptRaise keyError(const Object &key)
{
    return {Object::make<Exception>(exceptionType(u"KeyError"_s), Objects{key})};
}

ScriptRaise stoppedByUser()
{
    // Nothing of the script may hold this up, so it is as final as a limit.
    ScriptRaise r{Exception::fromError(LimitExceeded(u"Stopped"_s))};
    return r;
}

ScriptError toScriptError(const OrmError &error)
{
    ScriptError e;
    e.type = error.className();
    e.qualifiedType = error.qualifiedName();
    e.message = error.message();
    e.suggestion = error.suggestion();
    e.line = error.line;
    e.column = error.column;
    e.database = error.database;
    return e;
}

QString ScriptError::toString() const
{
    QString text = message.isEmpty() ? qualifiedType : qualifiedType + u": "_s + message;
    if (!suggestion.isEmpty())
        text += u" ("_s + suggestion + u')';
    if (line > 0)
        text += u" (line %1, column %2)"_s.arg(line).arg(column);
    return text;
}

AttributeError noAttribute(Machine &vm, const Object &object, const QString &name)
{
    const QString hint = object.isHeap()
                             ? notation::suggestionFor(name, object.heap()->attributeNames(vm))
                             : QString();
    QString subject = u"'%1' object"_s.arg(object.typeName());
    if (object.isKind(Kind::Module) || object.isKind(Kind::Type) ||
        object.isKind(Kind::ExceptionType))
        subject = object.isKind(Kind::Module)
                      ? reprOf(vm, object).mid(1).chopped(1)
                      : u"type object "_s + reprOf(vm, object).mid(7).chopped(1);
    return AttributeError(subject + u" has no attribute '%1'"_s.arg(name), hint);
}

Object attributeOf(Machine &vm, const Object &object, const QString &name)
{
    // Whatever has two underscores leads out of the ORM's own objects.
    if (object.isHeap() && !name.startsWith(u"__")) {
        if (Object value = object.heap()->attribute(vm, name))
            return value;
    }
    throw noAttribute(vm, object, name);
}

} // namespace heddle::script
