#include "tests/support/mariadbserver.h"

#include "tests/support/serverprocess.h"

#include <QElapsedTimer>
#include <QFile>
#include <QStandardPaths>
#include <QThread>
#include <csignal>

using namespace Qt::Literals::StringLiterals;

namespace {

using serverprocess::patienceMs;

QString programPath(const QString &name)
{
    const QString found = QStandardPaths::findExecutable(name);
    return found.isEmpty()
               ? QStandardPaths::findExecutable(name, {u"/usr/sbin"_s, u"/usr/local/sbin"_s})
               : found;
}

/// The server does not run as root.
const passwd *accountForServer()
{
    return serverprocess::account({u"mysql"_s, u"nobody"_s});
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
    return serverprocess::make(programPath(program), m_folder->path(), *accountForServer(),
                               {u"MYSQL"_s, u"MARIADB"_s}, SIGKILL);
}

bool MariadbServer::finish(QProcess &process, const QString &what)
{
    return serverprocess::finish(process, what, &m_problem);
}

bool MariadbServer::start()
{
    if (programPath(u"mariadbd"_s).isEmpty() || programPath(u"mariadb-install-db"_s).isEmpty())
        return fail(u"no MariaDB server is installed (mariadbd was not found)"_s);
    const passwd *account = accountForServer();
    if (!account)
        return fail(u"MariaDB does not run as root, and there is no account 'mysql'"_s);
    m_folder = serverprocess::folderOf(*account, &m_problem);
    if (!m_folder)
        return false;
    const QString data = u"--datadir="_s + m_folder->filePath(u"data"_s);
    const std::unique_ptr<QProcess> install = process(u"mariadb-install-db"_s);
    install->setArguments({u"--no-defaults"_s, data, u"--auth-root-authentication-method=normal"_s,
                           u"--skip-name-resolve"_s, u"--innodb-log-file-size=8M"_s});
    install->start();
    if (!finish(*install, u"mariadb-install-db"_s))
        return false;
    m_port = serverprocess::freePort();
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
