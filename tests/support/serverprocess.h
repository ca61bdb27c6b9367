#pragma once

#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>
#include <memory>

struct passwd;

/// What the servers of tests have in common: none of them runs as root, each has a temporary folder
/// and a port of its own, and ends with the test, however that ends.
namespace serverprocess {

/// A machine that does much else at the same time needs this much patience.
inline constexpr int patienceMs = 60'000;

/// A port of loopback that nobody listens on now.
int freePort();
/// Who runs a server: this test's own account, or as root the first of `names` that there is; null
/// without one.
const passwd *account(const QStringList &names);
/// A folder that belongs to that account; null and *problem without one.
std::unique_ptr<QTemporaryDir> folderOf(const passwd &account, QString *problem);
/// Not yet started. It will run as that account, in `folder`, without the variables whose names
/// begin with one of `forgotten`, and gets `endSignal` when the test dies.
std::unique_ptr<QProcess> make(const QString &program, const QString &folder, const passwd &account,
                               const QStringList &forgotten, int endSignal);
/// Waits for the end of a program that ends by itself; false and *problem if it fails.
bool finish(QProcess &process, const QString &what, QString *problem);

} // namespace serverprocess
