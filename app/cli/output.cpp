#include "app/cli/output.h"

#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace heddle::app {

constexpr qsizetype bufferLimit = 64 * 1024;

Output::Output(int fd) : m_fd(fd), m_terminal(isatty(fd) == 1)
{
    m_buffer.reserve(bufferLimit + 4096);
}

Output::~Output()
{
    flush();
}

bool Output::write(QByteArrayView bytes)
{
    if (m_closed)
        return false;
    m_buffer.append(bytes);
    const bool lineIsComplete = m_terminal && bytes.endsWith('\n');
    return m_buffer.size() < bufferLimit && !lineIsComplete ? true : flush();
}

bool Output::flush()
{
    const char *data = m_buffer.constData();
    qsizetype left = m_closed ? 0 : m_buffer.size();
    while (left > 0) {
        const ssize_t n = ::write(m_fd, data, std::size_t(left));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            if (errno != EPIPE)
                m_error = QString::fromLocal8Bit(std::strerror(errno)); // one thread writes
            m_closed = true;
            break;
        }
        data += n;
        left -= n;
    }
    m_buffer.resize(0);
    return !m_closed;
}

} // namespace heddle::app
