#pragma once

#include "app/lab/lab.h"

namespace heddle::app {

// The lab's words, the same in the window and on the command line.

/// "A", "B".
QString sessionName(int session);
/// "Lost update".
QString anomalyTitle(analysis::Anomaly anomaly);
QString anomalyKey(analysis::Anomaly anomaly); // "lost-update"
/// One sentence of what happened, with the numbers of its steps, which count from 1.
QString anomalySentence(const analysis::AnomalyFinding &finding);
/// "Pending", "Waiting", ...
QString stepStateTitle(LabStepState state);
/// What a step came to, in a line or more; empty while there is nothing to say.
QString stepResultText(const LabStepResult &result);
/// What happened, or what prevented it: "Lost update", "refused (40001)", "waits". `mayHappen`: the
/// scenario shows an anomaly.
QString outcomeWord(const LabOutcome &outcome, bool mayHappen);
/// The same as a sentence's part: "Prevented: refused (40001)".
QString outcomeText(const LabOutcome &outcome, bool mayHappen);
/// What the database makes of a level, where that is not what its name says; or empty.
QString levelNote(LabDatabase::Kind kind, LabLevel level);

} // namespace heddle::app
