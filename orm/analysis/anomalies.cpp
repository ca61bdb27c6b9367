#include "orm/analysis/anomalies.h"

#include <algorithm>

namespace heddle::analysis {
namespace {

/// The index of the event that begins the transaction that event `at` stands in: without a BEGIN,
/// the session's first one.
std::size_t transactionStart(const std::vector<HistoryEvent> &history, std::size_t at)
{
    const int session = history[at].session;
    std::size_t first = at;
    for (std::size_t i = at + 1; i-- > 0;) {
        const HistoryEvent &event = history[i];
        if (event.session != session)
            continue;
        if (i != at &&
            (event.kind == OperationKind::Commit || event.kind == OperationKind::Rollback))
            return first;
        first = i;
        if (event.kind == OperationKind::Begin)
            return first;
    }
    return first;
}

bool share(const QSet<QString> &a, const QSet<QString> &b)
{
    return a.isEmpty() || b.isEmpty() || a.intersects(b);
}

/// Whether the session has itself written what the question at `at` reads, since `from`.
bool wroteItself(const std::vector<HistoryEvent> &history, std::size_t from, std::size_t at)
{
    for (std::size_t i = from; i < at; ++i) {
        if (history[i].session == history[at].session && history[i].kind == OperationKind::Write &&
            share(history[i].tables, history[at].tables))
            return true;
    }
    return false;
}

/// The write of the other session that is not saved and that the question at `at` would read.
std::optional<std::size_t> openWriteOfOther(const std::vector<HistoryEvent> &history,
                                            std::size_t at)
{
    for (std::size_t i = at; i-- > 0;) {
        const HistoryEvent &event = history[i];
        if (event.session == history[at].session)
            continue;
        if (event.kind == OperationKind::Commit || event.kind == OperationKind::Rollback)
            return std::nullopt;
        if (event.kind == OperationKind::Write && share(event.tables, history[at].tables))
            return i;
    }
    return std::nullopt;
}

bool everSaved(const HistoryStart &start, const std::vector<HistoryEvent> &history,
               const HistoryEvent &read)
{
    const auto gives = [&](const std::map<QString, Observation> &saved) {
        const auto found = saved.find(read.question);
        return found != saved.end() && found->second == *read.seen;
    };
    return gives(start.saved) || std::any_of(history.begin(), history.end(),
                                             [&](const auto &event) { return gives(event.saved); });
}

QSet<QString> keysOf(const TableRows &rows, const QString &table)
{
    QSet<QString> keys;
    if (const auto found = rows.find(table); found != rows.end())
        for (const auto &[key, row] : found->second)
            keys.insert(key);
    return keys;
}

/// Whether the two answers are about other rows: told by their keys, of a number by the rows that
/// came and went meanwhile.
bool otherRows(const HistoryEvent &before, const HistoryEvent &now)
{
    if (before.seen->keys && now.seen->keys)
        return *before.seen->keys != *now.seen->keys;
    if (now.question.endsWith(u".count()") || now.question.endsWith(u".exists()"))
        return true;
    return std::any_of(now.tables.begin(), now.tables.end(), [&](const QString &table) {
        return keysOf(before.rows, table) != keysOf(now.rows, table);
    });
}

int lastStep(const std::vector<HistoryEvent> &history, int session, OperationKind kind)
{
    for (auto event = history.rbegin(); event != history.rend(); ++event) {
        if (event->session == session && event->kind == kind)
            return event->step;
    }
    return -1;
}

bool saved(const std::vector<SerialOutcome> &serial, int session)
{
    return !serial.empty() && std::find(serial.front().order.begin(), serial.front().order.end(),
                                        session) != serial.front().order.end();
}

/// Whether the answers that a session was given are those of one of the orders.
bool isExplained(const std::vector<HistoryEvent> &history, int session,
                 const std::vector<SerialOutcome> &serial)
{
    return std::any_of(serial.begin(), serial.end(), [&](const SerialOutcome &outcome) {
        return std::all_of(history.begin(), history.end(), [&](const HistoryEvent &event) {
            if (event.session != session || !event.seen)
                return true;
            const auto found = outcome.seen.find(event.step);
            return found == outcome.seen.end() || found->second == event.seen->text;
        });
    });
}

} // namespace

std::vector<AnomalyFinding> readAnomalies(const HistoryStart &start,
                                          const std::vector<HistoryEvent> &history)
{
    std::vector<AnomalyFinding> found;
    if (history.empty() || !history.back().seen)
        return found;
    const std::size_t at = history.size() - 1;
    const HistoryEvent &now = history[at];
    const std::size_t from = transactionStart(history, at);
    if (wroteItself(history, from, at))
        return found;
    const auto open = openWriteOfOther(history, at);
    if (open && start.saved.contains(now.question) && !everSaved(start, history, now)) {
        found.push_back({Anomaly::DirtyRead, now.session, history[*open].step, now.step,
                         start.saved.at(now.question).text, now.seen->text});
        return found;
    }
    for (std::size_t i = at; i-- > from;) {
        const HistoryEvent &before = history[i];
        if (before.session != now.session || !before.seen || before.question != now.question)
            continue;
        if (*before.seen != *now.seen)
            found.push_back(
                {otherRows(before, now) ? Anomaly::PhantomRead : Anomaly::NonRepeatableRead,
                 now.session, before.step, now.step, before.seen->text, now.seen->text});
        break;
    }
    return found;
}

std::optional<AnomalyFinding> anomalyOfOutcome(const std::vector<HistoryEvent> &history,
                                               const TableRows &rows,
                                               const std::vector<SerialOutcome> &serial)
{
    if (serial.empty() || history.empty())
        return std::nullopt;
    const bool isSerial = std::any_of(serial.begin(), serial.end(),
                                      [&](const auto &outcome) { return outcome.rows == rows; });
    if (!isSerial && saved(serial, 0) && saved(serial, 1)) {
        const int first = lastStep(history, 0, OperationKind::Write);
        const int second = lastStep(history, 1, OperationKind::Write);
        bool sameRows = false;
        for (const SerialOutcome &outcome : serial) {
            const auto a = outcome.wrote.find(0), b = outcome.wrote.find(1);
            if (a == outcome.wrote.end() || b == outcome.wrote.end())
                continue;
            sameRows =
                sameRows || std::any_of(a->second.begin(), a->second.end(),
                                        [&](const auto &key) { return b->second.contains(key); });
        }
        // Whoever wrote first has lost what it wrote.
        const auto position = [&](int step) {
            return std::find_if(history.begin(), history.end(),
                                [&](const auto &event) { return event.step == step; });
        };
        const bool inOrder = position(first) < position(second);
        return AnomalyFinding{sameRows ? Anomaly::LostUpdate : Anomaly::WriteSkew,
                              inOrder ? 0 : 1,
                              inOrder ? first : second,
                              inOrder ? second : first,
                              {},
                              {}};
    }
    for (const int session : {0, 1}) {
        if (!saved(serial, session) || isExplained(history, session, serial))
            continue;
        // Reads of one that was undone after all, or two reads that do not belong together.
        const bool alone = !saved(serial, 1 - session);
        const int last = lastStep(history, session, OperationKind::Read);
        int first = -1;
        for (const HistoryEvent &event : history) {
            const bool counts = alone
                                    ? event.session != session && event.kind == OperationKind::Write
                                    : event.session == session && event.seen && event.step != last;
            if (counts && first < 0)
                first = event.step;
        }
        return AnomalyFinding{
            alone ? Anomaly::DirtyRead : Anomaly::ReadSkew, session, first, last, {}, {}};
    }
    return std::nullopt;
}

} // namespace heddle::analysis
