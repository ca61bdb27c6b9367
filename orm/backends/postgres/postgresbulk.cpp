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
void PostgresExecution::runMany()
{
    const std::int64_t count = m_statement.rows->count();
    if (count == 0)
        return;
    m_statement.rows->row(0, m_row);
    m_session.parameters.declareNothing(m_row.size());
    PostgresStatement &prepared =
        *m_session.prepared(m_statement.sql, m_session.parameters.declared());
    if (m_times)
        m_times->sentNs = monotonicNs();
    if (m_autocommit)
        m_session.command("BEGIN");
    sendPipeline(prepared, count);
    if (m_times)
        m_times->lastRowNs = monotonicNs();
    flush(&prepared);
    if (m_failure && planIsStale(m_failure.get()))
        m_session.statements.forget(&prepared);
    if (m_autocommit) {
        const bool good = !m_failure && !m_interrupted;
        const PostgresResult end = m_session.command(good ? "COMMIT" : "ROLLBACK");
        if (good && PQresultStatus(end.get()) != PGRES_COMMAND_OK)
            m_session.fail(end.get(), m_statement.sql, true);
    }
    raise();
}

void PostgresExecution::sendPipeline(PostgresStatement &prepared, std::int64_t count)
{
    PGconn *const connection = m_session.handle();
    PQenterPipelineMode(connection);
    for (std::int64_t row = 0; row < count; row += pipelined) {
        const std::int64_t sent = sendSome(prepared, row, std::min(row + pipelined, count));
        PQsendFlushRequest(connection);
        for (std::int64_t i = 0; i < sent && !m_session.isLost(); ++i) {
            while (PGresult *result = PQgetResult(connection))
                take(PostgresResult(result), &prepared);
        }
        if (m_failure || m_interrupted || m_session.isLost())
            break;
    }
    PQpipelineSync(connection);
    for (int nulls = 0; nulls < 2;) {
        PostgresResult result(PQgetResult(connection));
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

void PostgresExecution::runCopy()
{
    const QByteArray question = columnsQuestion(m_statement.sql);
    if (question.isEmpty())
        throwPostgresRefusal<ProgrammingError>(
            QStringLiteral("Rows are copied with: COPY \"table\" (\"column\", ...) FROM STDIN"),
            m_session.context(m_statement.sql));
    const std::vector<PostgresType> types = m_session.prepared(question, {})->columnTypes;
    const bool binary = std::all_of(types.begin(), types.end(), [](const PostgresType &t) {
        return t.isBinary() && t.wire != PostgresWire::TimeTz && t.wire != PostgresWire::Char;
    });
    const QByteArray sql = m_statement.sql + (binary ? " (FORMAT binary)" : " (FORMAT text)");
    if (m_times)
        m_times->sentNs = monotonicNs();
    PGconn *const connection = m_session.handle();
    if (!PQsendQueryParams(connection, sql.constData(), 0, nullptr, nullptr, nullptr, nullptr, 0))
        failToSend();
    PostgresResult start(PQgetResult(connection));
    if (PQresultStatus(start.get()) != PGRES_COPY_IN) {
        take(std::move(start), nullptr);
    } else {
        bool complete = false;
        try {
            complete = sendCopyRows(types, binary);
        } catch (...) {
            m_interrupted = std::current_exception();
        }
        PQputCopyEnd(connection, complete ? nullptr : "the rows were not complete");
    }
    read(nullptr);
    raise();
}

/// False if the connection takes no more, or nobody wants it any more: a server that has been told
/// to stop goes on swallowing rows until they end.
bool PostgresExecution::sendCopyRows(const std::vector<PostgresType> &types, bool binary)
{
    std::vector<char> piece;
    piece.reserve(copyPiece + copyPiece / 4);
    const auto send = [&] {
        const bool sent = PQputCopyData(m_session.handle(), piece.data(), int(piece.size())) == 1;
        piece.clear();
        return sent;
    };
    if (binary) {
        append(piece, copySignature);
        append(piece, std::int32_t(0)); // flags
        append(piece, std::int32_t(0)); // no further header
    }
    const std::int64_t count = m_statement.rows->count();
    for (std::int64_t i = 0; i < count; ++i) {
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
        if (piece.size() >= copyPiece && (m_session.cancel.wasRequested() || !send()))
            return false;
    }
    if (binary)
        append(piece, std::int16_t(-1));
    return piece.empty() || send();
}

} // namespace heddle
