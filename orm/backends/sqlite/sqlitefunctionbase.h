#pragma once

#include <QString>
#include <exception>
#include <optional>
#include <sqlite3.h>
#include <string_view>

namespace heddle::detail {

/// The arguments and the answer of one call of an SQL function. Only for the files of
/// sqlitefunctions.
class SqlCall {
public:
    SqlCall(sqlite3_context *context, int count, sqlite3_value **arguments)
        : m_context(context), m_count(count), m_arguments(arguments)
    {
    }

    int count() const { return m_count; }
    int type(int i) const { return sqlite3_value_type(m_arguments[i]); }
    bool isNull(int i) const { return type(i) == SQLITE_NULL; }
    std::int64_t integer(int i) const { return sqlite3_value_int64(m_arguments[i]); }
    double number(int i) const { return sqlite3_value_double(m_arguments[i]); }
    std::string_view text(int i) const
    {
        const auto *utf8 = reinterpret_cast<const char *>(sqlite3_value_text(m_arguments[i]));
        return utf8 ? std::string_view(utf8, std::size_t(sqlite3_value_bytes(m_arguments[i])))
                    : std::string_view();
    }
    QString string(int i) const
    {
        return QString::fromUtf8(text(i).data(), qsizetype(text(i).size()));
    }

    void give(std::int64_t v) { sqlite3_result_int64(m_context, v); }
    void give(double v) { sqlite3_result_double(m_context, v); }
    void give(const QByteArray &utf8)
    {
        sqlite3_result_text64(m_context, utf8.constData(), sqlite3_uint64(utf8.size()),
                              SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    void give(const QString &text) { give(text.toUtf8()); }
    void giveTooBig() { sqlite3_result_error_toobig(m_context); }
    void fail(const QString &message)
    {
        sqlite3_result_error(m_context, message.toUtf8().constData(), -1);
    }

private:
    sqlite3_context *const m_context;
    const int m_count;
    sqlite3_value **const m_arguments;
};

/// Calls `Function` unless an argument is NULL; no exception leaves into SQLite, which is C.
template <void (*Function)(SqlCall &)>
void sqlFunction(sqlite3_context *context, int count, sqlite3_value **arguments) noexcept
{
    for (int i = 0; i < count; ++i) {
        if (sqlite3_value_type(arguments[i]) == SQLITE_NULL)
            return sqlite3_result_null(context);
    }
    try {
        SqlCall call(context, count, arguments);
        Function(call);
    } catch (const std::bad_alloc &) {
        sqlite3_result_error_nomem(context);
    } catch (const std::exception &e) {
        sqlite3_result_error(context, e.what(), -1);
    } catch (...) {
        sqlite3_result_error(context, "unknown error in a function of Heddle", -1);
    }
}

constexpr int sqlFunctionFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

template <void (*Function)(SqlCall &)>
void addFunction(sqlite3 *db, const char *name, int arguments)
{
    sqlite3_create_function_v2(db, name, arguments, sqlFunctionFlags, nullptr,
                               &sqlFunction<Function>, nullptr, nullptr, nullptr);
}

/// Whether this SQLite has a function of that name without us.
bool hasFunction(sqlite3 *db, const char *name, int arguments);

} // namespace heddle::detail
