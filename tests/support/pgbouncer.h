#pragma once

#include "tests/support/postgresserver.h"

/// A PgBouncer of a test's own before a server of a test's own, in transaction mode: each
/// transaction may get another of the few connections that it keeps. Ends with this object.
class PgBouncer {
public:
    PgBouncer() = default;
    ~PgBouncer();
    PgBouncer(const PgBouncer &) = delete;
    PgBouncer &operator=(const PgBouncer &) = delete;

    /// False if there is none on this machine, or if it does not start; problem() says why.
    /// `servers`: how many connections to the server it keeps.
    bool start(const PostgresServer &server, int servers);
    const QString &problem() const { return m_problem; }
    QString url(const QString &database = QStringLiteral("postgres")) const;

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QProcess> m_process;
    QString m_problem;
    int m_port = 0;
};
