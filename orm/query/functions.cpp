#include "orm/query/functions.h"

#include <QHash>

namespace heddle {

const std::vector<FunctionInfo> &allFunctions()
{
    using R = ResultType;
    static const std::vector<FunctionInfo> table = {
        // Aggregates
        {"Count", "COUNT", 1, 1, R::Integer, true},
        {"Sum", "SUM", 1, 1, R::SumOf, true},
        {"Avg", "AVG", 1, 1, R::AverageOf, true},
        {"Min", "MIN", 1, 1, R::SameAsFirst, true},
        {"Max", "MAX", 1, 1, R::SameAsFirst, true},
        {"StdDev", "STDDEV", 1, 1, R::FloatOf, true},
        {"Variance", "VAR", 1, 1, R::FloatOf, true},
        // PostgreSQL's aggregates, and GroupConcat, which is ours
        {"ArrayAgg", "ARRAY_AGG", 1, 1, R::ArrayOf, true},
        {"JSONBAgg", "JSONB_AGG", 1, 1, R::Json, true},
        {"StringAgg", "STRING_AGG", 1, 2, R::Text, true},
        {"GroupConcat", "GROUP_CONCAT", 1, 2, R::Text, true},
        {"BoolAnd", "BOOL_AND", 1, 1, R::Boolean, true},
        {"BoolOr", "BOOL_OR", 1, 1, R::Boolean, true},
        {"BitAnd", "BIT_AND", 1, 1, R::SameAsFirst, true},
        {"BitOr", "BIT_OR", 1, 1, R::SameAsFirst, true},
        {"BitXor", "BIT_XOR", 1, 1, R::SameAsFirst, true},
        {"Corr", "CORR", 2, 2, R::Float, true},
        {"CovarPop", "COVAR_POP", 2, 2, R::Float, true},
        {"RegrAvgX", "REGR_AVGX", 2, 2, R::Float, true},
        {"RegrAvgY", "REGR_AVGY", 2, 2, R::Float, true},
        {"RegrCount", "REGR_COUNT", 2, 2, R::Integer, true},
        {"RegrIntercept", "REGR_INTERCEPT", 2, 2, R::Float, true},
        {"RegrR2", "REGR_R2", 2, 2, R::Float, true},
        {"RegrSlope", "REGR_SLOPE", 2, 2, R::Float, true},
        {"RegrSXX", "REGR_SXX", 2, 2, R::Float, true},
        {"RegrSXY", "REGR_SXY", 2, 2, R::Float, true},
        {"RegrSYY", "REGR_SYY", 2, 2, R::Float, true},
        // Windows
        {"RowNumber", "ROW_NUMBER", 0, 0, R::Integer, false, true},
        {"Rank", "RANK", 0, 0, R::Integer, false, true},
        {"DenseRank", "DENSE_RANK", 0, 0, R::Integer, false, true},
        {"PercentRank", "PERCENT_RANK", 0, 0, R::Float, false, true},
        {"CumeDist", "CUME_DIST", 0, 0, R::Float, false, true},
        {"Ntile", "NTILE", 0, 1, R::Integer, false, true, "", "num_buckets?"},
        {"Lag", "LAG", 1, 3, R::SameAsFirst, false, true, "", "expression,offset?,default?"},
        {"Lead", "LEAD", 1, 3, R::SameAsFirst, false, true, "", "expression,offset?,default?"},
        {"FirstValue", "FIRST_VALUE", 1, 1, R::SameAsFirst, false, true},
        {"LastValue", "LAST_VALUE", 1, 1, R::SameAsFirst, false, true},
        {"NthValue", "NTH_VALUE", 1, 2, R::SameAsFirst, false, true, "", "expression,nth?"},
        // Text
        {"Lower", "LOWER", 1, 1, R::SameAsFirst},
        {"Upper", "UPPER", 1, 1, R::SameAsFirst},
        {"Length", "LENGTH", 1, 1, R::Integer},
        {"Concat", "CONCAT", 2, -1, R::Common},
        {"Left", "LEFT", 2, 2, R::Text, false, false, "", "expression,length"},
        {"Right", "RIGHT", 2, 2, R::Text, false, false, "", "expression,length"},
        {"Substr", "SUBSTR", 2, 3, R::Text, false, false, "", "expression,pos,length?"},
        {"Trim", "TRIM", 1, 1, R::SameAsFirst},
        {"LTrim", "LTRIM", 1, 1, R::SameAsFirst},
        {"RTrim", "RTRIM", 1, 1, R::SameAsFirst},
        {"LPad", "LPAD", 2, 3, R::Text, false, false, "", "expression,length,fill_text?"},
        {"RPad", "RPAD", 2, 3, R::Text, false, false, "", "expression,length,fill_text?"},
        {"Repeat", "REPEAT", 2, 2, R::Text, false, false, "", "expression,number"},
        {"Replace", "REPLACE", 2, 3, R::SameAsFirst, false, false, "",
         "expression,text,replacement?"},
        {"Reverse", "REVERSE", 1, 1, R::SameAsFirst},
        {"StrIndex", "INSTR", 2, 2, R::Integer},
        {"Chr", "CHR", 1, 1, R::Text},
        {"Ord", "ASCII", 1, 1, R::Integer},
        {"MD5", "MD5", 1, 1, R::SameAsFirst},
        {"SHA1", "SHA1", 1, 1, R::SameAsFirst},
        {"SHA224", "SHA224", 1, 1, R::SameAsFirst},
        {"SHA256", "SHA256", 1, 1, R::SameAsFirst},
        {"SHA384", "SHA384", 1, 1, R::SameAsFirst},
        {"SHA512", "SHA512", 1, 1, R::SameAsFirst},
        // Comparison
        {"Coalesce", "COALESCE", 2, -1, R::Common},
        {"Greatest", "GREATEST", 2, -1, R::Common},
        {"Least", "LEAST", 2, -1, R::Common},
        {"NullIf", "NULLIF", 2, 2, R::SameAsFirst},
        {"Cast", "CAST", 1, 1, R::Given},
        {"Collate", "COLLATE", 1, 1, R::SameAsFirst},
        {"JSONObject", "JSON_OBJECT", 0, -1, R::Json},
        {"JSONArray", "JSON_ARRAY", 0, -1, R::Json},
        // Mathematics
        {"Abs", "ABS", 1, 1, R::SameAsFirst},
        {"Sign", "SIGN", 1, 1, R::SameAsFirst},
        {"Round", "ROUND", 1, 2, R::SameAsFirst},
        {"Ceil", "CEILING", 1, 1, R::SameAsFirst},
        {"Floor", "FLOOR", 1, 1, R::SameAsFirst},
        {"Mod", "MOD", 2, 2, R::FloatOf},
        {"Power", "POWER", 2, 2, R::FloatOf},
        {"Sqrt", "SQRT", 1, 1, R::FloatOf},
        {"Exp", "EXP", 1, 1, R::FloatOf},
        {"Ln", "LN", 1, 1, R::FloatOf},
        {"Log", "LOG", 2, 2, R::FloatOf},
        {"Sin", "SIN", 1, 1, R::FloatOf},
        {"Cos", "COS", 1, 1, R::FloatOf},
        {"Tan", "TAN", 1, 1, R::FloatOf},
        {"Cot", "COT", 1, 1, R::FloatOf},
        {"ASin", "ASIN", 1, 1, R::FloatOf},
        {"ACos", "ACOS", 1, 1, R::FloatOf},
        {"ATan", "ATAN", 1, 1, R::FloatOf},
        {"ATan2", "ATAN2", 2, 2, R::FloatOf},
        {"Degrees", "DEGREES", 1, 1, R::FloatOf},
        {"Radians", "RADIANS", 1, 1, R::FloatOf},
        {"Pi", "PI", 0, 0, R::Float},
        {"Random", "RANDOM", 0, 0, R::Float},
        // Dates
        {"Now", "CURRENT_TIMESTAMP", 0, 0, R::DateTime},
        {"Extract", "", 1, 2, R::Integer},
        {"ExtractYear", "", 1, 1, R::Integer, false, false, "year"},
        {"ExtractIsoYear", "", 1, 1, R::Integer, false, false, "iso_year"},
        {"ExtractMonth", "", 1, 1, R::Integer, false, false, "month"},
        {"ExtractDay", "", 1, 1, R::Integer, false, false, "day"},
        {"ExtractWeek", "", 1, 1, R::Integer, false, false, "week"},
        {"ExtractWeekDay", "", 1, 1, R::Integer, false, false, "week_day"},
        {"ExtractIsoWeekDay", "", 1, 1, R::Integer, false, false, "iso_week_day"},
        {"ExtractQuarter", "", 1, 1, R::Integer, false, false, "quarter"},
        {"ExtractHour", "", 1, 1, R::Integer, false, false, "hour"},
        {"ExtractMinute", "", 1, 1, R::Integer, false, false, "minute"},
        {"ExtractSecond", "", 1, 1, R::Integer, false, false, "second"},
        {"Trunc", "", 1, 2, R::SameAsFirst},
        {"TruncYear", "", 1, 1, R::SameAsFirst, false, false, "year"},
        {"TruncQuarter", "", 1, 1, R::SameAsFirst, false, false, "quarter"},
        {"TruncMonth", "", 1, 1, R::SameAsFirst, false, false, "month"},
        {"TruncWeek", "", 1, 1, R::SameAsFirst, false, false, "week"},
        {"TruncDay", "", 1, 1, R::SameAsFirst, false, false, "day"},
        {"TruncHour", "", 1, 1, R::SameAsFirst, false, false, "hour"},
        {"TruncMinute", "", 1, 1, R::SameAsFirst, false, false, "minute"},
        {"TruncSecond", "", 1, 1, R::SameAsFirst, false, false, "second"},
        {"TruncDate", "", 1, 1, R::Date, false, false, "date"},
        {"TruncTime", "", 1, 1, R::Time, false, false, "time"},
        {"Func", "", 0, -1, R::Common},
        {"ConcatPair", "CONCAT", 2, 2, R::Common},
        {"TransactionNow", "CURRENT_TIMESTAMP", 0, 0, R::DateTime},
    };
    return table;
}

const FunctionInfo *functionInfo(const QString &name)
{
    static const QHash<QString, const FunctionInfo *> index = [] {
        QHash<QString, const FunctionInfo *> map;
        for (const FunctionInfo &info : allFunctions())
            map.insert(QString::fromLatin1(info.name), &info);
        return map;
    }();
    return index.value(name);
}

} // namespace heddle
