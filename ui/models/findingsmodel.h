#pragma once

#include "orm/analysis/finding.h"

#include <QObject>
#include <QString>
#include <vector>

namespace heddle::ui {

/// A finding as somebody reads it.
struct FindingRow {
    analysis::Finding finding; // its places count in the text as it is now
    QString fix;               // what the change of the text would do; empty: none is known
    bool canApply = false;     // the fix is an edit
    bool applied = false;
    bool stale = false; // its line has been edited since the run
    bool operator==(const FindingRow &other) const;
};

/// What the last run showed, the worst first: what the findings' panel draws. GUI thread only.
class FindingsModel final : public QObject {
    Q_OBJECT
public:
    explicit FindingsModel(QObject *parent = nullptr);

    /// `silenced`: how many more are marked as expected.
    void setRows(std::vector<FindingRow> rows, int silenced = 0);
    void clear() { setRows({}); }
    const std::vector<FindingRow> &rows() const { return m_rows; }
    int silenced() const { return m_silenced; }
    /// Complaints: findings that are not good news.
    int complaints() const;

    /// "N+1: album was loaded 8 times, one query for each row."
    QString sentence(int row) const;
    /// "line 4 · 40 queries · 46 ms"
    QString figures(int row) const;
    /// What would be better; empty if nothing is known.
    QString advice(int row) const;
    /// "severe", "good", ...: the word beside the sign.
    QString severityWord(int row) const;
    /// All of it in one breath, for a screen reader.
    QString spoken(int row) const;

    /// The row that is about this statement, or this line of the text; -1: none.
    int rowOfRecord(std::uint64_t traceId) const;
    int rowAtLine(int line) const;

Q_SIGNALS:
    void changed();

private:
    std::vector<FindingRow> m_rows;
    int m_silenced = 0;
};

} // namespace heddle::ui
