#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <optional>

namespace heddle {

/// Appends a JSON string with its quotes. The output is valid UTF-8 whatever comes in: malformed
/// bytes and lone surrogates become U+FFFD. Only what JSON demands is escaped.
void appendJsonString(QByteArray &out, QByteArrayView utf8);

enum class JsonStyle {
    Json,   // '{"a": [1, true, null]}', spaced as Python's json.dumps does
    Python, // "{'a': [1, True, None]}": repr() of what json.loads gives
};

/// Reads one JSON document and writes it again in one line, with keys and numbers in their order
/// and spelling (in Python's style floats are spelt as repr() does). Nothing for a malformed text
/// or one nested deeper than 500.
std::optional<QByteArray> rewriteJson(QByteArrayView text, JsonStyle style);

} // namespace heddle
