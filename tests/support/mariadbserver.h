#pragma once

#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>
#include <memory>

/// A MariaDB server of a test's own: made in a temporary folder, on loopback and a free port,
/// without a password, stopped and removed with this object.
///
///     MariadbServer server;
///     if (!server.start())
///         QSKIP(qPrintable(server.problem()));
///     Database db = Database::open(server.url());
///
/// One server a test program. Texts are utf8mb4 and compared as bytes (utf8mb4_bin), as SQLite and
/// PostgreSQL compare them. For one thread.
class MariadbServer {
public:
    MariadbServer() = default;
    ~MariadbServer();
    MariadbServer(const MariadbServer &) = delete;
    MariadbServer &operator=(const MariadbServer &) = delete;

    /// False if there is no server or no driver on this machine, or if it does not start; problem()
    /// says why.
    bool start();
    void stop();
    bool isRunning() const { return m_server && m_server->state() == QProcess::Running; }
    const QString &problem() const { return m_problem; }

    /// "mariadb://tester@127.0.0.1:40123/test"; what to open.
    QString url(const QString &database = QStringLiteral("test")) const;
    /// The path of its socket, for ?socket=.
    QString socket() const;
    /// Runs statements with the client; false and problem() if one fails.
    bool run(const QString &sql, const QString &database = QStringLiteral("test"),
             QString *output = nullptr);
    /// What the server wrote so far: for the message of a test that fails.
    QString log() const;

private:
    std::unique_ptr<QProcess> process(const QString &program) const;
    bool finish(QProcess &process, const QString &what);
    bool waitUntilReady();
    bool fail(const QString &problem);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QProcess> m_server;
    QString m_problem;
    int m_port = 0;
};
