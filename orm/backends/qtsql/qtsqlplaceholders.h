#pragma once

#include <QByteArray>
#include <QList>

namespace heddle {

/// How a text is read: in MariaDB a backslash escapes and # begins a comment, in the standard both
/// are what they are.
enum class SqlSpelling { Mariadb, Standard };

/// A text whose numbered parameters (?1, ?2, ...) have become plain question marks, with the number
/// (from 0) of the value that each of them takes.
struct QtSqlText {
    QByteArray sql;
    QList<int> order;
    int parameterCount = 0; // how many values belong to it

    /// Question marks in texts, quoted names and comments stay what they are. A plain ? takes the
    /// value after the one before it.
    static QtSqlText of(const QByteArray &sql, SqlSpelling spelling = SqlSpelling::Mariadb);
};

} // namespace heddle
