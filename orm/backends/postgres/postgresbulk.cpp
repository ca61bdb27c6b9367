#include "orm/backends/postgres/postgresencode.h"
#include "orm/backends/postgres/postgresexecution.h"
#include "orm/backends/postgres/postgreswire.h"

#include <algorithm>
#include <libpq-fe.h>

namespace heddle {

using namespace PostgresWireFormat;

namespace {

// So many executions are sent before their answers are read: few enough that the answers of the
// ones before fit into the sockets' buffers while the next are written.
constexpr std::int64_t pipelined = 64;
// COPY's rows go to libpq in pieces of about this size.
constexpr std::size_t copyPiece = 128 * 1024;
constexpr std::string_view copySignature{"PGCOPY\n\xff\r\n\0", 11};

/// The question that gives no rows but the columns of `COPY "t" ("a", "b") FROM STDIN`. Empty if
/// the text is another.
QByteArray columnsQuestion(const QByteArray &copy)
{
    constexpr QByteArrayView begin("COPY "), end(" FROM STDIN");
    if (!copy.startsWith(begin) || !copy.endsWith(end))
        return {};
    const QByteArray target = copy.mid(begin.size(), copy.size() - begin.size() - end.size());
    // The first parenthesis outside of a quoted name.
    bool quoted = false;
    for (qsizetype i = 0; i < target.size(); ++i) {
        if (target[i] == '"')
            quoted = !quoted;
        else if (target[i] == '(' && !quoted && target.endsWith(')'))
            return "SELECT " + target.mid(i + 1, target.size() - i - 2) + " FROM " +
                   target.left(i) + " LIMIT 0";
    }
    return "SELECT * FROM " + target + " LIMIT 0";
}

void appendCopyText(std::vector<char> &out, const Value &value)
{
    std::vector<char> text;
    appendPostgresText(text, value);
    for (const char c : text) {
        switch (c) {
        case '\\':
            append(out, std::string_view("\\\\"));
            break;
        case '\n':
            append(out, std::string_view("\\n"));
            break;
        case '\r':
            append(out, std::string_view("\\r"));
            break;
        case '\t':
            append(out, std::string_view("\\t"));
            break;
        default: // characters, not a list of ours
            out.push_back(c);
        }
    }
}

/// The only texts of dates and moments that our own types cannot hold.
bool appendInfinity(std::vector<char> &out, const PostgresType &type, const Value &v)
{
    if (v.type() != Value::Type::Text || (v.asUtf8() != "infinity" && v.asUtf8() != "-infinity"))
        return false;
    const bool least = v.asUtf8().startsWith('-');
    if (type.wire == PostgresWire::Date) {
        using Limits = std::numeric_limits<std::int32_t>;
        append(out, least ? Limits::min() : Limits::max());
        return true;
    }
    if (type.wire != PostgresWire::Timestamp && type.wire != PostgresWire::TimestampTz)
        return false;
    using Limits = std::numeric_limits<std::int64_t>;
    append(out, least ? Limits::min() : Limits::max());
    return true;
}

/// One cell of a binary COPY, its length in front. Nothing is read from text on the way but what a
/// text says of another type: "2021-01-01" for a date.
void appendCopyCell(std::vector<char> &out, const PostgresType &type, const Value &value)
{
    if (value.isNull())
        return append(out, std::int32_t(-1));
    const std::size_t place = out.size();
    append(out, std::int32_t(0));
    bool done = appendPostgresBinary(out, type, value) || appendInfinity(out, type, value);
    if (!done) {
        std::vector<char> text;
        appendPostgresText(text, value);
        const Value read = postgresTextValue(type, {text.data(), text.size()});
        done = appendPostgresBinary(out, type, read);
        if (!done)
            throw DataError(QStringLiteral("%1 cannot be stored in a column of that type.")
                                .arg(value.toRepr()));
    }
    const std::int32_t size = qToBigEndian(std::int32_t(out.size() - place - 4));
    std::memcpy(out.data() + place, &size, sizeof size);
}

} // namespace

// --- One statement for many rows of parameters ---

/// Runs the statement for each row, pipelined: the server works on one while the next are on their
/// way. All of them stand or fall together, also where there is no transaction around them.
Plan<void> PostgresExecution::runMany()
{
    const std::int64_t count = m_statement.rows->count();
    if (count == 0)
        co_return;
    m_statement.rows->row(0, m_row);
    m_session.parameters.declareNothing(m_row.size());
    if (m_autocommit) {
        Plan<PostgresResult> beginning = m_session.command("BEGIN");
        co_await std::move(beginning);
    }
    PostgresStatement *prepared = nullptr;
    try {
        Plan<PostgresStatement *> preparing =
            obtain(m_statement.sql, m_session.parameters.declared());
        prepared = co_await std::move(preparing);
    } catch (...) {
        m_interrupted = std::current_exception();
    }
    if (prepared) {
        if (m_times)
            m_times->sentNs = monotonicNs();
        Plan<void> sending = sendPipeline(*prepared, count);
        co_await std::move(sending);
        if (m_times)
            m_times->lastRowNs = monotonicNs();
        flush(prepared);
        if (isStale())
            m_session.statements.forget(prepared);
    }
    if (m_autocommit) {
        const bool good = !m_failure && !m_interrupted;
        Plan<PostgresResult> ending = m_session.command(good ? "COMMIT" : "ROLLBACK");
        const PostgresResult end = co_await std::move(ending);
        if (good && PQresultStatus(end.get()) != PGRES_COMMAND_OK)
            m_session.fail(end.get(), m_statement.sql, true);
    }
    raise();
}

Plan<void> PostgresExecution::sendPipeline(PostgresStatement &prepared, std::int64_t count)
{
    PGconn *const connection = m_session.handle();
    PQenterPipelineMode(connection);
    for (std::int64_t row = 0; row < count; row += pipelined) {
        const std::int64_t sent = sendSome(prepared, row, std::min(row + pipelined, count));
        PQsendFlushRequest(connection);
        for (std::int64_t i = 0; i < sent && !m_session.isLost(); ++i) {
            for (;;) {
                PostgresNext next(connection);
                PostgresResult result = co_await next;
                if (!result)
                    break;
                take(std::move(result), &prepared);
            }
        }
        if (m_failure || m_interrupted || m_session.isLost())
            break;
    }
    PQpipelineSync(connection);
    for (int nulls = 0; nulls < 2;) {
        PostgresNext next(connection);
        PostgresResult result = co_await next;
        nulls = result ? 0 : nulls + 1;
        if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC)
            break;
        if (result)
            take(std::move(result), &prepared);
    }
    PQexitPipelineMode(connection);
}

