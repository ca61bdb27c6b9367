#include "tests/support/mariadbserver.h"

#include <QElapsedTimer>
#include <QFile>
#include <QStandardPaths>
#include <QThread>
#include <arpa/inet.h>
#include <csignal>
#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int patienceMs = 60'000; // a machine that does much else at the same time

QString programPath(const QString &name)
{
    const QString found = QStandardPaths::findExecutable(name);
    return found.isEmpty()
               ? QStandardPaths::findExecutable(name, {u"/usr/sbin"_s, u"/usr/local/sbin"_s})
               : found;
}

/// A port of loopback that nobody listens on now.
int freePort()
{
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    int port = 0;
    if (fd >= 0 && ::bind(fd, reinterpret_cast<sockaddr *>(&address), size) == 0 &&
        ::getsockname(fd, reinterpret_cast<sockaddr *>(&address), &size) == 0)
        port = ntohs(address.sin_port);
    if (fd >= 0)
        ::close(fd);
    return port;
}

/// The server does not run as root.
const passwd *accountForServer()
{
    if (::geteuid() != 0)
        return ::getpwuid(::geteuid());
    const passwd *own = ::getpwnam("mysql");
    return own ? own : ::getpwnam("nobody");
}

} // namespace

MariadbServer::~MariadbServer()
{
    stop();
}

bool MariadbServer::fail(const QString &problem)
{
    m_problem = problem;
    return false;
}

/// A process that runs as the server's account and ends with this one.
std::unique_ptr<QProcess> MariadbServer::process(const QString &program) const
{
    auto process = std::make_unique<QProcess>();
    process->setProgram(programPath(program));
    process->setWorkingDirectory(m_folder->path());
    process->setProcessChannelMode(QProcess::MergedChannels);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : environment.keys()) {
        if (name.startsWith("MYSQL"_L1) || name.startsWith("MARIADB"_L1))
            environment.remove(name); // another server's address or password
    }
    process->setProcessEnvironment(environment);
    const passwd *account = accountForServer();
    const bool change = ::geteuid() == 0;
    process->setChildProcessModifier([uid = account->pw_uid, gid = account->pw_gid, change] {
        if (change && (::setgroups(1, &gid) != 0 || ::setgid(gid) != 0 || ::setuid(uid) != 0))
            ::_exit(126);
#ifdef __linux__
        ::prctl(PR_SET_PDEATHSIG, SIGKILL); // a test that crashes leaves no server behind
#endif
    });
    return process;
}

bool MariadbServer::finish(QProcess &process, const QString &what)
{
    if (!process.waitForFinished(patienceMs)) {
        process.kill();
        process.waitForFinished(1000);
        return fail(what + u" did not end in time"_s);
    }
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        return fail(what + u": "_s + QString::fromUtf8(process.readAll()).trimmed());
    return true;
}

bool MariadbServer::start()
{
    if (programPath(u"mariadbd"_s).isEmpty() || programPath(u"mariadb-install-db"_s).isEmpty())
        return fail(u"no MariaDB server is installed (mariadbd was not found)"_s);
    const passwd *account = accountForServer();
    if (!account)
        return fail(u"MariaDB does not run as root, and there is no account 'mysql'"_s);
    m_folder = std::make_unique<QTemporaryDir>();
    if (!m_folder->isValid())
        return fail(u"no temporary folder can be made"_s);
    if (::geteuid() == 0 &&
        ::chown(m_folder->path().toUtf8().constData(), account->pw_uid, account->pw_gid) != 0)
        return fail(u"the temporary folder cannot be given to the server's account"_s);
    const QString data = u"--datadir="_s + m_folder->filePath(u"data"_s);
    const std::unique_ptr<QProcess> install = process(u"mariadb-install-db"_s);
    install->setArguments({u"--no-defaults"_s, data, u"--auth-root-authentication-method=normal"_s,
                           u"--skip-name-resolve"_s, u"--innodb-log-file-size=8M"_s});
    install->start();
    if (!finish(*install, u"mariadb-install-db"_s))
        return false;
    m_port = freePort();
    m_server = process(u"mariadbd"_s);
    m_server->setArguments({u"--no-defaults"_s, data, u"--bind-address=127.0.0.1"_s,
                            u"--port="_s + QString::number(m_port), u"--socket="_s + socket(),
                            u"--pid-file="_s + m_folder->filePath(u"pid"_s),
                            u"--skip-name-resolve"_s, u"--innodb-flush-log-at-trx-commit=0"_s,
                            u"--innodb-log-file-size=8M"_s, u"--innodb-buffer-pool-size=32M"_s,
                            u"--performance-schema=OFF"_s, u"--max-allowed-packet=64M"_s,
                            u"--character-set-server=utf8mb4"_s,
                            u"--collation-server=utf8mb4_bin"_s});
    m_server->setStandardOutputFile(m_folder->filePath(u"log"_s));
    m_server->start();
    return waitUntilReady() &&
           run(u"CREATE OR REPLACE DATABASE test; CREATE USER tester@'127.0.0.1', "
               "tester@localhost, secret@'127.0.0.1' IDENTIFIED BY 'p@ss/word'; GRANT ALL ON *.* "
               "TO tester@'127.0.0.1'; GRANT ALL ON *.* TO tester@localhost; GRANT ALL ON test.* "
               "TO secret@'127.0.0.1';"_s,
               QString());
}

bool MariadbServer::waitUntilReady()
{
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < patienceMs) {
        if (m_server->waitForFinished(0) || m_server->state() == QProcess::NotRunning)
            return fail(u"the server did not start: "_s + log());
        if (run(u"SELECT 1"_s, QString())) {
            m_problem.clear();
            return true;
        }
        QThread::msleep(50);
    }
    return fail(u"the server did not become ready in time: "_s + log());
}

void MariadbServer::stop()
{
    if (isRunning()) {
        // Nothing of it is kept anyway.
        ::kill(pid_t(m_server->processId()), SIGKILL);
        m_server->waitForFinished(10'000);
    }
    m_server.reset();
}

QString MariadbServer::url(const QString &database) const
{
    return u"mariadb://tester@127.0.0.1:%1/%2"_s.arg(m_port).arg(database);
}

QString MariadbServer::socket() const
{
    return m_folder->filePath(u"socket"_s);
}

bool MariadbServer::run(const QString &sql, const QString &database, QString *output)
{
    const std::unique_ptr<QProcess> client = process(u"mariadb"_s);
    client->setArguments({u"--no-defaults"_s, u"--socket="_s + socket(), u"--user=root"_s,
                          u"--batch"_s, u"--skip-column-names"_s,
                          u"--default-character-set=utf8mb4"_s, database});
    if (database.isEmpty())
        client->setArguments(client->arguments().mid(0, client->arguments().size() - 1));
    client->start();
    client->write(sql.toUtf8());
    client->closeWriteChannel();
    if (!finish(*client, u"mariadb"_s))
        return false;
    if (output)
        *output = QString::fromUtf8(client->readAll()).trimmed();
    return true;
}

QString MariadbServer::log() const
{
    QFile file(m_folder ? m_folder->filePath(u"log"_s) : QString());
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}
