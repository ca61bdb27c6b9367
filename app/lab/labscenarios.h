#pragma once

#include "orm/analysis/anomalies.h"

#include <QList>
#include <QString>

namespace heddle::app {

/// One step of a session: BEGIN, COMMIT, ROLLBACK, or lines in Django's notation.
struct LabStep {
    int session = 0; // 0: A, 1: B
    QString text;
    friend bool operator==(const LabStep &, const LabStep &) = default;
};

/// Two sessions' steps in the order in which they are asked for.
struct LabScenario {
    QString key; // of the command line: "lost-update"
    QString title, explanation;
    QList<LabStep> steps;
    /// What may happen if nothing prevents it; nothing: it shows a cure, or a deadlock.
    std::optional<analysis::Anomaly> shows;
};

/// The ready-made scenarios, on the tables of LabDatabase.
const QList<LabScenario> &labScenarios();
/// By key; null: there is none.
const LabScenario *findLabScenario(const QString &key);

/// How the sessions' transactions are isolated from each other.
enum class LabLevel {
    Autocommit, // no transactions at all: each statement is one
    ReadUncommitted,
    ReadCommitted,
    RepeatableRead,
    Serializable,
    Deferred, // SQLite: the lock for writing is taken at the first write
    Immediate // SQLite: at BEGIN
};

QString labLevelKey(LabLevel level); // "repeatable-read"
QString labLevelTitle(LabLevel level);

} // namespace heddle::app
