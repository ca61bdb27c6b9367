#include "orm/backends/postgres/postgrestypes.h"

#include <QByteArray>
#include <algorithm>

namespace heddle {

namespace {

using W = PostgresWire;

struct Builtin {
    PostgresOid oid;
    PostgresOid array;
    PostgresWire wire;
};

// From the server's catalogue file pg_type.dat, sorted by number.
constexpr Builtin builtins[] = {
    {16, 1000, W::Bool},        {17, 1001, W::Bytea},
    {18, 1002, W::Char},        {19, 1003, W::Text},
    {20, 1016, W::Int8},        {21, 1005, W::Int2},
    {23, 1007, W::Int4},        {25, 1009, W::Text},
    {26, 1028, W::Oid},         {114, 199, W::Json},
    {142, 143, W::Text},        {700, 1021, W::Float4},
    {701, 1022, W::Float8},     {705, 0, W::Text},
    {1042, 1014, W::Text},      {1043, 1015, W::Text},
    {1082, 1182, W::Date},      {1083, 1183, W::Time},
    {1114, 1115, W::Timestamp}, {1184, 1185, W::TimestampTz},
    {1186, 1187, W::Interval},  {1266, 1270, W::TimeTz},
    {1700, 1231, W::Numeric},   {2275, 1263, W::Text},
    {2278, 0, W::Text},         {2950, 2951, W::Uuid},
    {3802, 3807, W::Jsonb},
};

struct Sender {
    const char *name;
    PostgresWire wire;
};

// Types that a database defines are known by the function that sends them: a domain's or an enum's
// is that of what it is made of.
constexpr Sender senders[] = {
    {"boolsend", W::Bool},
    {"byteasend", W::Bytea},
    {"charsend", W::Char},
    {"namesend", W::Text},
    {"int8send", W::Int8},
    {"int2send", W::Int2},
    {"int4send", W::Int4},
    {"textsend", W::Text},
    {"oidsend", W::Oid},
    {"json_send", W::Json},
    {"jsonb_send", W::Jsonb},
    {"xml_send", W::Text},
    {"float4send", W::Float4},
    {"float8send", W::Float8},
    {"bpcharsend", W::Text},
    {"varcharsend", W::Text},
    {"date_send", W::Date},
    {"time_send", W::Time},
    {"timetz_send", W::TimeTz},
    {"timestamp_send", W::Timestamp},
    {"timestamptz_send", W::TimestampTz},
    {"interval_send", W::Interval},
    {"numeric_send", W::Numeric},
    {"uuid_send", W::Uuid},
    {"enum_send", W::Text},
    {"citextsend", W::Text},
    {"unknownsend", W::Text},
    {"void_send", W::Text},
    {"array_send", W::Array},
};

PostgresWire wireOf(const QByteArray &sendFunction)
{
    // With its schema where that is not on the search path: an extension's.
    const QByteArray name = sendFunction.mid(sendFunction.lastIndexOf('.') + 1);
    for (const Sender &s : senders) {
        if (name == s.name)
            return s.wire;
    }
    return W::Other;
}

const Builtin *builtin(PostgresOid oid)
{
    const auto *found = std::lower_bound(std::begin(builtins), std::end(builtins), oid,
                                         [](const Builtin &b, PostgresOid o) { return b.oid < o; });
    return found != std::end(builtins) && found->oid == oid ? found : nullptr;
}

} // namespace

std::optional<PostgresType> PostgresTypes::find(PostgresOid oid) const
{
    if (const Builtin *b = builtin(oid))
        return PostgresType{b->wire};
    for (const Builtin &b : builtins) {
        if (b.array == oid)
            return PostgresType{W::Array, b.wire, b.oid};
    }
    const std::lock_guard lock(m_mutex);
    const auto own = m_own.constFind(oid);
    return own != m_own.constEnd() ? std::optional(*own) : std::nullopt;
}

void PostgresTypes::add(PostgresOid oid, const QByteArray &sendFunction, PostgresOid elementOid,
                        const QByteArray &elementSendFunction)
{
    PostgresType type;
    type.wire = wireOf(sendFunction);
    if (type.wire == W::Array) {
        type.element = wireOf(elementSendFunction);
        type.elementOid = elementOid;
    }
    const std::lock_guard lock(m_mutex);
    m_own.insert(oid, type);
}

} // namespace heddle
