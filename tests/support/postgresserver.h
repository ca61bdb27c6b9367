#pragma once

#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>
#include <memory>

/// A PostgreSQL server of a test's own: made in a temporary folder, on loopback and a free port,
/// without a password, stopped and removed with this object.
///
///     PostgresServer server;
///     if (!server.start())
///         QSKIP(qPrintable(server.problem()));
///     Database db = Database::open(server.url());
///
/// Starting takes a few seconds: one server a test program, and a database of its own for each test
/// that changes something. Texts sort by code point, as in SQLite (locale C.UTF-8). For one thread.
class PostgresServer {
public:
    PostgresServer() = default;
    ~PostgresServer();
    PostgresServer(const PostgresServer &) = delete;
    PostgresServer &operator=(const PostgresServer &) = delete;

    /// False if there is no server on this machine, or if it does not start; problem() says why.
    /// `settings`: more of postgresql.conf, as "name=value".
    bool start(const QStringList &settings = {});
    /// A streaming standby of that server, which must be running; otherwise as start().
    bool startStandbyOf(const PostgresServer &primary, const QStringList &settings = {});
    /// Makes a primary of a standby; done when it takes writes.
    bool promote();
    /// Stops it without waiting for its clients, as if the machine had lost its power: what was
    /// committed is kept (with synchronous_commit=on, which is not the default here). Also done by
    /// the destructor.
    void stop();
    /// Starts the server that was stopped again: the same port, data and settings.
    bool startAgain();
    bool isRunning() const { return m_server && m_server->state() == QProcess::Running; }
    const QString &problem() const { return m_problem; }

    int port() const { return m_port; }
    /// "postgresql://postgres@127.0.0.1:40123/postgres"; what to open.
    QString url(const QString &database = QStringLiteral("postgres")) const;
    /// Writes a file of the server's data folder ("pg_hba.conf", "server.key"), which only it may
    /// read; reload() makes it take notice.
    bool writeFile(const QString &name, const QByteArray &content);
    bool reload();
    /// A new empty database, or a copy of `source`, to which nobody may be connected.
    bool createDatabase(const QString &name, const QString &source = {});
    bool dropDatabase(const QString &name);
    /// Runs statements with psql, all in all; false and problem() if one fails. `output`: what they
    /// gave, cells without decoration.
    bool run(const QString &sql, const QString &database = QStringLiteral("postgres"),
             QString *output = nullptr);
    /// What the server wrote so far: for the message of a test that fails.
    QString log() const;

private:
    bool makeFolder();
    bool startWith(const QStringList &settings);
    std::unique_ptr<QProcess> process(const QString &program) const;
    bool finish(QProcess &process, const QString &what);
    bool waitUntilReady();
    bool fail(const QString &problem);

    QString m_folderOfPrograms;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QProcess> m_server;
    QStringList m_arguments; // what the server was started with
    QString m_problem;
    int m_port = 0;
};
