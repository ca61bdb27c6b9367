#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

namespace heddle::app {

/// Standard output, buffered. A reader that goes away (`| head`) is no error: isClosed() tells, and
/// what is written after that is dropped.
class Output {
public:
    explicit Output(int fd);
    ~Output();
    Output(const Output &) = delete;
    Output &operator=(const Output &) = delete;

    /// False once nobody reads any more, or nothing more can be written.
    bool write(QByteArrayView bytes);
    bool writeLine(QByteArrayView bytes) { return write(bytes) && write("\n"); }
    bool flush();
    bool isClosed() const { return m_closed; }
    bool isTerminal() const { return m_terminal; }
    /// Why writing failed, but for a closed pipe: "No space left on device".
    const QString &error() const { return m_error; }

private:
    int m_fd;
    bool m_terminal;
    bool m_closed = false;
    QByteArray m_buffer;
    QString m_error;
};

} // namespace heddle::app
