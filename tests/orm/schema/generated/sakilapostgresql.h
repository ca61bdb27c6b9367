#pragma once

// Written by heddle-cli inspect --format cpp.

#include "orm/objects/model.h"

#include <QByteArray>
#include <QDate>
#include <QDateTime>
#include <QString>
#include <optional>

namespace sakilapostgresql {

struct Actor;
struct Address;
struct Category;
struct City;
struct Country;
struct Customer;
struct Film;
struct FilmActor;
struct FilmCategory;
struct Inventory;
struct Language;
struct Payment;
struct Rental;
struct Staff;
struct Store;

struct Actor {
    int actorId = 0;
    QString firstName;
    QString lastName;
    QDateTime lastUpdate;
    heddle::RelatedSet<FilmActor> filmactorSet;

    static void describe(heddle::Model<Actor> &m);
};

struct Address {
    int addressId = 0;
    QString address;
    std::optional<QString> address2;
    QString district;
    heddle::ForeignKey<City> city;
    std::optional<QString> postalCode;
    QString phone;
    QDateTime lastUpdate;
    heddle::RelatedSet<Customer> customerSet;
    heddle::RelatedSet<Staff> staffSet;
    heddle::RelatedSet<Store> storeSet;

    static void describe(heddle::Model<Address> &m);
};

struct Category {
    int categoryId = 0;
    QString name;
    QDateTime lastUpdate;
    heddle::RelatedSet<FilmCategory> filmcategorySet;

    static void describe(heddle::Model<Category> &m);
};

struct City {
    int cityId = 0;
    QString city;
    heddle::ForeignKey<Country> country;
    QDateTime lastUpdate;
    heddle::RelatedSet<Address> addressSet;

    static void describe(heddle::Model<City> &m);
};

struct Country {
    int countryId = 0;
    QString country;
    QDateTime lastUpdate;
    heddle::RelatedSet<City> citySet;

    static void describe(heddle::Model<Country> &m);
};

struct Customer {
    int customerId = 0;
    heddle::ForeignKey<Store> store;
    QString firstName;
    QString lastName;
    std::optional<QString> email;
    heddle::ForeignKey<Address> address;
    bool activebool = false;
    QDate createDate;
    std::optional<QDateTime> lastUpdate;
    std::optional<int> active;
    heddle::RelatedSet<Payment> paymentSet;
    heddle::RelatedSet<Rental> rentalSet;

    static void describe(heddle::Model<Customer> &m);
};

struct Film {
    int filmId = 0;
    QString title;
    std::optional<QString> description;
    std::optional<int> releaseYear;
    heddle::ForeignKey<Language> language;
    heddle::ForeignKey<Language> originalLanguage;
    qint16 rentalDuration = 0;
    heddle::Decimal rentalRate;
    std::optional<qint16> length;
    heddle::Decimal replacementCost;
    std::optional<QString> rating;
    QDateTime lastUpdate;
    std::optional<QString> specialFeatures;
    heddle::RelatedSet<FilmActor> filmactorSet;
    heddle::RelatedSet<FilmCategory> filmcategorySet;
    heddle::RelatedSet<Inventory> inventorySet;

    static void describe(heddle::Model<Film> &m);
};

struct FilmActor {
    heddle::ForeignKey<Actor> actor;
    heddle::ForeignKey<Film> film;
    QDateTime lastUpdate;

    static void describe(heddle::Model<FilmActor> &m);
};

struct FilmCategory {
    heddle::ForeignKey<Film> film;
    heddle::ForeignKey<Category> category;
    QDateTime lastUpdate;

    static void describe(heddle::Model<FilmCategory> &m);
};

struct Inventory {
    int inventoryId = 0;
    heddle::ForeignKey<Film> film;
    heddle::ForeignKey<Store> store;
    QDateTime lastUpdate;
    heddle::RelatedSet<Rental> rentalSet;

    static void describe(heddle::Model<Inventory> &m);
};

struct Language {
    int languageId = 0;
    QString name;
    QDateTime lastUpdate;
    heddle::RelatedSet<Film> filmLanguageSet;
    heddle::RelatedSet<Film> filmOriginalLanguageSet;

    static void describe(heddle::Model<Language> &m);
};

struct Payment {
    int paymentId = 0;
    heddle::ForeignKey<Customer> customer;
    heddle::ForeignKey<Staff> staff;
    heddle::ForeignKey<Rental> rental;
    heddle::Decimal amount;
    QDateTime paymentDate;

