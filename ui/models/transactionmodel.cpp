#include "ui/models/transactionmodel.h"

#include <QLocale>
#include <algorithm>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

struct TransactionModel::Node {
    Node *parent = nullptr;
    int row = 0;
    std::vector<Node *> children;
    TraceRecord record; // of the statement, or of what began the block
    QString why;        // a block that did not end well: the first error in it
    bool isBlock = false;
    TransactionOutcome outcome = TransactionOutcome::Idle;
    std::int64_t durationNs = 0;
    std::int64_t idleNs = 0; // blocks: while nothing of it was on its way
};

namespace {

QString durationText(std::int64_t ns)
{
    const double ms = double(ns) / 1e6;
    return TransactionModel::tr("%1 ms").arg(QLocale().toString(ms, 'f', ms < 100 ? 1 : 0));
}

bool isOpen(TransactionOutcome outcome)
{
    return outcome == TransactionOutcome::Active || outcome == TransactionOutcome::Idle;
}

} // namespace

QString transactionOutcomeText(TransactionOutcome outcome)
{
    switch (outcome) {
    case TransactionOutcome::Active:
        return TransactionModel::tr("active");
    case TransactionOutcome::Idle:
        return TransactionModel::tr("idle in transaction");
    case TransactionOutcome::Committed:
        return TransactionModel::tr("committed");
    case TransactionOutcome::RolledBack:
        return TransactionModel::tr("rolled back");
    case TransactionOutcome::Failed:
        return TransactionModel::tr("commit failed");
    case TransactionOutcome::Lost:
        return TransactionModel::tr("lost with its connection");
    }
    return {};
}

/// "held by connection 3, pid 12 (psql)".
static QString holderText(const LockWait &lock)
{
    QStringList holder;
    if (lock.holder != 0)
        holder << TransactionModel::tr("connection %1").arg(lock.holder);
    if (!lock.holderName.isEmpty())
        holder << QString::fromUtf8(lock.holderName);
    return holder.isEmpty() ? TransactionModel::tr("nobody knows who held it")
                            : TransactionModel::tr("held by %1").arg(holder.join(u", "_s));
}

QString isolationIn(const QByteArray &beginSql)
{
    const QByteArray sql = beginSql.toUpper();
    for (const char *level :
         {"READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"}) {
        if (sql.contains(level))
            return QString::fromLatin1(level);
    }
    return {};
}

TransactionModel::TransactionModel(QObject *parent) : QAbstractItemModel(parent)
{
}
TransactionModel::~TransactionModel() = default;

// --- Building ---

TransactionModel::Node *TransactionModel::add(Node *parent)
{
    m_nodes.push_back(std::make_unique<Node>());
    Node *made = m_nodes.back().get();
    std::vector<Node *> &siblings = parent ? parent->children : m_roots;
    made->parent = parent;
    made->row = int(siblings.size());
    siblings.push_back(made);
    return made;
}

/// What a statement had to wait for, and whose it was, stands under it.
void TransactionModel::addWaits(const TraceRecord &statement, Node *parent)
{
    const TraceSpan span = spanOf(statement);
    for (const TraceRecord *wait : m_waits) {
        if (wait->connection != statement.connection || wait->createdNs < span.startNs ||
            wait->createdNs > span.endNs)
            continue;
        Node *made = add(parent);
        made->record = *wait;
        made->durationNs = analysis::durationOf(*wait);
    }
}

void TransactionModel::addStatement(const TraceRecord &record, Node *parent)
{
    Node *made = add(parent);
    addWaits(record, made);
    made->record = record;
    made->durationNs = analysis::durationOf(record);
    parent->idleNs -= made->durationNs;
    if (record.outcome == TraceOutcome::Failed && parent->why.isEmpty())
        parent->why = QString::fromUtf8(record.error);
    for (Node *block = parent; block; block = block->parent) {
        if (record.outcome == TraceOutcome::Running && isOpen(block->outcome))
            block->outcome = TransactionOutcome::Active;
    }
}

