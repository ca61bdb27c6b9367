#pragma once

#include <QByteArrayView>
#include <QString>
#include <string>

namespace heddle {

// How Python spells values. The notation is Python, so whatever prints must agree with it to the
// letter.

/// repr(float): the shortest text that reads back as the same number, always with a point, an
/// exponent or a name: "1.0", "1e+16", "1e-05", "inf", "nan".
std::string pythonFloat(double value);

/// repr(str): single quotes unless the text holds some and no double ones; unprintable characters
/// escaped.
QString pythonQuoted(QStringView text);

/// repr(bytes): b'...' with everything beyond printable ASCII as \xNN.
QString pythonQuotedBytes(QByteArrayView bytes);

} // namespace heddle
