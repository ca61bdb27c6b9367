#pragma once

// Written by heddle-cli inspect --format cpp.

#include "orm/objects/model.h"

#include <QDateTime>
#include <QString>
#include <optional>

namespace chinookpostgresql {

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
    int albumId = 0;
    QString title;
    heddle::ForeignKey<Artist> artist;
    heddle::RelatedSet<Track> trackSet;

    static void describe(heddle::Model<Album> &m);
};

struct Artist {
    int artistId = 0;
    std::optional<QString> name;
    heddle::RelatedSet<Album> albumSet;

    static void describe(heddle::Model<Artist> &m);
};

struct Customer {
    int customerId = 0;
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
    int employeeId = 0;
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
    int genreId = 0;
    std::optional<QString> name;
    heddle::RelatedSet<Track> trackSet;

    static void describe(heddle::Model<Genre> &m);
};

struct Invoice {
    int invoiceId = 0;
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
    int invoiceLineId = 0;
    heddle::ForeignKey<Invoice> invoice;
    heddle::ForeignKey<Track> track;
    heddle::Decimal unitPrice;
    int quantity = 0;

    static void describe(heddle::Model<InvoiceLine> &m);
};

struct MediaType {
    int mediaTypeId = 0;
    std::optional<QString> name;
    heddle::RelatedSet<Track> trackSet;

    static void describe(heddle::Model<MediaType> &m);
};

struct Playlist {
    int playlistId = 0;
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
    int trackId = 0;
    QString name;
    heddle::ForeignKey<Album> album;
    heddle::ForeignKey<MediaType> mediaType;
    heddle::ForeignKey<Genre> genre;
    std::optional<QString> composer;
    int milliseconds = 0;
    std::optional<int> bytes;
    heddle::Decimal unitPrice;
    heddle::RelatedSet<InvoiceLine> invoicelineSet;
    heddle::ManyToMany<Playlist> playlistSet;
    heddle::RelatedSet<PlaylistTrack> playlisttrackSet;

    static void describe(heddle::Model<Track> &m);
};

inline void Album::describe(heddle::Model<Album> &m)
{
    using namespace heddle;
    m.primaryKey<&Album::albumId>(automatic(false));
    m.field<&Album::title>(maxLength(160));
    m.foreignKey<&Album::artist>();
    m.relatedSet<&Album::trackSet, &Track::album>();
}

inline void Artist::describe(heddle::Model<Artist> &m)
{
    using namespace heddle;
    m.primaryKey<&Artist::artistId>(automatic(false));
    m.field<&Artist::name>(maxLength(120));
    m.relatedSet<&Artist::albumSet, &Album::artist>();
}

inline void Customer::describe(heddle::Model<Customer> &m)
{
    using namespace heddle;
    m.primaryKey<&Customer::customerId>(automatic(false));
    m.field<&Customer::firstName>(maxLength(40));
    m.field<&Customer::lastName>(maxLength(20));
    m.field<&Customer::company>(maxLength(80));
    m.field<&Customer::address>(maxLength(70));
    m.field<&Customer::city>(maxLength(40));
    m.field<&Customer::state>(maxLength(40));
    m.field<&Customer::country>(maxLength(40));
    m.field<&Customer::postalCode>(maxLength(10));
    m.field<&Customer::phone>(maxLength(24));
    m.field<&Customer::fax>(maxLength(24));
    m.field<&Customer::email>(maxLength(60));
    m.foreignKey<&Customer::supportRep>(null());
    m.relatedSet<&Customer::invoiceSet, &Invoice::customer>();
}

