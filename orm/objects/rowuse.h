#pragma once

#include "orm/sql/compiledquery.h"
#include "orm/trace/trace.h"

#include <atomic>
#include <map>
#include <mutex>

namespace heddle {

/// What the program did with the rows of one evaluation. Filled by whoever hands out values, on any
/// thread; all of it is a few relaxed atomic writes, and none where nobody listens.
class RowUse {
public:
    RowUse(std::uint64_t set, std::uint32_t run, const CallSite &site,
           std::shared_ptr<const ResultShape> shape);

    std::uint32_t run() const { return m_run; }
    void arrived(const RowBatch &batch) noexcept;
    void readColumn(int column) noexcept
    {
        if (std::size_t(column) >> 6 >= m_read.size())
            return;
        std::atomic<std::uint64_t> &word = m_read[std::size_t(column) >> 6];
        const std::uint64_t bit = std::uint64_t(1) << (column & 63);
        if (!(word.load(std::memory_order_relaxed) & bit)) // mostly it is there already
            word.fetch_or(bit, std::memory_order_relaxed);
    }
    void readAll() noexcept;
    void counted() noexcept { m_counted.store(true, std::memory_order_relaxed); }
    void tested() noexcept { m_tested.store(true, std::memory_order_relaxed); }
    /// So many rows more were handed to code.
    void listed(std::int64_t rows) noexcept { m_listed.fetch_add(rows, std::memory_order_relaxed); }

    /// As it stands now. Its columns are those that a field or an annotation was made of; keys are
    /// never called unread.
    TraceRecord toRecord() const;

private:
    bool isRead(int column) const;
    bool isTouched(const RowLayout &layout) const;
    void gather(const RowLayout &layout, const QByteArray &path, RowUsage &usage) const;
    void addUnread(int column, QByteArray name, RowUsage &usage) const;
    std::int64_t bytesOf(const RowLayout &layout) const;

    const std::uint64_t m_set;
    const std::uint32_t m_run;
    const CallSite m_site;
    const std::shared_ptr<const ResultShape> m_shape;
    std::vector<std::atomic<std::uint64_t>> m_read; // one bit a column
    std::vector<std::atomic<std::int64_t>> m_bytes; // of each column
    std::atomic<std::int64_t> m_rows{0}, m_listed{0};
    std::atomic<bool> m_counted{false}, m_tested{false};
};

/// While one lives, the evaluations of its run are followed. A program that wants to know what its
/// rows are used for holds one around the run and gives what it found to its trace.
class RowUseLog {
public:
    /// `run`: as in CallInfo.
    explicit RowUseLog(std::uint32_t run);
    ~RowUseLog();
    RowUseLog(const RowUseLog &) = delete;
    RowUseLog &operator=(const RowUseLog &) = delete;

    /// One record of TraceKind::Usage for each evaluation so far. `held` false leaves out the rows
    /// that somebody still holds and may yet read.
    std::vector<TraceRecord> records(bool held) const;

    // --- For the engine; any thread ---
    /// Null unless that run is followed.
    static std::shared_ptr<RowUse> follow(std::uint64_t set, std::uint32_t run,
                                          const CallSite &site,
                                          const std::shared_ptr<const ResultShape> &shape);
    /// A question was asked that joins over several to-many relations side by side.
    static void multiplied(std::uint32_t run, std::uint64_t set, const CallSite &site,
                           const ResultShape &shape);

private:
    // Of a run with more evaluations the later ones are not followed: those are single gets.
    static constexpr std::size_t kMost = 200'000;

    const std::uint32_t m_run;
    mutable std::mutex m_mutex;
    std::vector<std::shared_ptr<RowUse>> m_uses;
    std::vector<TraceRecord> m_multiplied;
};

} // namespace heddle
