#pragma once

#include "orm/objects/typed.h"

/// The bookshop of tests/data/bookshop.sql as structs.
namespace shop {

using namespace heddle;

struct Author;
struct Publisher;
struct Review;
struct Cover;
struct BookAuthor;

struct Book {
    qint64 id = 0;
    QString title;
    std::optional<QString> isbn;
    std::optional<int> pages;
    Decimal price;
    bool inPrint = false;
    std::optional<QDate> published;
    QDateTime added;
    ForeignKey<Publisher> publisher;
    ManyToMany<Author> authors;
    RelatedSet<Review> reviews;
    RelatedOne<Cover> cover;

    static void describe(Model<Book> &m)
    {
        m.primaryKey<&Book::id>();
        m.field<&Book::title>(maxLength(200));
        m.field<&Book::isbn>(maxLength(20), unique());
        m.field<&Book::pages>();
        m.field<&Book::price>(digits(8), decimalPlaces(2));
        m.field<&Book::inPrint>();
        m.field<&Book::published>();
        m.field<&Book::added>();
        m.foreignKey<&Book::publisher>(null());
        m.manyToMany<&Book::authors, BookAuthor>();
        m.relatedSet<&Book::reviews>();
        m.relatedOne<&Book::cover>();
    }
};

struct Publisher {
    qint64 id = 0;
    QString name;
    std::optional<QString> city;
    std::optional<QDate> founded;
    std::optional<QTime> opens;
    RelatedSet<Book> books;

    static void describe(Model<Publisher> &m)
    {
        m.primaryKey<&Publisher::id>();
        m.field<&Publisher::name>(maxLength(80));
        m.field<&Publisher::city>(maxLength(40));
        m.field<&Publisher::founded>();
        m.field<&Publisher::opens>();
        m.relatedSet<&Publisher::books>();
    }
};

struct Author {
    qint64 id = 0;
    QString name;
    std::optional<QDate> born;
    ForeignKey<Author> mentor;
    ManyToMany<Book> books;

    static void describe(Model<Author> &m)
    {
        m.primaryKey<&Author::id>();
        m.field<&Author::name>(maxLength(80));
        m.field<&Author::born>();
        m.foreignKey<&Author::mentor>(null());
        m.manyToMany<&Author::books, BookAuthor>();
    }
};

struct BookAuthor {
    ForeignKey<Book> book;
    ForeignKey<Author> author;

    static void describe(Model<BookAuthor> &m)
    {
        m.primaryKey<&BookAuthor::book, &BookAuthor::author>();
    }
};

struct Cover {
    OneToOne<Book> book;
    std::optional<QString> colour;
    std::optional<QByteArray> image;

    static void describe(Model<Cover> &m)
    {
        m.primaryKey<&Cover::book>();
        m.field<&Cover::colour>(maxLength(20));
        m.field<&Cover::image>();
    }
};

struct Review {
    qint64 id = 0;
    ForeignKey<Book> book;
    QString reviewer;
    int rating = 0;
    std::optional<QDateTime> written;

    static void describe(Model<Review> &m)
    {
        m.primaryKey<&Review::id>();
        m.foreignKey<&Review::book>();
        m.field<&Review::reviewer>(maxLength(40));
        m.field<&Review::rating>();
        m.field<&Review::written>();
    }
};

struct Edition {
    ForeignKey<Book> book;
    int number = 0;
    std::optional<int> year;

    static void describe(Model<Edition> &m)
    {
        m.primaryKey<&Edition::book, &Edition::number>();
        m.field<&Edition::year>();
    }
};

struct Award {
    qint64 id = 0;
    QString name;
    ForeignKey<Book> book;

    static void describe(Model<Award> &m)
    {
        m.primaryKey<&Award::id>();
        m.field<&Award::name>(maxLength(40));
        m.foreignKey<&Award::book>(null(), toField<&Book::isbn>(), column("book_isbn"),
                                   fieldName("book_isbn"));
    }
};

} // namespace shop
