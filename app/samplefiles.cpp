#include "app/samplefiles.h"

#include <QCoreApplication>
#include <QFileInfo>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {

SampleFiles prepareSample(const QString &folder)
{
    SampleFiles files;
    files.database = folder + u"/bookshop.sqlite"_s;
    files.workbook = folder + u"/bookshop.py"_s;
    if (!QFileInfo::exists(files.database))
        files.error = QCoreApplication::translate("heddle::app::SampleFiles", "The sample bookshop has not been made yet.");
    if (!QFileInfo::exists(files.workbook))
        files.workbook.clear();
    return files;
}

} // namespace heddle::app
