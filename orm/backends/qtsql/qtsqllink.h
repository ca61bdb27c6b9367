#pragma once

#include "orm/backends/qtsql/qtsqllocation.h"

#include <QSqlDatabase>

class QSqlError;

namespace heddle {

/// One open QSqlDatabase of its own name, for the thread that made it.
class QtSqlLink {
public:
    explicit QtSqlLink(const QtSqlLocation &location);
    ~QtSqlLink();
    QtSqlLink(const QtSqlLink &) = delete;
    QtSqlLink &operator=(const QtSqlLink &) = delete;

    bool open();
    QSqlError error() const;
    /// One statement without parameters, whose rows nobody wants.
    bool run(const QByteArray &sql);
    const QSqlDatabase &database() const { return m_database; }

private:
    QString m_name;
    QSqlDatabase m_database;
};

} // namespace heddle
