#include "tests/support/postgresserver.h"

#include "tests/support/serverprocess.h"

#include <QCollator>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QStandardPaths>
#include <QThread>
#include <algorithm>
#include <csignal>
#include <pwd.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

#ifdef __SANITIZE_THREAD__
// QProcess forks, and a program that starts threads afterwards is refused unless one says that the
// child only goes on to another program.
extern "C" const char *__tsan_default_options()
{
    return "die_after_fork=0";
}
#endif

namespace {

using serverprocess::freePort;
using serverprocess::patienceMs;

/// Where initdb and postgres are: Debian keeps them out of the PATH, one folder a version.
QString folderOfPrograms()
{
    const QDir versions(u"/usr/lib/postgresql"_s);
    QStringList names = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    QCollator numbers{QLocale::c()};
    numbers.setNumericMode(true);
    std::sort(names.begin(), names.end(), numbers);
    for (qsizetype i = names.size(); i-- > 0;) {
        const QString folder = versions.filePath(names[i] + u"/bin"_s);
        if (QFileInfo(folder + u"/initdb"_s).isExecutable())
            return folder;
    }
    // A link in the PATH leads to where all the others are.
    const QString found = QStandardPaths::findExecutable(u"initdb"_s);
    return found.isEmpty() ? found : QFileInfo(QFileInfo(found).canonicalFilePath()).absolutePath();
}

/// PostgreSQL refuses to run as root.
const passwd *accountForServer()
{
    return serverprocess::account({u"postgres"_s});
}

} // namespace

PostgresServer::~PostgresServer()
{
    stop();
}

bool PostgresServer::fail(const QString &problem)
{
    m_problem = problem;
    return false;
}

/// A process that runs as the server's account and ends with this one.
std::unique_ptr<QProcess> PostgresServer::process(const QString &program) const
{
    return serverprocess::make(m_folderOfPrograms + u'/' + program, m_folder->path(),
                               *accountForServer(), {u"PG"_s}, SIGQUIT);
}

bool PostgresServer::finish(QProcess &process, const QString &what)
{
    return serverprocess::finish(process, what, &m_problem);
}

bool PostgresServer::makeFolder()
{
    m_folderOfPrograms = folderOfPrograms();
    if (m_folderOfPrograms.isEmpty())
        return fail(u"no PostgreSQL server is installed (initdb was not found)"_s);
    const passwd *account = accountForServer();
    if (!account)
        return fail(u"PostgreSQL does not run as root, and there is no account 'postgres'"_s);
    m_folder = serverprocess::folderOf(*account, &m_problem);
    return m_folder != nullptr;
}

bool PostgresServer::start(const QStringList &settings)
{
    if (!makeFolder())
        return false;
    const std::unique_ptr<QProcess> initdb = process(u"initdb"_s);
    initdb->setArguments({u"-D"_s, m_folder->filePath(u"data"_s), u"-U"_s, u"postgres"_s, u"-A"_s,
                          u"trust"_s, u"-N"_s, u"--locale=C.UTF-8"_s, u"--encoding=UTF8"_s});
    initdb->start();
    return finish(*initdb, u"initdb"_s) && startWith(settings);
}

bool PostgresServer::startStandbyOf(const PostgresServer &primary, const QStringList &settings)
{
    if (!makeFolder())
        return false;
    const std::unique_ptr<QProcess> backup = process(u"pg_basebackup"_s);
    backup->setArguments({u"-h"_s, u"127.0.0.1"_s, u"-p"_s, QString::number(primary.port()),
                          u"-U"_s, u"postgres"_s, u"-D"_s, m_folder->filePath(u"data"_s), u"-R"_s,
                          u"-X"_s, u"stream"_s, u"-c"_s, u"fast"_s, u"-N"_s});
    backup->start();
    return finish(*backup, u"pg_basebackup"_s) && startWith(settings);
}

bool PostgresServer::promote()
{
    return run(u"SELECT pg_promote(true, 60)"_s);
}

