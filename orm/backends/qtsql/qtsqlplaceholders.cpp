#include "orm/backends/qtsql/qtsqlplaceholders.h"

#include <algorithm>

namespace heddle {

namespace {

/// Where the quoted text that begins at `at` ends: behind its closing mark.
qsizetype endOfQuoted(const QByteArray &sql, qsizetype at, SqlSpelling spelling)
{
    const char mark = sql[at];
    for (qsizetype i = at + 1; i < sql.size(); ++i) {
        if (sql[i] == '\\' && mark != '`' && spelling == SqlSpelling::Mariadb)
            ++i;
        else if (sql[i] == mark)
            return i + 1; // a doubled mark begins the next piece
    }
    return sql.size();
}

/// Where the comment that begins at `at` ends, or `at` if none does.
qsizetype endOfComment(const QByteArray &sql, qsizetype at, SqlSpelling spelling)
{
    const bool mariadb = spelling == SqlSpelling::Mariadb;
    if ((sql[at] == '#' && mariadb) ||
        (sql.mid(at, 2) == "--" && (!mariadb || at + 2 == sql.size() || sql[at + 2] <= ' '))) {
        const qsizetype end = sql.indexOf('\n', at);
        return end < 0 ? sql.size() : end;
    }
    if (sql.mid(at, 2) == "/*") {
        const qsizetype end = sql.indexOf("*/", at + 2);
        return end < 0 ? sql.size() : end + 2;
    }
    return at;
}

} // namespace

QtSqlText QtSqlText::of(const QByteArray &sql, SqlSpelling spelling)
{
    QtSqlText out;
    out.sql.reserve(sql.size());
    int last = -1;
    for (qsizetype i = 0; i < sql.size();) {
        const char c = sql[i];
        qsizetype end = i;
        if (c == '\'' || c == '"' || c == '`')
            end = endOfQuoted(sql, i, spelling);
        else if (c == '#' || c == '-' || c == '/')
            end = endOfComment(sql, i, spelling);
        if (end > i) {
            out.sql += sql.mid(i, end - i);
            i = end;
            continue;
        }
        out.sql += c;
        ++i;
        if (c != '?')
            continue;
        const qsizetype begin = i;
        while (i < sql.size() && sql[i] >= '0' && sql[i] <= '9')
            ++i;
        last = i > begin ? sql.mid(begin, i - begin).toInt() - 1 : last + 1;
        out.order << last;
        out.parameterCount = std::max(out.parameterCount, last + 1);
    }
    return out;
}

} // namespace heddle
