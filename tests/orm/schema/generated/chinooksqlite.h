#pragma once

// Written by heddle-cli inspect --format cpp.

#include "orm/objects/model.h"

#include <QDateTime>
#include <QString>
#include <optional>

namespace chinooksqlite {

struct Album;
struct Artist;
struct Customer;
struct Employee;
struct Genre;
struct Invoice;
struct InvoiceLine;
struct MediaType;
struct Playlist;
struct PlaylistTrack;
struct Track;

struct Album {
    qint64 albumId = 0;
    QString title;
    heddle::ForeignKey<Artist> artist;
    heddle::RelatedSet<Track> trackSet;

    static void describe(heddle::Model<Album> &m);
};

struct Artist {
    qint64 artistId = 0;
    std::optional<QString> name;
    heddle::RelatedSet<Album> albumSet;

    static void describe(heddle::Model<Artist> &m);
};

struct Customer {
    qint64 customerId = 0;
    QString firstName;
    QString lastName;
    std::optional<QString> company;
    std::optional<QString> address;
    std::optional<QString> city;
    std::optional<QString> state;
    std::optional<QString> country;
    std::optional<QString> postalCode;
    std::optional<QString> phone;
    std::optional<QString> fax;
    QString email;
    heddle::ForeignKey<Employee> supportRep;
    heddle::RelatedSet<Invoice> invoiceSet;

    static void describe(heddle::Model<Customer> &m);
};

struct Employee {
    qint64 employeeId = 0;
    QString lastName;
    QString firstName;
    std::optional<QString> title;
    heddle::ForeignKey<Employee> reportsTo;
    std::optional<QDateTime> birthDate;
    std::optional<QDateTime> hireDate;
    std::optional<QString> address;
    std::optional<QString> city;
    std::optional<QString> state;
    std::optional<QString> country;
    std::optional<QString> postalCode;
    std::optional<QString> phone;
    std::optional<QString> fax;
    std::optional<QString> email;
    heddle::RelatedSet<Customer> customerSet;
    heddle::RelatedSet<Employee> employeeSet;

    static void describe(heddle::Model<Employee> &m);
};

struct Genre {
    qint64 genreId = 0;
    std::optional<QString> name;
    heddle::RelatedSet<Track> trackSet;

    static void describe(heddle::Model<Genre> &m);
};

struct Invoice {
    qint64 invoiceId = 0;
    heddle::ForeignKey<Customer> customer;
    QDateTime invoiceDate;
    std::optional<QString> billingAddress;
    std::optional<QString> billingCity;
    std::optional<QString> billingState;
    std::optional<QString> billingCountry;
    std::optional<QString> billingPostalCode;
    heddle::Decimal total;
    heddle::RelatedSet<InvoiceLine> invoicelineSet;

    static void describe(heddle::Model<Invoice> &m);
};

struct InvoiceLine {
    qint64 invoiceLineId = 0;
    heddle::ForeignKey<Invoice> invoice;
    heddle::ForeignKey<Track> track;
    heddle::Decimal unitPrice;
    qint64 quantity = 0;

    static void describe(heddle::Model<InvoiceLine> &m);
};

struct MediaType {
    qint64 mediaTypeId = 0;
    std::optional<QString> name;
    heddle::RelatedSet<Track> trackSet;

    static void describe(heddle::Model<MediaType> &m);
};

struct Playlist {
    qint64 playlistId = 0;
    std::optional<QString> name;
    heddle::RelatedSet<PlaylistTrack> playlisttrackSet;
    heddle::ManyToMany<Track> trackSet;

    static void describe(heddle::Model<Playlist> &m);
};

struct PlaylistTrack {
    heddle::ForeignKey<Playlist> playlist;
    heddle::ForeignKey<Track> track;

