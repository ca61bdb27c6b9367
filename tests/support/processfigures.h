#pragma once

#include <QFile>
#include <QString>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <unistd.h>

namespace heddle::test {

/// What this process takes of the machine right now, from the kernel's own count.
struct ProcessFigures {
    int threads = 0, files = 0;
    qint64 memory = 0; // resident, in bytes

    /// Gives freed memory back to the system first, so that two counts can be compared.
    static ProcessFigures now()
    {
#ifdef __GLIBC__
        ::malloc_trim(0);
#endif
        ProcessFigures figures;
        QFile status(QStringLiteral("/proc/self/status"));
        if (status.open(QIODevice::ReadOnly)) {
            for (const QByteArray &line : status.readAll().split('\n')) {
                if (line.startsWith("Threads:"))
                    figures.threads = line.mid(8).trimmed().toInt();
                else if (line.startsWith("VmRSS:"))
                    figures.memory = line.mid(6).trimmed().split(' ').first().toLongLong() * 1024;
                else if (line.startsWith("FDSize:"))
                    figures.files = openFiles(line.mid(7).trimmed().toInt());
            }
        }
        return figures;
    }
    QString text() const
    {
        return QStringLiteral("%1 threads, %2 open files, %3 MB")
            .arg(threads)
            .arg(files)
            .arg(double(memory) / 1048576, 0, 'f', 1);
    }

private:
    /// `limit`: how many the process has had at once.
    static int openFiles(int limit)
    {
        int open = 0;
        for (int i = 0; i < limit; ++i)
            open += ::lseek(i, 0, SEEK_CUR) >= 0 || errno != EBADF;
        return open;
    }
};

} // namespace heddle::test
