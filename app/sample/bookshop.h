#pragma once

#include <QString>

namespace heddle::app {

/// How many rows each table of the bookshop gets.
struct BookshopSize {
    int publishers = 300;
    int authors = 5'000;
    int genres = 24;
    int books = 30'000;
    int reviews = 60'000;
    int shops = 40;
    int stock = 24'000;
    int sales = 80'000;

    /// The same proportions for so many books; never less than one row in a table.
    static BookshopSize forBooks(int books);
};

/// The sample database: authors, publishers, books, genres (many to many), reviews, shops, stock,
/// sales.
///
/// The same size always gives the same rows. The file is written beside its place and moved there
/// when it is whole; WAL, foreign keys and indexes are set up. Throws OperationalError with a
/// sentence for people. Takes seconds: not for the GUI thread.
void makeBookshop(const QString &path, const BookshopSize &size = {});

/// True if the file is a bookshop as makeBookshop() of this version writes it.
bool isCurrentBookshop(const QString &path);

/// Where the user's own bookshop is kept.
QString bookshopFolder();

/// The text of the workbook that goes with it.
QByteArray sampleWorkbook();

} // namespace heddle::app