    static void describe(heddle::Model<Payment> &m);
};

struct Rental {
    int rentalId = 0;
    QDateTime rentalDate;
    heddle::ForeignKey<Inventory> inventory;
    heddle::ForeignKey<Customer> customer;
    std::optional<QDateTime> returnDate;
    heddle::ForeignKey<Staff> staff;
    QDateTime lastUpdate;
    heddle::RelatedSet<Payment> paymentSet;

    static void describe(heddle::Model<Rental> &m);
};

struct Staff {
    int staffId = 0;
    QString firstName;
    QString lastName;
    heddle::ForeignKey<Address> address;
    std::optional<QString> email;
    heddle::ForeignKey<Store> store;
    bool active = false;
    QString username;
    std::optional<QString> password;
    QDateTime lastUpdate;
    std::optional<QByteArray> picture;
    heddle::RelatedSet<Payment> paymentSet;
    heddle::RelatedSet<Rental> rentalSet;
    heddle::RelatedSet<Store> storeManagerStaffSet;

    static void describe(heddle::Model<Staff> &m);
};

struct Store {
    int storeId = 0;
    heddle::ForeignKey<Staff> managerStaff;
    heddle::ForeignKey<Address> address;
    QDateTime lastUpdate;
    heddle::RelatedSet<Customer> customerSet;
    heddle::RelatedSet<Inventory> inventorySet;
    heddle::RelatedSet<Staff> staffSet;

