#pragma once

#include <QString>
#include <QTemporaryDir>
#include <cerrno>
#include <cstring>
#include <sys/mount.h>

namespace heddle::test {

/// A disk of a few kilobytes in memory, for tests that fill it. Only root may make one, and not in
/// every container: where it is not mounted, problem() says why.
class TinyDisk {
public:
    explicit TinyDisk(int kilobytes)
    {
        m_mounted = m_folder.isValid() && mount(kilobytes);
        if (!m_mounted)
            m_problem = QStringLiteral("no small disk can be mounted here: %1")
                            .arg(QString::fromLocal8Bit(std::strerror(errno)));
    }
    ~TinyDisk()
    {
        if (m_mounted)
            ::umount2(name().constData(), MNT_DETACH);
    }
    TinyDisk(const TinyDisk &) = delete;
    TinyDisk &operator=(const TinyDisk &) = delete;

    bool isMounted() const { return m_mounted; }
    const QString &problem() const { return m_problem; }
    QString path() const { return m_folder.path(); }
    /// Somebody has made room.
    bool growTo(int kilobytes) { return mount(kilobytes, MS_REMOUNT); }

private:
    QByteArray name() const { return m_folder.path().toUtf8(); }
    bool mount(int kilobytes, unsigned long flags = 0)
    {
        const QByteArray size = "size=" + QByteArray::number(kilobytes) + 'k';
        return ::mount("tmpfs", name().constData(), "tmpfs", flags, size.constData()) == 0;
    }

    QTemporaryDir m_folder;
    QString m_problem;
    bool m_mounted = false;
};

} // namespace heddle::test
