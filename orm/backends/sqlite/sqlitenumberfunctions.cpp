// Mathematics and statistics that an SQLite may lack.

#include "orm/backends/sqlite/sqlitefunctionbase.h"
#include "orm/backends/sqlite/sqlitefunctions.h"

#include <cmath>
#include <cstring>
#include <new>
#include <numbers>

namespace heddle::detail {

namespace {

template <double (*Function)(double)>
void oneNumber(SqlCall &call)
{
    const double result = Function(call.number(0));
    if (!std::isnan(
            result)) // outside of where it is defined: NULL, as SQLite's own functions answer
        call.give(result);
}

double degreesOf(double radians)
{
    return radians * 180 / std::numbers::pi;
}

double radiansOf(double degrees)
{
    return degrees * std::numbers::pi / 180;
}

double cotangent(double x)
{
    return 1 / std::tan(x);
}

template <double (*Function)(double)>
void rounded(SqlCall &call)
{
    if (call.type(0) == SQLITE_INTEGER)
        return call.give(call.integer(0));
    call.give(Function(call.number(0)));
}

void arcTangent2(SqlCall &call)
{
    call.give(std::atan2(call.number(0), call.number(1)));
}

void logarithm(SqlCall &call)
{
    const double base = call.number(0), x = call.number(1);
    if (base > 0 && base != 1 && x > 0)
        call.give(std::log(x) / std::log(base));
}

void modulo(SqlCall &call)
{
    if (call.number(1) != 0)
        call.give(std::fmod(call.number(0), call.number(1)));
}

void pi(SqlCall &call)
{
    call.give(std::numbers::pi);
}

void power(SqlCall &call)
{
    const double result = std::pow(call.number(0), call.number(1));
    if (!std::isnan(result))
        call.give(result);
}

void sign(SqlCall &call)
{
    const double x = call.number(0);
    call.give(std::int64_t(x > 0) - std::int64_t(x < 0));
}

void exclusiveOr(SqlCall &call)
{
    call.give(call.integer(0) ^ call.integer(1));
}

/// Variance in one pass (Welford), with more digits than a double has, so that the result is right
/// to the last one.
struct Spread {
    std::int64_t n = 0;
    long double mean = 0, squares = 0;

    void add(double x)
    {
        ++n;
        const long double delta = x - mean;
        mean += delta / static_cast<long double>(n);
        squares += delta * (x - mean);
    }
};

void spreadStep(sqlite3_context *context, int, sqlite3_value **arguments) noexcept
{
    void *memory = sqlite3_aggregate_context(context, sizeof(Spread));
    if (!memory)
        return sqlite3_result_error_nomem(context);
    if (sqlite3_value_type(arguments[0]) == SQLITE_NULL)
        return;
    // SQLite gives zeroed memory, which is a Spread of no values; it is aligned to 8 bytes, a long
    // double to 16: so it is copied out and back.
    Spread spread;
    std::memcpy(&spread, memory, sizeof spread);
    spread.add(sqlite3_value_double(arguments[0]));
    std::memcpy(memory, &spread, sizeof spread);
}

enum class Of { Population, Sample };
enum class As { Variance, Deviation };

template <Of of, As as>
void spreadFinal(sqlite3_context *context) noexcept
{
    const void *memory = sqlite3_aggregate_context(context, 0);
    Spread spread;
    if (memory)
        std::memcpy(&spread, memory, sizeof spread);
    const std::int64_t least = of == Of::Sample ? 2 : 1;
    if (spread.n < least)
        return sqlite3_result_null(context);
    const long double variance =
        spread.squares / static_cast<long double>(of == Of::Sample ? spread.n - 1 : spread.n);
    sqlite3_result_double(context, double(as == As::Variance ? variance : std::sqrt(variance)));
}

template <Of of, As as>
void addSpread(sqlite3 *db, const char *name)
{
    sqlite3_create_function_v2(db, name, 1, sqlFunctionFlags, nullptr, nullptr, &spreadStep,
                               &spreadFinal<of, as>, nullptr);
}

void anyValueStep(sqlite3_context *context, int, sqlite3_value **arguments) noexcept
{
    auto **kept =
        static_cast<sqlite3_value **>(sqlite3_aggregate_context(context, sizeof(sqlite3_value *)));
    if (kept && !*kept && sqlite3_value_type(arguments[0]) != SQLITE_NULL)
        *kept = sqlite3_value_dup(arguments[0]);
}

void anyValueFinal(sqlite3_context *context) noexcept
{
    auto **kept = static_cast<sqlite3_value **>(sqlite3_aggregate_context(context, 0));
    if (!kept || !*kept)
        return sqlite3_result_null(context);
    sqlite3_result_value(context, *kept);
    sqlite3_value_free(*kept);
    *kept = nullptr;
}

template <void (*Function)(SqlCall &)>
void addMissing(sqlite3 *db, const char *name, int arguments)
{
    if (!hasFunction(db, name, arguments))
        addFunction<Function>(db, name, arguments);
}

/// What SQLite has itself when it was built with its mathematical functions.
void registerMathematics(sqlite3 *db)
{
    addFunction<oneNumber<cotangent>>(db, "COT", 1);
    addFunction<exclusiveOr>(db, "BITXOR", 2);
    if (hasFunction(db, "ACOS", 1)) // all of them come together
        return;
    addMissing<oneNumber<std::acos>>(db, "ACOS", 1);
    addMissing<oneNumber<std::asin>>(db, "ASIN", 1);
    addMissing<oneNumber<std::atan>>(db, "ATAN", 1);
    addMissing<arcTangent2>(db, "ATAN2", 2);
    addMissing<rounded<std::ceil>>(db, "CEILING", 1);
    addMissing<oneNumber<std::cos>>(db, "COS", 1);
    addMissing<oneNumber<degreesOf>>(db, "DEGREES", 1);
    addMissing<oneNumber<std::exp>>(db, "EXP", 1);
    addMissing<rounded<std::floor>>(db, "FLOOR", 1);
    addMissing<oneNumber<std::log>>(db, "LN", 1);
    addMissing<logarithm>(db, "LOG", 2);
    addMissing<modulo>(db, "MOD", 2);
    addMissing<pi>(db, "PI", 0);
    addMissing<power>(db, "POWER", 2);
    addMissing<oneNumber<radiansOf>>(db, "RADIANS", 1);
    addMissing<sign>(db, "SIGN", 1);
    addMissing<oneNumber<std::sin>>(db, "SIN", 1);
    addMissing<oneNumber<std::sqrt>>(db, "SQRT", 1);
    addMissing<oneNumber<std::tan>>(db, "TAN", 1);
}

} // namespace

void registerSqliteNumberFunctions(sqlite3 *db)
{
    registerMathematics(db);
    addSpread<Of::Population, As::Deviation>(db, "STDDEV_POP");
    addSpread<Of::Sample, As::Deviation>(db, "STDDEV_SAMP");
    addSpread<Of::Population, As::Variance>(db, "VAR_POP");
    addSpread<Of::Sample, As::Variance>(db, "VAR_SAMP");
    sqlite3_create_function_v2(db, "ANY_VALUE", 1, sqlFunctionFlags, nullptr, nullptr,
                               &anyValueStep, &anyValueFinal, nullptr);
}

} // namespace heddle::detail
