#include "app/cli/cli.h"
#include "app/sample/bookshop.h"
#include "orm/values/errors.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QSaveFile>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

/// The size that --books or --rows ask for; nothing if they make no sense.
std::optional<BookshopSize> sizeFor(const QString &books, const QString &rows)
{
    if (books.isEmpty() && rows.isEmpty())
        return BookshopSize();
    bool ok = false;
    const int wanted = (books.isEmpty() ? rows : books).toInt(&ok);
    if (!ok || wanted < 1 || wanted > 100'000'000)
        return {};
    if (!books.isEmpty())
        return BookshopSize::forBooks(wanted);
    // The usual bookshop has 30,000 books in 244,364 rows, links to genres included.
    return BookshopSize::forBooks(
        int(std::max<std::int64_t>(1, std::int64_t(wanted) * 30'000 / 244'364)));
}

bool writeWorkbook(const QString &path)
{
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(sampleWorkbook()) >= 0 && file.commit())
        return true;
    complain(Cli::tr("cannot write the workbook to %1: %2").arg(path, file.errorString()));
    return false;
}

} // namespace

int sampleCommand(const QStringList &arguments, Output &out)
{
    CommandParser parser(
        arguments, Cli::tr("Makes the sample bookshop; the same size always gives the same rows."));
    const QCommandLineOption books(
        u"books"_s, Cli::tr("So many books, and everything else in proportion (usually 30000)."),
        u"N"_s);
    const QCommandLineOption rows(u"rows"_s, Cli::tr("About so many rows in all tables together."),
                                  u"N"_s);
    const QCommandLineOption workbook(
        u"workbook"_s, Cli::tr("Write the sample workbook there, too."), u"FILE.py"_s);
    const QCommandLineOption force(u"force"_s, Cli::tr("Replace the file if there is one."));
    parser.options().addOptions({books, rows, workbook, force});
    parser.options().addPositionalArgument(u"PATH"_s, Cli::tr("The file to write."));
    if (const auto status = parser.parse({u"PATH"_s}))
        return *status;
    if (parser.isSet(books) && parser.isSet(rows))
        return parser.wrong(Cli::tr("--books and --rows exclude each other"));
    const auto size = sizeFor(parser.value(books), parser.value(rows));
    if (!size)
        return parser.wrong(Cli::tr("--books and --rows want a number from 1 to 100000000"));
    const QString path = parser.positional(0);
    if (QFileInfo::exists(path) && !parser.isSet(force)) {
        complain(Cli::tr("%1 is there already; --force replaces it").arg(path));
        return ExitError;
    }
    try {
        QElapsedTimer timer;
        timer.start();
        makeBookshop(path, *size);
        out.writeLine(Cli::tr("%1: %2 books in %3 s")
                          .arg(path)
                          .arg(size->books)
                          .arg(double(timer.elapsed()) / 1000, 0, 'f', 1)
                          .toUtf8());
    } catch (const OrmError &error) {
        complain(error.message());
        return ExitError;
    }
    return parser.isSet(workbook) && !writeWorkbook(parser.value(workbook)) ? ExitError : ExitOk;
}

} // namespace heddle::app
