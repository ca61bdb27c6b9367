#include "app/samplefiles.h"

#include "app/sample/bookshop.h"
#include "orm/values/errors.h"

#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {

SampleFiles prepareSample(const QString &folder)
{
    SampleFiles files;
    files.database = folder + u"/bookshop.sqlite"_s;
    QDir().mkpath(folder);
    try {
        if (!isCurrentBookshop(files.database))
            makeBookshop(files.database);
    } catch (const OrmError &error) {
        files.error = error.message();
        return files;
    }
    // The workbook is the user's as soon as it is there: what was typed into it stays.
    const QString workbook = folder + u"/bookshop.py"_s;
    if (!QFileInfo::exists(workbook)) {
        QSaveFile file(workbook);
        const QByteArray text = sampleWorkbook();
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
            return files;
    }
    files.workbook = workbook;
    return files;
}

} // namespace heddle::app
