#pragma once

#include "app/lab/labscenarios.h"
#include "orm/objects/database.h"

#include <QTemporaryDir>

namespace heddle::app {

/// A place of the lab's own with the tables account, doctor and booking, removed with this object:
/// a SQLite file in a temporary folder (in WAL mode), a schema of a PostgreSQL database, a database
/// of a MariaDB server. No table of the user's is touched.
class LabDatabase {
public:
    enum class Kind { Sqlite, Postgres, Mariadb };

    /// `server`: the URL of a database on a server; empty: a SQLite file. Throws OrmError: what
    /// making the place throws. Blocks.
    explicit LabDatabase(const QString &server);
    /// Drops it; blocks, and throws nothing.
    ~LabDatabase();
    LabDatabase(const LabDatabase &) = delete;
    LabDatabase &operator=(const LabDatabase &) = delete;

    /// What a URL leads to; nothing: no lab can be made there.
    static std::optional<Kind> kindOf(const QString &url);

    Kind kind() const { return m_kind; }
    const Database &database() const { return m_database; }
    /// For people: "schema heddle_lab_1f3a in shop on localhost".
    QString place() const;
    QList<LabLevel> levels() const;
    /// Puts the rows back that were there at first. Blocks.
    void restore();
    /// Runs one statement of the lab's own on the calling thread's connection.
    void execute(const QByteArray &sql) const;

private:
    void makePlace(const QString &server);
    void drop();

    Kind m_kind = Kind::Sqlite;
    QTemporaryDir m_folder;
    QString m_name; // of the schema or database on the server
    Database m_server, m_database;
};

/// What the levels of one kind of database are, in order of strength.
QList<LabLevel> labLevels(LabDatabase::Kind kind);

} // namespace heddle::app