/// Sends the rows of that range; gives how many are on their way, fewer if one could not be made or
/// sent.
std::int64_t PostgresExecution::sendSome(PostgresStatement &prepared, std::int64_t from,
                                         std::int64_t to)
{
    PostgresParameters &parameters = m_session.parameters;
    std::int64_t row = from;
    try {
        for (; row < to; ++row) {
            m_statement.rows->row(row, m_row);
            parameters.setInferred(m_row, prepared.parameterTypes);
            if (!PQsendQueryPrepared(m_session.handle(), prepared.name.constData(),
                                     parameters.count(), parameters.values(), parameters.lengths(),
                                     parameters.formats(), prepared.binary ? 1 : 0))
                break;
        }
    } catch (...) {
        m_interrupted = std::current_exception();
    }
    return row - from;
}

// --- COPY ---

Plan<void> PostgresExecution::runCopy()
{
    QByteArray question = columnsQuestion(m_statement.sql);
    if (question.isEmpty())
        throwPostgresRefusal<ProgrammingError>(
            QStringLiteral("Rows are copied with: COPY \"table\" (\"column\", ...) FROM STDIN"),
            m_session.context(m_statement.sql));
    Plan<PostgresStatement *> preparing = obtain(std::move(question), {});
    const PostgresStatement *const prepared = co_await std::move(preparing);
    const std::vector<PostgresType> types = prepared->columnTypes;
    const bool binary = std::all_of(types.begin(), types.end(), [](const PostgresType &t) {
        return t.isBinary() && t.wire != PostgresWire::TimeTz && t.wire != PostgresWire::Char;
    });
    const QByteArray sql = m_statement.sql + (binary ? " (FORMAT binary)" : " (FORMAT text)");
    if (m_times)
        m_times->sentNs = monotonicNs();
    PGconn *const connection = m_session.handle();
    if (!PQsendQueryParams(connection, sql.constData(), 0, nullptr, nullptr, nullptr, nullptr, 0))
        failToSend();
    PostgresNext next(connection);
    PostgresResult start = co_await next;
    if (PQresultStatus(start.get()) != PGRES_COPY_IN) {
        take(std::move(start), nullptr);
    } else {
        bool complete = false;
        try {
            Plan<bool> sending = sendCopyRows(types, binary);
            complete = co_await std::move(sending);
        } catch (...) {
            m_interrupted = std::current_exception();
        }
        const char *const problem = complete ? nullptr : "the rows were not complete";
        while (PQputCopyEnd(connection, problem) == 0) {
            PostgresFlushed flushed(connection);
            co_await flushed;
        }
    }
    Plan<void> reading = read(nullptr);
    co_await std::move(reading);
    raise();
}