    static void describe(heddle::Model<Store> &m);
};

inline void Actor::describe(heddle::Model<Actor> &m)
{
    using namespace heddle;
    m.primaryKey<&Actor::actorId>();
    m.field<&Actor::firstName>(maxLength(45));
    m.field<&Actor::lastName>(maxLength(45));
    m.field<&Actor::lastUpdate>();
    m.relatedSet<&Actor::filmactorSet, &FilmActor::actor>();
}

inline void Address::describe(heddle::Model<Address> &m)
{
    using namespace heddle;
    m.primaryKey<&Address::addressId>();
    m.field<&Address::address>(maxLength(50));
    m.field<&Address::address2>(maxLength(50));
    m.field<&Address::district>(maxLength(20));
    m.foreignKey<&Address::city>();
    m.field<&Address::postalCode>(maxLength(10));
    m.field<&Address::phone>(maxLength(20));
    m.field<&Address::lastUpdate>();
    m.relatedSet<&Address::customerSet, &Customer::address>();
    m.relatedSet<&Address::staffSet, &Staff::address>();
    m.relatedSet<&Address::storeSet, &Store::address>();
}

inline void Category::describe(heddle::Model<Category> &m)
{
    using namespace heddle;
    m.primaryKey<&Category::categoryId>();
    m.field<&Category::name>(maxLength(25));
    m.field<&Category::lastUpdate>();
    m.relatedSet<&Category::filmcategorySet, &FilmCategory::category>();
}

inline void City::describe(heddle::Model<City> &m)
{
    using namespace heddle;
    m.primaryKey<&City::cityId>();
    m.field<&City::city>(maxLength(50));
    m.foreignKey<&City::country>();
    m.field<&City::lastUpdate>();
    m.relatedSet<&City::addressSet, &Address::city>();
}

inline void Country::describe(heddle::Model<Country> &m)
{
    using namespace heddle;
    m.primaryKey<&Country::countryId>();
    m.field<&Country::country>(maxLength(50));
    m.field<&Country::lastUpdate>();
    m.relatedSet<&Country::citySet, &City::country>();
}

inline void Customer::describe(heddle::Model<Customer> &m)
{
    using namespace heddle;
    m.primaryKey<&Customer::customerId>();
    m.foreignKey<&Customer::store>();
    m.field<&Customer::firstName>(maxLength(45));
    m.field<&Customer::lastName>(maxLength(45));
    m.field<&Customer::email>(maxLength(50));
    m.foreignKey<&Customer::address>();
    m.field<&Customer::activebool>();
    m.field<&Customer::createDate>();
    m.field<&Customer::lastUpdate>();
    m.field<&Customer::active>();
    m.relatedSet<&Customer::paymentSet, &Payment::customer>();
    m.relatedSet<&Customer::rentalSet, &Rental::customer>();
}

inline void Film::describe(heddle::Model<Film> &m)
{
    using namespace heddle;
    m.primaryKey<&Film::filmId>();
    m.field<&Film::title>(maxLength(255));
    m.field<&Film::description>();
    m.field<&Film::releaseYear>();
    m.foreignKey<&Film::language>();
    m.foreignKey<&Film::originalLanguage>(onDelete(SetNull), null());
    m.field<&Film::rentalDuration>();
    m.field<&Film::rentalRate>(digits(4), decimalPlaces(2));
    m.field<&Film::length>();
    m.field<&Film::replacementCost>(digits(5), decimalPlaces(2));
    m.field<&Film::rating>(maxLength(10));
    m.field<&Film::lastUpdate>();
    m.field<&Film::specialFeatures>();
    m.relatedSet<&Film::filmactorSet, &FilmActor::film>();
    m.relatedSet<&Film::filmcategorySet, &FilmCategory::film>();
    m.relatedSet<&Film::inventorySet, &Inventory::film>();
}

inline void FilmActor::describe(heddle::Model<FilmActor> &m)
{
    using namespace heddle;
    m.foreignKey<&FilmActor::actor>(onDelete(Cascade));
    m.foreignKey<&FilmActor::film>(onDelete(Cascade));
    m.field<&FilmActor::lastUpdate>();
    m.primaryKey<&FilmActor::actor, &FilmActor::film>();
}

inline void FilmCategory::describe(heddle::Model<FilmCategory> &m)
{
    using namespace heddle;
    m.foreignKey<&FilmCategory::film>(onDelete(Cascade));
    m.foreignKey<&FilmCategory::category>(onDelete(Cascade));
    m.field<&FilmCategory::lastUpdate>();
    m.primaryKey<&FilmCategory::film, &FilmCategory::category>();
}

inline void Inventory::describe(heddle::Model<Inventory> &m)
{
    using namespace heddle;
    m.primaryKey<&Inventory::inventoryId>();
    m.foreignKey<&Inventory::film>(onDelete(Cascade));
    m.foreignKey<&Inventory::store>();
    m.field<&Inventory::lastUpdate>();
    m.relatedSet<&Inventory::rentalSet, &Rental::inventory>();
}

inline void Language::describe(heddle::Model<Language> &m)
{
    using namespace heddle;
    m.primaryKey<&Language::languageId>();
    m.field<&Language::name>(maxLength(20));
    m.field<&Language::lastUpdate>();
    m.relatedSet<&Language::filmLanguageSet, &Film::language>();
    m.relatedSet<&Language::filmOriginalLanguageSet, &Film::originalLanguage>();
}

inline void Payment::describe(heddle::Model<Payment> &m)
{
    using namespace heddle;
    m.primaryKey<&Payment::paymentId>();
    m.foreignKey<&Payment::customer>();
    m.foreignKey<&Payment::staff>();
    m.foreignKey<&Payment::rental>(onDelete(SetNull), null());
    m.field<&Payment::amount>(digits(5), decimalPlaces(2));
    m.field<&Payment::paymentDate>();
}

inline void Rental::describe(heddle::Model<Rental> &m)
{
    using namespace heddle;
    m.primaryKey<&Rental::rentalId>();
    m.field<&Rental::rentalDate>();
    m.foreignKey<&Rental::inventory>(onDelete(Cascade));
    m.foreignKey<&Rental::customer>();
    m.field<&Rental::returnDate>();
    m.foreignKey<&Rental::staff>();
    m.field<&Rental::lastUpdate>();
    m.relatedSet<&Rental::paymentSet, &Payment::rental>();
}

inline void Staff::describe(heddle::Model<Staff> &m)
{
    using namespace heddle;
    m.primaryKey<&Staff::staffId>();
    m.field<&Staff::firstName>(maxLength(45));
    m.field<&Staff::lastName>(maxLength(45));
    m.foreignKey<&Staff::address>();
    m.field<&Staff::email>(maxLength(50));
    m.foreignKey<&Staff::store>();
    m.field<&Staff::active>();
    m.field<&Staff::username>(maxLength(16));
    m.field<&Staff::password>(maxLength(40));
    m.field<&Staff::lastUpdate>();
    m.field<&Staff::picture>();
    m.relatedSet<&Staff::paymentSet, &Payment::staff>();
    m.relatedSet<&Staff::rentalSet, &Rental::staff>();
    m.relatedSet<&Staff::storeManagerStaffSet, &Store::managerStaff>();
}

inline void Store::describe(heddle::Model<Store> &m)
{
    using namespace heddle;
    m.primaryKey<&Store::storeId>();
    m.foreignKey<&Store::managerStaff>();
    m.foreignKey<&Store::address>();
    m.field<&Store::lastUpdate>();
    m.relatedSet<&Store::customerSet, &Customer::store>();
    m.relatedSet<&Store::inventorySet, &Inventory::store>();
    m.relatedSet<&Store::staffSet, &Staff::store>();
}

} // namespace sakilapostgresql
