#pragma once

#include <QByteArray>
#include <QException>
#include <QString>
#include <QStringList>
#include <memory>

namespace heddle {

/// What a database said of a failed statement. Everything stays: nothing is folded into one
/// sentence.
struct DatabaseErrorInfo {
    QString serverCode;    // SQLSTATE, or SQLite's extended result code by name
                           // ("SQLITE_CONSTRAINT_UNIQUE")
    QString serverMessage; // as the server wrote it
    QByteArray sql;
    QString alias;        // which database
    QString connection;   // "conn 3 on heddle-db-3"
    int sqlPosition = -1; // 0-based byte offset in sql, where the server knows it
    // What a constraint refused, as far as the server tells: names of the database, not of models.
    QString constraint; // "track_name_key"; SQLite names only CHECKs
    QString table;
    QStringList columns;
    QString detail, hint; // what PostgreSQL says beside its message
};

/// The base of everything that ends a query. Names and messages are Django's (or Python's) where
/// they have one.
///
/// `line` and `column` (1-based, code points; 0: unknown) say where in the user's text; whoever
/// knows fills them in.
class OrmError : public QException {
public:
    explicit OrmError(QString message, QString suggestion = {})
        : m_message(std::move(message)), m_suggestion(std::move(suggestion)),
          m_what(m_message.toUtf8())
    {
    }
    void raise() const override { throw *this; }
    OrmError *clone() const override { return new OrmError(*this); }
    /// The message as UTF-8. Made in the constructor, since one error may be read by several
    /// threads.
    const char *what() const noexcept override;

    /// The class name that Django or Python would show: "FieldError".
    virtual QString className() const { return QStringLiteral("OrmError"); }
    /// With the model in front for DoesNotExist and MultipleObjectsReturned: "Track.DoesNotExist".
    virtual QString qualifiedName() const { return className(); }
    /// True if an except clause of that name catches this one ("DatabaseError" catches
    /// IntegrityError). "Exception" catches all but QueryCancelled and LimitExceeded, which are
    /// BaseExceptions as Python's CancelledError is.
    virtual bool isA(const QString &name) const;

    const QString &message() const { return m_message; }
    /// "did you mean 'album'?", "add .select_related('author')"; may be empty.
    const QString &suggestion() const { return m_suggestion; }
    int line = 0, column = 0;
    std::shared_ptr<const DatabaseErrorInfo> database; // null unless a database said no

private:
    QString m_message, m_suggestion;
    QByteArray m_what;
};

// One class an error. `Base` is what Django (or Python) derives it from, so that `catch` and
// `except` agree.
#define HEDDLE_ERROR(Name, Base)                                                                   \
    class Name : public Base {                                                                     \
    public:                                                                                        \
        using Base::Base;                                                                          \
        void raise() const override { throw *this; }                                               \
        Name *clone() const override { return new Name(*this); }                                   \
        QString className() const override { return QStringLiteral(#Name); }                       \
        bool isA(const QString &name) const override                                               \
        {                                                                                          \
            return name == QLatin1String(#Name) || Base::isA(name);                                \
        }                                                                                          \
    }

HEDDLE_ERROR(FieldError, OrmError);
HEDDLE_ERROR(FieldDoesNotExist, OrmError);
HEDDLE_ERROR(FieldFetchBlocked, FieldError); // LoadMode::Raise met an implicit load
HEDDLE_ERROR(ValidationError, OrmError);
HEDDLE_ERROR(SynchronousOnlyOperation, OrmError);
HEDDLE_ERROR(EmptyResultSet, OrmError); // internal: nothing can match
HEDDLE_ERROR(FullResultSet, OrmError);  // internal: everything matches
HEDDLE_ERROR(ObjectDoesNotExist, OrmError);
HEDDLE_ERROR(MultipleObjectsReturnedBase, OrmError);
HEDDLE_ERROR(PoolExhausted, OrmError);
HEDDLE_ERROR(WouldDeadlock, OrmError);
HEDDLE_ERROR(QueryCancelled, OrmError);
HEDDLE_ERROR(LimitExceeded, OrmError); // a script's own limit

// Python's.
HEDDLE_ERROR(PythonError, OrmError);
HEDDLE_ERROR(TypeError, PythonError);
HEDDLE_ERROR(ValueError, PythonError);
HEDDLE_ERROR(AttributeError, PythonError);
HEDDLE_ERROR(NameError, PythonError);
HEDDLE_ERROR(LookupError, PythonError);
HEDDLE_ERROR(IndexError, LookupError);
HEDDLE_ERROR(KeyError, LookupError);
HEDDLE_ERROR(ArithmeticError, PythonError);
HEDDLE_ERROR(ZeroDivisionError, ArithmeticError);
HEDDLE_ERROR(OverflowError, ArithmeticError);
HEDDLE_ERROR(RuntimeError, PythonError);
HEDDLE_ERROR(SyntaxError, PythonError);
HEDDLE_ERROR(ImportError, PythonError);
HEDDLE_ERROR(AssertionError, PythonError);
HEDDLE_ERROR(NotImplementedError, RuntimeError);
HEDDLE_ERROR(RecursionError, RuntimeError);
HEDDLE_ERROR(StopIteration, PythonError);

// The database's.
HEDDLE_ERROR(DatabaseError, OrmError);
HEDDLE_ERROR(OperationalError, DatabaseError);
HEDDLE_ERROR(IntegrityError, DatabaseError);
HEDDLE_ERROR(ProtectedError, IntegrityError);  // OnDelete::Protect met a row that refers
HEDDLE_ERROR(RestrictedError, IntegrityError); // OnDelete::Restrict met one
HEDDLE_ERROR(DataError, DatabaseError);
HEDDLE_ERROR(ProgrammingError, DatabaseError);
HEDDLE_ERROR(InternalError, DatabaseError);
HEDDLE_ERROR(NotSupportedError, DatabaseError);
HEDDLE_ERROR(InterfaceError, DatabaseError);
HEDDLE_ERROR(TransactionManagementError, ProgrammingError);
HEDDLE_ERROR(CommitOutcomeUnknown, OperationalError);

// Django's own: a name of a database that there is not.
HEDDLE_ERROR(ConnectionDoesNotExist, OrmError);

#undef HEDDLE_ERROR

/// Model.DoesNotExist.
class DoesNotExist : public ObjectDoesNotExist {
public:
    explicit DoesNotExist(QString model, QString message)
        : ObjectDoesNotExist(std::move(message)), m_model(std::move(model))
    {
    }
    void raise() const override { throw *this; }
    DoesNotExist *clone() const override { return new DoesNotExist(*this); }
    QString className() const override { return QStringLiteral("DoesNotExist"); }
    QString qualifiedName() const override { return m_model + QStringLiteral(".DoesNotExist"); }
    bool isA(const QString &name) const override;

private:
    QString m_model;
};

/// Model.MultipleObjectsReturned.
class MultipleObjectsReturned : public MultipleObjectsReturnedBase {
public:
    explicit MultipleObjectsReturned(QString model, QString message)
        : MultipleObjectsReturnedBase(std::move(message)), m_model(std::move(model))
    {
    }
    void raise() const override { throw *this; }
    MultipleObjectsReturned *clone() const override { return new MultipleObjectsReturned(*this); }
    QString className() const override { return QStringLiteral("MultipleObjectsReturned"); }
    QString qualifiedName() const override
    {
        return m_model + QStringLiteral(".MultipleObjectsReturned");
    }
    bool isA(const QString &name) const override;

private:
    QString m_model;
};

} // namespace heddle
