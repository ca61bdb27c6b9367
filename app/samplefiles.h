#pragma once

#include <QString>

namespace heddle::app {

/// The bookshop to try things on, and the workbook that goes with it.
struct SampleFiles {
    QString database;
    QString workbook;
    QString error; // one sentence, if there is no database
};

/// Makes what is missing in the folder; what is there stays as it is. Takes seconds: not for the
/// GUI thread.
SampleFiles prepareSample(const QString &folder);

} // namespace heddle::app
