#pragma once

#include "orm/backends/postgres/postgrestypes.h"
#include "orm/values/value.h"

namespace heddle {

/// Appends a value in the binary format of `type`, without a length in front. False if there is
/// none for such a value (a text for a date, say): then its text goes, for the server to read.
/// Throws DataError for a number that the type cannot hold. Not for NULL.
bool appendPostgresBinary(std::vector<char> &out, const PostgresType &type, const Value &value);

/// Appends a value as PostgreSQL reads it from text: "2021-01-01 00:00:00", "{1,NULL,\"a b\"}".
/// Throws DataError for a text with a zero byte, which PostgreSQL has no way to store. Not for
/// NULL.
void appendPostgresText(std::vector<char> &out, const Value &value);

} // namespace heddle