    static void describe(heddle::Model<PlaylistTrack> &m);
};

struct Track {
    qint64 trackId = 0;
    QString name;
    heddle::ForeignKey<Album> album;
    heddle::ForeignKey<MediaType> mediaType;
    heddle::ForeignKey<Genre> genre;
    std::optional<QString> composer;
    qint64 milliseconds = 0;
    std::optional<qint64> bytes;
    heddle::Decimal unitPrice;
    heddle::RelatedSet<InvoiceLine> invoicelineSet;
    heddle::ManyToMany<Playlist> playlistSet;
    heddle::RelatedSet<PlaylistTrack> playlisttrackSet;

    static void describe(heddle::Model<Track> &m);
};

inline void Album::describe(heddle::Model<Album> &m)
{
    using namespace heddle;
    m.table("Album");
    m.primaryKey<&Album::albumId>(column("AlbumId"));
    m.field<&Album::title>(column("Title"), maxLength(160));
    m.foreignKey<&Album::artist>(column("ArtistId"));
    m.relatedSet<&Album::trackSet, &Track::album>();
}

inline void Artist::describe(heddle::Model<Artist> &m)
{
    using namespace heddle;
    m.table("Artist");
    m.primaryKey<&Artist::artistId>(column("ArtistId"));
    m.field<&Artist::name>(column("Name"), maxLength(120));
    m.relatedSet<&Artist::albumSet, &Album::artist>();
}

inline void Customer::describe(heddle::Model<Customer> &m)
{
    using namespace heddle;
    m.table("Customer");
    m.primaryKey<&Customer::customerId>(column("CustomerId"));
    m.field<&Customer::firstName>(column("FirstName"), maxLength(40));
    m.field<&Customer::lastName>(column("LastName"), maxLength(20));
    m.field<&Customer::company>(column("Company"), maxLength(80));
    m.field<&Customer::address>(column("Address"), maxLength(70));
    m.field<&Customer::city>(column("City"), maxLength(40));
    m.field<&Customer::state>(column("State"), maxLength(40));
    m.field<&Customer::country>(column("Country"), maxLength(40));
    m.field<&Customer::postalCode>(column("PostalCode"), maxLength(10));
    m.field<&Customer::phone>(column("Phone"), maxLength(24));
    m.field<&Customer::fax>(column("Fax"), maxLength(24));
    m.field<&Customer::email>(column("Email"), maxLength(60));
    m.foreignKey<&Customer::supportRep>(column("SupportRepId"), null());
    m.relatedSet<&Customer::invoiceSet, &Invoice::customer>();
}

inline void Employee::describe(heddle::Model<Employee> &m)
{
    using namespace heddle;
    m.table("Employee");
    m.primaryKey<&Employee::employeeId>(column("EmployeeId"));
    m.field<&Employee::lastName>(column("LastName"), maxLength(20));
    m.field<&Employee::firstName>(column("FirstName"), maxLength(20));
    m.field<&Employee::title>(column("Title"), maxLength(30));
    m.foreignKey<&Employee::reportsTo>(column("ReportsTo"), null());
    m.field<&Employee::birthDate>(column("BirthDate"));
    m.field<&Employee::hireDate>(column("HireDate"));
    m.field<&Employee::address>(column("Address"), maxLength(70));
    m.field<&Employee::city>(column("City"), maxLength(40));
    m.field<&Employee::state>(column("State"), maxLength(40));
    m.field<&Employee::country>(column("Country"), maxLength(40));
    m.field<&Employee::postalCode>(column("PostalCode"), maxLength(10));
    m.field<&Employee::phone>(column("Phone"), maxLength(24));
    m.field<&Employee::fax>(column("Fax"), maxLength(24));
    m.field<&Employee::email>(column("Email"), maxLength(60));
    m.relatedSet<&Employee::customerSet, &Customer::supportRep>();
    m.relatedSet<&Employee::employeeSet, &Employee::reportsTo>();
}

inline void Genre::describe(heddle::Model<Genre> &m)
{
    using namespace heddle;
    m.table("Genre");
    m.primaryKey<&Genre::genreId>(column("GenreId"));
    m.field<&Genre::name>(column("Name"), maxLength(120));
    m.relatedSet<&Genre::trackSet, &Track::genre>();
}

inline void Invoice::describe(heddle::Model<Invoice> &m)
{
    using namespace heddle;
    m.table("Invoice");
    m.primaryKey<&Invoice::invoiceId>(column("InvoiceId"));
    m.foreignKey<&Invoice::customer>(column("CustomerId"));
    m.field<&Invoice::invoiceDate>(column("InvoiceDate"));
    m.field<&Invoice::billingAddress>(column("BillingAddress"), maxLength(70));
    m.field<&Invoice::billingCity>(column("BillingCity"), maxLength(40));
    m.field<&Invoice::billingState>(column("BillingState"), maxLength(40));
    m.field<&Invoice::billingCountry>(column("BillingCountry"), maxLength(40));
    m.field<&Invoice::billingPostalCode>(column("BillingPostalCode"), maxLength(10));
    m.field<&Invoice::total>(column("Total"), digits(10), decimalPlaces(2));
    m.relatedSet<&Invoice::invoicelineSet, &InvoiceLine::invoice>();
}

inline void InvoiceLine::describe(heddle::Model<InvoiceLine> &m)
{
    using namespace heddle;
    m.table("InvoiceLine");
    m.primaryKey<&InvoiceLine::invoiceLineId>(column("InvoiceLineId"));
    m.foreignKey<&InvoiceLine::invoice>(column("InvoiceId"));
    m.foreignKey<&InvoiceLine::track>(column("TrackId"));
    m.field<&InvoiceLine::unitPrice>(column("UnitPrice"), digits(10), decimalPlaces(2));
    m.field<&InvoiceLine::quantity>(column("Quantity"));
}

inline void MediaType::describe(heddle::Model<MediaType> &m)
{
    using namespace heddle;
    m.table("MediaType");
    m.primaryKey<&MediaType::mediaTypeId>(column("MediaTypeId"));
    m.field<&MediaType::name>(column("Name"), maxLength(120));
    m.relatedSet<&MediaType::trackSet, &Track::mediaType>();
}

inline void Playlist::describe(heddle::Model<Playlist> &m)
{
    using namespace heddle;
    m.table("Playlist");
    m.primaryKey<&Playlist::playlistId>(column("PlaylistId"));
    m.field<&Playlist::name>(column("Name"), maxLength(120));
    m.relatedSet<&Playlist::playlisttrackSet, &PlaylistTrack::playlist>();
    m.manyToMany<&Playlist::trackSet, PlaylistTrack>();
}

inline void PlaylistTrack::describe(heddle::Model<PlaylistTrack> &m)
{
    using namespace heddle;
    m.table("PlaylistTrack");
    m.foreignKey<&PlaylistTrack::playlist>(column("PlaylistId"));
    m.foreignKey<&PlaylistTrack::track>(column("TrackId"));
    m.primaryKey<&PlaylistTrack::playlist, &PlaylistTrack::track>();
}

inline void Track::describe(heddle::Model<Track> &m)
{
    using namespace heddle;
    m.table("Track");
    m.primaryKey<&Track::trackId>(column("TrackId"));
    m.field<&Track::name>(column("Name"), maxLength(200));
    m.foreignKey<&Track::album>(column("AlbumId"), null());
    m.foreignKey<&Track::mediaType>(column("MediaTypeId"));
    m.foreignKey<&Track::genre>(column("GenreId"), null());
    m.field<&Track::composer>(column("Composer"), maxLength(220));
    m.field<&Track::milliseconds>(column("Milliseconds"));
    m.field<&Track::bytes>(column("Bytes"));
    m.field<&Track::unitPrice>(column("UnitPrice"), digits(10), decimalPlaces(2));
    m.relatedSet<&Track::invoicelineSet, &InvoiceLine::track>();
    m.manyToMany<&Track::playlistSet, PlaylistTrack>();
    m.relatedSet<&Track::playlisttrackSet, &PlaylistTrack::track>();
}

} // namespace chinooksqlite
