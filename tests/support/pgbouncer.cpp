#include "tests/support/pgbouncer.h"

#include "tests/support/serverprocess.h"

#include <QElapsedTimer>
#include <QFile>
#include <QStandardPaths>
#include <QThread>
#include <csignal>

using namespace Qt::Literals::StringLiterals;

PgBouncer::~PgBouncer()
{
    if (!m_process)
        return;
    ::kill(pid_t(m_process->processId()), SIGQUIT);
    if (!m_process->waitForFinished(5'000))
        m_process->kill();
    m_process->waitForFinished(1000);
}

QString PgBouncer::url(const QString &database) const
{
    return u"postgresql://postgres@127.0.0.1:%1/%2"_s.arg(m_port).arg(database);
}

bool PgBouncer::start(const PostgresServer &server, int servers)
{
    QString program = QStandardPaths::findExecutable(u"pgbouncer"_s);
    if (program.isEmpty())
        program = QStandardPaths::findExecutable(u"pgbouncer"_s, {u"/usr/sbin"_s});
    const passwd *account = serverprocess::account({u"postgres"_s, u"nobody"_s});
    if (program.isEmpty() || !account) {
        m_problem = program.isEmpty() ? u"PgBouncer is not installed"_s
                                      : u"there is no account for PgBouncer"_s;
        return false;
    }
    m_folder = serverprocess::folderOf(*account, &m_problem);
    if (!m_folder)
        return false;
    m_port = serverprocess::freePort();
    QFile settings(m_folder->filePath(u"pgbouncer.ini"_s));
    if (!settings.open(QIODevice::WriteOnly)) {
        m_problem = settings.errorString();
        return false;
    }
    settings.write(u"[databases]\n* = host=127.0.0.1 port=%1 user=postgres\n"
                   "[pgbouncer]\nlisten_addr=127.0.0.1\nlisten_port=%2\nunix_socket_dir=\n"
                   "auth_type=any\npool_mode=transaction\ndefault_pool_size=%3\n"
                   "max_client_conn=100\nignore_startup_parameters=extra_float_digits,options\n"_s
                       .arg(server.port())
                       .arg(m_port)
                       .arg(servers)
                       .toUtf8());
    settings.close();
    settings.setPermissions(settings.permissions() | QFile::ReadOther);
    m_process = serverprocess::make(program, m_folder->path(), *account, {u"PG"_s}, SIGKILL);
    m_process->setArguments({settings.fileName()});
    m_process->start();
    QElapsedTimer clock;
    for (clock.start(); clock.elapsed() < serverprocess::patienceMs; QThread::msleep(20)) {
        if (m_process->waitForFinished(0) || m_process->state() == QProcess::NotRunning)
            break;
        const std::unique_ptr<QProcess> ready =
            serverprocess::make(u"pg_isready"_s, m_folder->path(), *account, {u"PG"_s}, SIGKILL);
        ready->setArguments({u"-q"_s, u"-h"_s, u"127.0.0.1"_s, u"-p"_s, QString::number(m_port)});
        ready->start();
        ready->waitForFinished(serverprocess::patienceMs);
        if (ready->exitStatus() == QProcess::NormalExit && ready->exitCode() == 0)
            return true;
    }
    m_problem = u"PgBouncer did not start: "_s + QString::fromUtf8(m_process->readAll());
    return false;
}