Plan<bool> PostgresExecution::sendCopyPiece(const std::vector<char> &piece)
{
    PGconn *const connection = m_session.handle();
    for (;;) {
        const int sent = PQputCopyData(connection, piece.data(), int(piece.size()));
        if (sent < 0)
            co_return false;
        PostgresFlushed flushed(connection);
        co_await flushed;
        if (sent == 1)
            co_return true;
    }
}

/// False if the connection takes no more, or nobody wants it any more: a server that has been told
/// to stop goes on swallowing rows until they end.
Plan<bool> PostgresExecution::sendCopyRows(const std::vector<PostgresType> &types, bool binary)
{
    std::vector<char> piece;
    piece.reserve(copyPiece + copyPiece / 4);
    if (binary) {
        append(piece, copySignature);
        append(piece, std::int32_t(0)); // flags
        append(piece, std::int32_t(0)); // no further header
    }
    const std::int64_t count = m_statement.rows->count();
    for (std::int64_t i = 0; i < count; ++i) {
        encodeCopyRow(i, types, binary, piece);
        if (piece.size() < copyPiece)
            continue;
        if (m_session.cancel.wasRequested())
            co_return false;
        Plan<bool> sending = sendCopyPiece(piece);
        const bool sent = co_await std::move(sending);
        if (!sent)
            co_return false;
        piece.clear();
    }
    if (binary)
        append(piece, std::int16_t(-1));
    if (piece.empty())
        co_return true;
    Plan<bool> sending = sendCopyPiece(piece);
    co_return co_await std::move(sending);
}

void PostgresExecution::encodeCopyRow(std::int64_t i, const std::vector<PostgresType> &types,
                                      bool binary, std::vector<char> &piece)
{
    m_statement.rows->row(i, m_row);
    if (m_row.size() != types.size())
        throw InternalError(QStringLiteral("A row to copy has %1 values for %2 columns.")
                                .arg(m_row.size())
                                .arg(types.size()));
    if (binary)
        append(piece, std::int16_t(m_row.size()));
    for (std::size_t column = 0; column < m_row.size(); ++column) {
        if (binary) {
            appendCopyCell(piece, types[column], m_row[column]);
            continue;
        }
        if (column > 0)
            piece.push_back('\t');
        if (m_row[column].isNull())
            append(piece, std::string_view("\\N"));
        else
            appendCopyText(piece, m_row[column]);
    }
    if (!binary)
        piece.push_back('\n');
}

} // namespace heddle
