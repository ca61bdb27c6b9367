#include "tests/support/serverprocess.h"

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

namespace serverprocess {

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

const passwd *account(const QStringList &names)
{
    if (::geteuid() != 0)
        return ::getpwuid(::geteuid());
    for (const QString &name : names) {
        if (const passwd *found = ::getpwnam(name.toUtf8().constData()))
            return found;
    }
    return nullptr;
}

std::unique_ptr<QTemporaryDir> folderOf(const passwd &account, QString *problem)
{
    auto folder = std::make_unique<QTemporaryDir>();
    if (!folder->isValid()) {
        *problem = u"no temporary folder can be made"_s;
        return nullptr;
    }
    if (::geteuid() == 0 &&
        ::chown(folder->path().toUtf8().constData(), account.pw_uid, account.pw_gid) != 0) {
        *problem = u"the temporary folder cannot be given to the account '%1'"_s.arg(
            QString::fromUtf8(account.pw_name));
        return nullptr;
    }
    return folder;
}

std::unique_ptr<QProcess> make(const QString &program, const QString &folder, const passwd &account,
                               const QStringList &forgotten, int endSignal)
{
    auto process = std::make_unique<QProcess>();
    process->setProgram(program);
    process->setWorkingDirectory(folder);
    process->setProcessChannelMode(QProcess::MergedChannels);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : environment.keys()) {
        for (const QString &start : forgotten) {
            if (name.startsWith(start)) // another server's address or password
                environment.remove(name);
        }
    }
    environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s);
    process->setProcessEnvironment(environment);
    const bool change = ::geteuid() == 0;
    process->setChildProcessModifier(
        [uid = account.pw_uid, gid = account.pw_gid, change, endSignal] {
            if (change && (::setgroups(1, &gid) != 0 || ::setgid(gid) != 0 || ::setuid(uid) != 0))
                ::_exit(126);
#ifdef __linux__
            ::prctl(PR_SET_PDEATHSIG, endSignal); // a test that crashes leaves no server behind
#else
            static_cast<void>(endSignal);
#endif
        });
    return process;
}

bool finish(QProcess &process, const QString &what, QString *problem)
{
    if (!process.waitForFinished(patienceMs)) {
        process.kill();
        process.waitForFinished(1000);
        *problem = what + u" did not end in time"_s;
        return false;
    }
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) {
        *problem = what + u": "_s + QString::fromUtf8(process.readAll()).trimmed();
        return false;
    }
    return true;
}

} // namespace serverprocess
