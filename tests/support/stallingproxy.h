#pragma once

#include <arpa/inet.h>
#include <atomic>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace heddle::test {

/// Stands between a client and a server on loopback, and can stop forwarding: a network that hangs
/// without breaking.
class StallingProxy {
public:
    explicit StallingProxy(int serverPort) : m_serverPort(serverPort)
    {
        m_listener = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address = onLoopback(0);
        ::bind(m_listener, reinterpret_cast<sockaddr *>(&address), sizeof address);
        ::listen(m_listener, 64);
        socklen_t size = sizeof address;
        ::getsockname(m_listener, reinterpret_cast<sockaddr *>(&address), &size);
        m_port = ntohs(address.sin_port);
        m_thread = std::thread([this] { loop(); });
    }
    ~StallingProxy()
    {
        m_stop = true;
        m_thread.join();
        for (const Pair &pair : m_pairs)
            close(pair);
        for (const int server : m_abandoned)
            ::close(server);
        ::close(m_listener);
    }
    StallingProxy(const StallingProxy &) = delete;

    int port() const { return m_port; }
    void stall(bool on) { m_stalled = on; }
    /// Ends the clients' sides of all connections, and says nothing to the server.
    void cut() { m_cut = true; }

private:
    struct Pair {
        int client, server;
    };
    static sockaddr_in onLoopback(int port)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(std::uint16_t(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }
    static void close(const Pair &pair)
    {
        ::close(pair.client);
        ::close(pair.server);
    }
    void accept()
    {
        const int client = ::accept(m_listener, nullptr, nullptr);
        const int server = ::socket(AF_INET, SOCK_STREAM, 0);
        const sockaddr_in address = onLoopback(m_serverPort);
        if (::connect(server, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0)
            m_pairs.push_back({client, server});
        else
            close({client, server});
    }
    /// False at the end of the connection.
    static bool forward(int from, int to)
    {
        char bytes[65536];
        const ssize_t got = ::recv(from, bytes, sizeof bytes, 0);
        return got > 0 && ::send(to, bytes, std::size_t(got), MSG_NOSIGNAL) == got;
    }
    void loop()
    {
        while (!m_stop) {
            if (m_cut.exchange(false)) {
                for (const Pair &pair : m_pairs) {
                    ::close(pair.client);
                    m_abandoned.push_back(pair.server);
                }
                m_pairs.clear();
            }
            std::vector<pollfd> sockets{{m_listener, POLLIN, 0}};
            if (!m_stalled) {
                for (const Pair &pair : m_pairs) {
                    sockets.push_back({pair.client, POLLIN, 0});
                    sockets.push_back({pair.server, POLLIN, 0});
                }
            }
            if (::poll(sockets.data(), sockets.size(), 10) <= 0)
                continue;
            std::vector<Pair> kept;
            for (std::size_t i = 0; i < m_pairs.size(); ++i) {
                const Pair pair = m_pairs[i];
                const bool told = sockets.size() > 2 * i + 2;
                const bool open =
                    !told || ((!sockets[2 * i + 1].revents || forward(pair.client, pair.server)) &&
                              (!sockets[2 * i + 2].revents || forward(pair.server, pair.client)));
                if (open)
                    kept.push_back(pair);
                else
                    close(pair);
            }
            m_pairs = std::move(kept);
            if (sockets[0].revents)
                accept();
        }
    }

    const int m_serverPort;
    int m_listener = -1, m_port = 0;
    std::atomic<bool> m_stop{false}, m_stalled{false}, m_cut{false};
    std::vector<int> m_abandoned; // servers' sides of what was cut
    std::vector<Pair> m_pairs;
    std::thread m_thread;
};

} // namespace heddle::test
