#pragma once

#include <QHash>
#include <cstdint>
#include <mutex>
#include <optional>

namespace heddle {

/// How a type of PostgreSQL looks on the wire in binary format.
enum class PostgresWire {
    Bool,
    Int2,
    Int4,
    Int8,
    Oid, // unsigned, four bytes
    Float4,
    Float8,
    Numeric,
    Text, // every type whose bytes are its text: varchar, enums, citext, xml, json, void, ...
    Json,
    Jsonb, // a version byte, then the text
    Char,  // "char", one byte
    Bytea,
    Date,
    Time,
    TimeTz,
    Timestamp,
    TimestampTz,
    Interval,
    Uuid,
    Array,
    Other, // only its text format is understood here
};

using PostgresOid = std::uint32_t;

struct PostgresType {
    PostgresWire wire = PostgresWire::Other;
    PostgresWire element = PostgresWire::Other; // of an array
    PostgresOid elementOid = 0;
    /// Whether its binary format can be read and written.
    bool isBinary() const
    {
        return wire != PostgresWire::Other &&
               (wire != PostgresWire::Array || element != PostgresWire::Other);
    }
    bool operator==(const PostgresType &) const = default;
};

/// The numbers of built-in types that parameters are declared as; they never change.
namespace PostgresOids {
constexpr PostgresOid unknown = 0, boolean = 16, bytea = 17, int8 = 20, int2 = 21, int4 = 23,
                      text = 25, float8 = 701, date = 1082, time = 1083, timestamp = 1114,
                      timestampTz = 1184, interval = 1186, numeric = 1700, uuid = 2950;
constexpr PostgresOid booleans = 1000, int4s = 1007, int8s = 1016, timestamps = 1115, dates = 1182,
                      times = 1183, timestampTzs = 1185, intervals = 1187, numerics = 1231,
                      uuids = 2951;
} // namespace PostgresOids

/// Types by number: the built-in ones, and those that a database defines itself, which its
/// connections look up once. Shared by the connections of one pool; any thread.
class PostgresTypes {
public:
    /// Nothing if the type has not been looked up yet.
    std::optional<PostgresType> find(PostgresOid oid) const;
    /// What pg_type says of a type: its send function by name, and of an array its element's.
    void add(PostgresOid oid, const QByteArray &sendFunction, PostgresOid elementOid,
             const QByteArray &elementSendFunction);

private:
    mutable std::mutex m_mutex;
    QHash<PostgresOid, PostgresType> m_own;
};

} // namespace heddle