inline void Employee::describe(heddle::Model<Employee> &m)
{
    using namespace heddle;
    m.primaryKey<&Employee::employeeId>(automatic(false));
    m.field<&Employee::lastName>(maxLength(20));
    m.field<&Employee::firstName>(maxLength(20));
    m.field<&Employee::title>(maxLength(30));
    m.foreignKey<&Employee::reportsTo>(column("reports_to"), null());
    m.field<&Employee::birthDate>();
    m.field<&Employee::hireDate>();
    m.field<&Employee::address>(maxLength(70));
    m.field<&Employee::city>(maxLength(40));
    m.field<&Employee::state>(maxLength(40));
    m.field<&Employee::country>(maxLength(40));
    m.field<&Employee::postalCode>(maxLength(10));
    m.field<&Employee::phone>(maxLength(24));
    m.field<&Employee::fax>(maxLength(24));
    m.field<&Employee::email>(maxLength(60));
    m.relatedSet<&Employee::customerSet, &Customer::supportRep>();
    m.relatedSet<&Employee::employeeSet, &Employee::reportsTo>();
}

inline void Genre::describe(heddle::Model<Genre> &m)
{
    using namespace heddle;
    m.primaryKey<&Genre::genreId>(automatic(false));
    m.field<&Genre::name>(maxLength(120));
    m.relatedSet<&Genre::trackSet, &Track::genre>();
}

inline void Invoice::describe(heddle::Model<Invoice> &m)
{
    using namespace heddle;
    m.primaryKey<&Invoice::invoiceId>(automatic(false));
    m.foreignKey<&Invoice::customer>();
    m.field<&Invoice::invoiceDate>();
    m.field<&Invoice::billingAddress>(maxLength(70));
    m.field<&Invoice::billingCity>(maxLength(40));
    m.field<&Invoice::billingState>(maxLength(40));
    m.field<&Invoice::billingCountry>(maxLength(40));
    m.field<&Invoice::billingPostalCode>(maxLength(10));
    m.field<&Invoice::total>(digits(10), decimalPlaces(2));
    m.relatedSet<&Invoice::invoicelineSet, &InvoiceLine::invoice>();
}

inline void InvoiceLine::describe(heddle::Model<InvoiceLine> &m)
{
    using namespace heddle;
    m.primaryKey<&InvoiceLine::invoiceLineId>(automatic(false));
    m.foreignKey<&InvoiceLine::invoice>();
    m.foreignKey<&InvoiceLine::track>();
    m.field<&InvoiceLine::unitPrice>(digits(10), decimalPlaces(2));
    m.field<&InvoiceLine::quantity>();
}

inline void MediaType::describe(heddle::Model<MediaType> &m)
{
    using namespace heddle;
    m.primaryKey<&MediaType::mediaTypeId>(automatic(false));
    m.field<&MediaType::name>(maxLength(120));
    m.relatedSet<&MediaType::trackSet, &Track::mediaType>();
}

inline void Playlist::describe(heddle::Model<Playlist> &m)
{
    using namespace heddle;
    m.primaryKey<&Playlist::playlistId>(automatic(false));
    m.field<&Playlist::name>(maxLength(120));
    m.relatedSet<&Playlist::playlisttrackSet, &PlaylistTrack::playlist>();
    m.manyToMany<&Playlist::trackSet, PlaylistTrack>();
}

inline void PlaylistTrack::describe(heddle::Model<PlaylistTrack> &m)
{
    using namespace heddle;
    m.foreignKey<&PlaylistTrack::playlist>();
    m.foreignKey<&PlaylistTrack::track>();
    m.primaryKey<&PlaylistTrack::playlist, &PlaylistTrack::track>();
}

inline void Track::describe(heddle::Model<Track> &m)
{
    using namespace heddle;
    m.primaryKey<&Track::trackId>(automatic(false));
    m.field<&Track::name>(maxLength(200));
    m.foreignKey<&Track::album>(null());
    m.foreignKey<&Track::mediaType>();
    m.foreignKey<&Track::genre>(null());
    m.field<&Track::composer>(maxLength(220));
    m.field<&Track::milliseconds>();
    m.field<&Track::bytes>();
    m.field<&Track::unitPrice>(digits(10), decimalPlaces(2));
    m.relatedSet<&Track::invoicelineSet, &InvoiceLine::track>();
    m.manyToMany<&Track::playlistSet, PlaylistTrack>();
    m.relatedSet<&Track::playlisttrackSet, &PlaylistTrack::track>();
}

} // namespace chinookpostgresql