TransactionModel::Node *TransactionModel::addBlock(const analysis::TraceLog &log, std::size_t at,
                                                   Node *parent)
{
    const analysis::TraceLog::Transaction &block = log.transactions()[at];
    Node *made = add(parent);
    made->isBlock = true;
    made->record = *block.begin;
    const std::int64_t start = spanOf(*block.begin).startNs;
    std::int64_t end = block.end ? spanOf(*block.end).endNs : spanOf(*block.begin).endNs;
    if (block.end) {
        made->outcome = block.isRolledBack() ? TransactionOutcome::RolledBack
                        : block.end->outcome == TraceOutcome::Failed
                            ? TransactionOutcome::Failed
                            : TransactionOutcome::Committed;
        made->why = QString::fromUtf8(block.end->error);
    } else {
        for (const TraceRecord *statement : block.statements)
            end = std::max(end, spanOf(*statement).endNs);
    }
    made->durationNs = end - start;
    made->idleNs += made->durationNs - analysis::durationOf(*block.begin) -
                    (block.end ? analysis::durationOf(*block.end) : 0);

    // Statements and savepoints in the order in which they began.
    auto inner = block.inner.begin();
    const auto addInnerBefore = [&](std::uint64_t id) {
        for (; inner != block.inner.end() && log.transactions()[*inner].begin->id < id; ++inner) {
            Node *child = addBlock(log, *inner, made);
            made->idleNs -= child->durationNs - child->idleNs;
            if (made->why.isEmpty() && child->outcome != TransactionOutcome::RolledBack)
                made->why = child->why;
            // What ended the outer block ended a savepoint in it that was still open.
            if (isOpen(child->outcome) && !isOpen(made->outcome))
                child->outcome = made->outcome;
        }
    };
    for (const TraceRecord *statement : block.statements) {
        addInnerBefore(statement->id);
        addStatement(*statement, made);
    }
    addInnerBefore(UINT64_MAX);
    made->idleNs = std::clamp<std::int64_t>(made->idleNs, 0, made->durationNs);
    if (made->outcome == TransactionOutcome::Committed)
        made->why.clear();
    return made;
}

void TransactionModel::setRecords(const std::vector<TraceRecord> &records)
{
    const analysis::TraceLog log(records);
    beginResetModel();
    m_nodes.clear();
    m_roots.clear();
    m_open = 0;
    m_waits.clear();
    for (const TraceRecord *record : log.all()) {
        if (record->kind == TraceKind::LockWait && record->lock)
            m_waits.push_back(record);
    }
    QHash<std::uint32_t, Node *> last; // by connection
    // A savepoint whose BEGIN was in an earlier run stands on its own.
    std::vector<bool> isInside(log.transactions().size());
    for (const analysis::TraceLog::Transaction &block : log.transactions()) {
        for (const std::size_t inner : block.inner)
            isInside[inner] = true;
    }
    for (std::size_t i = 0; i < log.transactions().size(); ++i) {
        const analysis::TraceLog::Transaction &block = log.transactions()[i];
        if (isInside[i])
            continue;
        if (!block.isOutermost()) {
            addBlock(log, i, nullptr);
            continue;
        }
        Node *&before = last[block.begin->connection];
        if (before && isOpen(before->outcome))
            before->outcome = TransactionOutcome::Lost;
        before = addBlock(log, i, nullptr);
    }
    for (const Node *root : m_roots)
        m_open += isOpen(root->outcome);
    m_waits.clear(); // the records are the caller's
    endResetModel();
}

// --- Reading ---

QString TransactionModel::summary() const
{
    if (m_roots.empty())
        return tr("No transaction in this run: each statement stood for itself.");
    int undone = 0, failed = 0;
    for (const Node *root : m_roots) {
        undone += root->outcome == TransactionOutcome::RolledBack;
        failed += root->outcome == TransactionOutcome::Failed ||
                  root->outcome == TransactionOutcome::Lost;
    }
    QStringList parts{m_roots.size() == 1 ? tr("1 transaction")
                                          : tr("%1 transactions").arg(m_roots.size())};
    if (m_open)
        parts.append(tr("%1 open").arg(m_open));
    if (undone)
        parts.append(tr("%1 rolled back").arg(undone));
    if (failed)
        parts.append(tr("%1 failed").arg(failed));
    return parts.join(u" \u00b7 "_s);
}

QModelIndex TransactionModel::indexOfRecord(std::uint64_t id) const
{
    for (const std::unique_ptr<Node> &candidate : m_nodes) {
        if (candidate->record.id == id)
            return createIndex(candidate->row, 0, candidate.get());
    }
    return {};
}

const TransactionModel::Node *TransactionModel::node(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<const Node *>(index.constInternalPointer()) : nullptr;
}

QModelIndex TransactionModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    const Node *above = node(parent);
    return createIndex(row, column, (above ? above->children : m_roots)[std::size_t(row)]);
}

QModelIndex TransactionModel::parent(const QModelIndex &index) const
{
    const Node *at = node(index);
    return at && at->parent ? createIndex(at->parent->row, 0, at->parent) : QModelIndex();
}

