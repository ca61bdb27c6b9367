#include "app/sample/bookshop.h"

#include <QFile>

using namespace Qt::Literals::StringLiterals;

// A static library's resources are not linked by themselves. Outside of namespaces, as Qt asks.
static void loadSamples()
{
    Q_INIT_RESOURCE(heddle_samples);
}

namespace heddle::app {

QByteArray sampleWorkbook()
{
    loadSamples();
    QFile file(u":/heddle/samples/bookshop.py"_s);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace heddle::app
