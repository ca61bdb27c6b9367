#pragma once

#include "orm/query/expression.h"

namespace heddle {

/// How a function's result type follows from its arguments.
enum class ResultType {
    SameAsFirst, // the first argument with a type
    Text,
    Integer,
    Float,
    Decimal,
    Boolean,
    Date,
    Time,
    DateTime,
    SumOf,     // Sum: integer stays integer, decimal decimal, float float
    AverageOf, // Avg: float of integers, decimal of decimals, durations stay
    Numeric,   // math functions: decimal of a decimal, integer or float as given, else float
    FloatOf,   // float, or decimal of a decimal
    Common,    // all arguments agree, or output_field must be given (Coalesce, Greatest)
    Given,     // by output_field
    Json,
    ArrayOf, // an array of the first argument's type
};

/// What is known of one of Django's function classes, apart from any database.
struct FunctionInfo {
    const char *name;     // "Lower"
    const char *sql;      // "LOWER": the usual name in SQL
    int minArgs, maxArgs; // -1: any number
    ResultType result;
    bool aggregate = false;
    bool window = false;    // only inside Window
    const char *extra = ""; // Extract* and Trunc*: the part
    /// Names of the arguments where they may be given by name too: "expression,length"; one with ?
    /// may be missing.
    const char *parameters = "";
};

const FunctionInfo *functionInfo(const QString &name);
const std::vector<FunctionInfo> &allFunctions();

} // namespace heddle