bool PostgresServer::startWith(const QStringList &settings)
{
    m_port = freePort();
    m_arguments =
        QStringList{u"-D"_s, m_folder->filePath(u"data"_s), u"-p"_s, QString::number(m_port)};
    for (const QString &setting :
         QStringList{u"listen_addresses=127.0.0.1"_s,
                     u"unix_socket_directories="_s + m_folder->path(), u"fsync=off"_s,
                     u"synchronous_commit=off"_s, u"full_page_writes=off"_s, u"timezone=UTC"_s,
                     u"max_connections=60"_s, u"shared_buffers=32MB"_s} +
             settings)
        m_arguments << u"-c"_s << setting;
    return startAgain();
}

bool PostgresServer::startAgain()
{
    m_server = process(u"postgres"_s);
    m_server->setArguments(m_arguments);
    m_server->setStandardOutputFile(m_folder->filePath(u"log"_s), QIODevice::Append);
    m_server->start();
    return waitUntilReady();
}

bool PostgresServer::waitUntilReady()
{
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < patienceMs) {
        if (m_server->waitForFinished(0) || m_server->state() == QProcess::NotRunning)
            return fail(u"the server did not start: "_s + log());
        const std::unique_ptr<QProcess> ready = process(u"pg_isready"_s);
        ready->setArguments({u"-q"_s, u"-h"_s, u"127.0.0.1"_s, u"-p"_s, QString::number(m_port)});
        ready->start();
        ready->waitForFinished(patienceMs);
        if (ready->exitStatus() == QProcess::NormalExit && ready->exitCode() == 0)
            return true;
        QThread::msleep(20);
    }
    return fail(u"the server did not become ready in time: "_s + log());
}

void PostgresServer::stop()
{
    if (!isRunning()) {
        m_server.reset();
        return;
    }
    // "Immediate": nothing of it is kept anyway.
    ::kill(pid_t(m_server->processId()), SIGQUIT);
    if (!m_server->waitForFinished(10'000))
        m_server->kill();
    m_server->waitForFinished(1000);
    m_server.reset();
}

QString PostgresServer::url(const QString &database) const
{
    return u"postgresql://postgres@127.0.0.1:%1/%2"_s.arg(m_port).arg(database);
}

bool PostgresServer::writeFile(const QString &name, const QByteArray &content)
{
    const QString path = m_folder->filePath(u"data/"_s + name);
    QFile file(path);
    const passwd *account = accountForServer();
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size() ||
        !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner))
        return fail(path + u": "_s + file.errorString());
    file.close();
    return ::geteuid() != 0 ||
           ::chown(path.toUtf8().constData(), account->pw_uid, account->pw_gid) == 0;
}

/// Not by SQL: what was written may be about who may connect.
bool PostgresServer::reload()
{
    const QByteArray before = log().toUtf8();
    if (!isRunning() || ::kill(pid_t(m_server->processId()), SIGHUP) != 0)
        return fail(u"the server cannot be told to read its files again"_s);
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < patienceMs) {
        if (log().mid(before.size()).contains("SIGHUP"_L1))
            return true;
        QThread::msleep(10);
    }
    return fail(u"the server did not read its files again: "_s + log());
}

bool PostgresServer::createDatabase(const QString &name, const QString &source)
{
    return run(source.isEmpty() ? u"CREATE DATABASE \"%1\""_s.arg(name)
                                : u"CREATE DATABASE \"%1\" TEMPLATE \"%2\""_s.arg(name, source));
}

bool PostgresServer::dropDatabase(const QString &name)
{
    return run(u"DROP DATABASE IF EXISTS \"%1\" WITH (FORCE)"_s.arg(name));
}

bool PostgresServer::run(const QString &sql, const QString &database, QString *output)
{
    const std::unique_ptr<QProcess> psql = process(u"psql"_s);
    psql->setArguments({u"-X"_s, u"-q"_s, u"-A"_s, u"-t"_s, u"-v"_s, u"ON_ERROR_STOP=1"_s, u"-d"_s,
                        url(database)});
    psql->start();
    psql->write(sql.toUtf8());
    psql->closeWriteChannel();
    if (!finish(*psql, u"psql"_s))
        return false;
    if (output)
        *output = QString::fromUtf8(psql->readAll()).trimmed();
    return true;
}

QString PostgresServer::log() const
{
    QFile file(m_folder ? m_folder->filePath(u"log"_s) : QString());
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}