int TransactionModel::rowCount(const QModelIndex &parent) const
{
    if (parent.column() > 0)
        return 0;
    const Node *above = node(parent);
    return int((above ? above->children : m_roots).size());
}

int TransactionModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

QVariant TransactionModel::text(const Node &at, int column) const
{
    const TraceRecord &record = at.record;
    switch (Column(column)) {
    case WhatColumn:
        if (record.lock)
            return tr("\u23f8 wants %1 on %2")
                .arg(QString::fromUtf8(record.lock->mode), QString::fromUtf8(record.lock->on));
        if (!at.isBlock)
            return QString::fromUtf8(record.label.isEmpty() ? record.sql : record.label);
        if (at.parent)
            return tr("savepoint %1")
                .arg(QString::fromUtf8(record.sql.mid(record.sql.lastIndexOf(' ') + 1)));
        if (record.kind == TraceKind::Savepoint)
            return tr("cell in a transaction begun earlier");
        return tr("transaction %1").arg(at.row + 1);
    case StateColumn:
        if (at.isBlock && at.record.kind == TraceKind::Savepoint &&
            at.outcome == TransactionOutcome::Committed)
            return tr("released");
        if (at.isBlock)
            return at.why.isEmpty() || isOpen(at.outcome)
                       ? transactionOutcomeText(at.outcome)
                       : tr("%1: %2").arg(transactionOutcomeText(at.outcome), at.why);
        if (record.lock)
            return holderText(*record.lock);
        switch (record.outcome) {
        case TraceOutcome::Running:
            return tr("running");
        case TraceOutcome::Ok:
            if (record.rows == 1)
                return record.kind == TraceKind::Write ? tr("wrote 1 row") : tr("1 row");
            return record.kind == TraceKind::Write ? tr("wrote %1 rows").arg(record.rows)
                                                   : tr("%1 rows").arg(record.rows);
        case TraceOutcome::Failed:
            return tr("failed: %1").arg(QString::fromUtf8(record.error));
        case TraceOutcome::Cancelled:
            return tr("stopped");
        }
        return {};
    case IsolationColumn: {
        if (!at.isBlock || at.parent)
            return {};
        if (record.kind == TraceKind::Savepoint)
            return {};
        const QString level = isolationIn(record.sql);
        return level.isEmpty() ? tr("the database's default") : level;
    }
    case ConnectionColumn:
        if (!at.isBlock || at.parent)
            return {};
        if (const QString thread = traceThreadName(record.thread); !thread.isEmpty())
            return tr("%1 on %2").arg(record.connection).arg(thread);
        return QString::number(record.connection);
    case DurationColumn:
        return durationText(at.durationNs);
    case IdleColumn:
        return at.isBlock ? durationText(at.idleNs) : QString();
    case LineColumn:
        return record.site.line > 0 ? QVariant(record.site.line) : QVariant();
    case ColumnCount:
        break;
    }
    return {};
}

QString TransactionModel::details(const Node &at) const
{
    QStringList lines{QString::fromUtf8(at.record.sql.left(2000))};
    if (at.isBlock)
        lines.append(tr("%1, %2, of which nothing ran for %3")
                         .arg(transactionOutcomeText(at.outcome), durationText(at.durationNs),
                              durationText(at.idleNs)));
    lines.append(at.isBlock ? at.why : QString::fromUtf8(at.record.error));
    lines.removeAll(QString());
    return lines.join(u'\n');
}

QVariant TransactionModel::data(const QModelIndex &index, int role) const
{
    const Node *at = node(index);
    if (!at)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return text(*at, index.column());
    case Qt::ToolTipRole:
        return details(*at);
    case Qt::TextAlignmentRole:
        if (index.column() == DurationColumn || index.column() == IdleColumn ||
            index.column() == LineColumn)
            return int(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    case RecordRole:
        return qulonglong(at->record.id);
    case LineRole:
        return at->record.site.line;
    case OutcomeRole:
        return at->isBlock ? QVariant(int(at->outcome)) : QVariant();
    default: // roles of Qt
        return {};
    }
}

QVariant TransactionModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    const QString titles[ColumnCount] = {tr("Transaction"), tr("State"), tr("Isolation"),
                                         tr("Connection"),  tr("Time"),  tr("Idle inside"),
                                         tr("Line")};
    return section >= 0 && section < ColumnCount ? titles[section] : QVariant();
}

} // namespace heddle::ui
