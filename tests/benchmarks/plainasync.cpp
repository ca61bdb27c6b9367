// P6 and P7 as a C program would write them with libpq alone: one thread and poll(), or a thread a
// connection.

#include "tests/benchmarks/harness.h"
#include "tests/benchmarks/plain.h"

#include <QtEndian>
#include <atomic>
#include <libpq-fe.h>
#include <memory>
#include <poll.h>
#include <stdexcept>
#include <thread>

namespace heddle::bench {

namespace {

constexpr std::int32_t postgresEpoch = 10957; // 2000-01-01 in days since 1970
constexpr Oid int8Type = 20;

struct Closer {
    void operator()(PGconn *connection) const { PQfinish(connection); }
};
using Server = std::unique_ptr<PGconn, Closer>;

[[noreturn]] void fail(PGconn *connection)
{
    throw std::runtime_error(PQerrorMessage(connection));
}

Server connected()
{
    Server server(PQconnectdb(""));
    if (PQstatus(server.get()) != CONNECTION_OK)
        fail(server.get());
    return server;
}

Server readyForGets()
{
    Server server = connected();
    const std::string sql = std::string("SELECT ") + bookColumns + " FROM book WHERE id = $1";
    PQclear(PQprepare(server.get(), "get", sql.c_str(), 1, &int8Type));
    return server;
}

template <typename T>
T number(const PGresult *r, int column)
{
    return qFromBigEndian<T>(PQgetvalue(r, 0, column));
}

PlainBook bookOfResult(const PGresult *r)
{
    if (PQntuples(r) != 1)
        throw std::runtime_error("a book is missing");
    PlainBook b;
    b.id = number<std::int64_t>(r, 0);
    b.title.assign(PQgetvalue(r, 0, 1), std::size_t(PQgetlength(r, 0, 1)));
    b.price = number<double>(r, 2);
    b.published = number<std::int32_t>(r, 3) + postgresEpoch;
    if (!PQgetisnull(r, 0, 4))
        b.rating = number<std::int32_t>(r, 4);
    b.authorId = number<std::int64_t>(r, 5);
    return b;
}

/// One connection in pipeline mode, with a sync for each query.
struct Pipeline {
    Server server;
    std::vector<int> order; // the gets that are this one's
    std::size_t sent = 0, done = 0;

    void fill(std::size_t window)
    {
        if (sent - done > window / 2)
            return;
        while (sent - done < window && sent < order.size()) {
            char key[8];
            qToBigEndian(pointKey(order[sent]), key);
            const char *const values[] = {key};
            const int lengths[] = {8}, formats[] = {1};
            if (!PQsendQueryPrepared(server.get(), "get", 1, values, lengths, formats, 1) ||
                !PQpipelineSync(server.get()))
                fail(server.get());
            ++sent;
        }
    }
    void read(std::vector<PlainBook> &books)
    {
        if (!PQconsumeInput(server.get()))
            fail(server.get());
        // One null ends a query; two in a row mean that nothing more has come.
        for (int nulls = 0; nulls < 2 && !PQisBusy(server.get());) {
            PGresult *r = PQgetResult(server.get());
            nulls = r ? 0 : nulls + 1;
            if (r && PQresultStatus(r) == PGRES_TUPLES_OK)
                books[std::size_t(order[done++])] = bookOfResult(r);
            else if (r && PQresultStatus(r) == PGRES_FATAL_ERROR)
                fail(server.get());
            PQclear(r);
        }
    }
};

} // namespace

/// P7 over so many connections, on one thread.
Measured plainPipelinedGets(int connections)
{
    std::vector<Pipeline> pipelines(static_cast<std::size_t>(connections));
    for (int k = 0; k < connections; ++k) {
        Pipeline &p = pipelines[std::size_t(k)];
        p.server = readyForGets();
        PQsetnonblocking(p.server.get(), 1);
        PQenterPipelineMode(p.server.get());
        for (int n = k; n < pointGetCount; n += connections)
            p.order.push_back(n);
    }
    std::vector<PlainBook> books(pointGetCount);
    std::vector<pollfd> sockets(pipelines.size());
    const auto begin = Clock::now();
    for (bool more = true; more;) {
        more = false;
        for (std::size_t k = 0; k < pipelines.size(); ++k) {
            Pipeline &p = pipelines[k];
            p.fill(std::size_t(outstandingGets / connections));
            const bool unsent = PQflush(p.server.get()) == 1;
            const bool open = p.done < p.order.size();
            more = more || open;
            sockets[k] = {open ? PQsocket(p.server.get()) : -1,
                          short(unsent ? POLLIN | POLLOUT : POLLIN), 0};
        }
        if (!more)
            break;
        poll(sockets.data(), sockets.size(), -1);
        for (std::size_t k = 0; k < pipelines.size(); ++k) {
            if (sockets[k].revents & POLLIN)
                pipelines[k].read(books);
        }
    }
    return measured(books, since(begin));
}

/// P7 with a thread a connection, each waiting for its answer.
Measured plainThreadedGets(int connections)
{
    std::vector<Server> servers;
    for (int i = 0; i < connections; ++i)
        servers.push_back(readyForGets());
    std::vector<PlainBook> books(pointGetCount);
    std::atomic<int> next{0};
    const auto begin = Clock::now();
    std::vector<std::thread> threads;
    for (const Server &server : servers) {
        threads.emplace_back([&books, &next, connection = server.get()] {
            for (int n; (n = next++) < pointGetCount;) {
                char key[8];
                qToBigEndian(pointKey(n), key);
                const char *const values[] = {key};
                const int lengths[] = {8}, formats[] = {1};
                PGresult *r = PQexecPrepared(connection, "get", 1, values, lengths, formats, 1);
                books[std::size_t(n)] = bookOfResult(r);
                PQclear(r);
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    return measured(books, since(begin));
}

/// P6: `count` times the same statement on so many connections, on one thread. The first cells are
/// added up.
Measured plainAtOnce(const char *sql, int count, int connections)
{
    std::vector<Server> servers;
    std::vector<pollfd> sockets;
    for (int i = 0; i < connections; ++i) {
        servers.push_back(connected());
        sockets.push_back({PQsocket(servers.back().get()), POLLIN, 0});
    }
    Measured m{0, count, 0};
    int sent = 0;
    const auto send = [&](std::size_t k) {
        if (sent == count || !PQsendQuery(servers[k].get(), sql))
            sockets[k].fd = -1;
        else
            ++sent;
    };
    const auto begin = Clock::now();
    for (std::size_t k = 0; k < servers.size(); ++k)
        send(k);
    for (int done = 0; done < count;) {
        poll(sockets.data(), sockets.size(), -1);
        for (std::size_t k = 0; k < servers.size(); ++k) {
            PGconn *const connection = servers[k].get();
            if (sockets[k].fd < 0 || !sockets[k].revents)
                continue;
            if (!PQconsumeInput(connection))
                fail(connection);
            while (!PQisBusy(connection)) {
                PGresult *r = PQgetResult(connection);
                if (!r) {
                    ++done;
                    send(k);
                    break;
                }
                m.check += QByteArray(PQgetvalue(r, 0, 0)).toLongLong();
                PQclear(r);
            }
        }
    }
    m.seconds = since(begin);
    return m;
}

} // namespace heddle::bench
