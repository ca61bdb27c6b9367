#include "app/samplefiles.h"

#include "app/sample/bookshop.h"
#include "orm/execution/runner.h"
#include "orm/values/errors.h"

#include <QFileInfo>
#include <QSaveFile>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {

SampleFiles prepareSample(const QString &folder)
{
    SampleFiles files;
    files.database = folder + u"/bookshop.sqlite"_s;
    files.workbook = folder + u"/bookshop.py"_s;
    try {
        // A thread of its own: nobody's event loop waits for this.
        const AllowSync allowed("the sample bookshop is made on a background thread");
        if (!isCurrentBookshop(files.database))
            makeBookshop(files.database);
    } catch (const OrmError &error) {
        files.error = error.message();
        return files;
    }
    if (!QFileInfo::exists(files.workbook)) {
        QSaveFile file(files.workbook);
        if (!file.open(QIODevice::WriteOnly) || file.write(sampleWorkbook()) < 0 || !file.commit())
            files.workbook.clear(); // the database is there all the same
    }
    return files;
}

} // namespace heddle::app
