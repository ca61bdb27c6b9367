#pragma once

#include "orm/script/object.h"

namespace heddle::script {

/// Python's format specification: [[fill]align][sign][#][0][width][grouping][.precision][type].
struct FormatSpec {
    QString fill = QStringLiteral(" ");
    QChar align; // null: the type's own
    QChar sign = u'-';
    bool alternate = false, zeroPad = false;
    std::int64_t width = 0;
    QChar grouping; // ',' or '_' or null
    std::optional<int> precision;
    QChar type; // null: none given
    /// Throws ValueError as Python does; `typeName` is for the message.
    static FormatSpec parse(const QString &spec, const QString &typeName);
};

/// format(x, spec) for what has a format of its own; anything else by HeapObject::format().
QString formatObject(Machine &vm, const Object &object, const QString &spec);
QString formatText(const QString &text, const QString &spec);
QString formatInteger(const Object &object, const QString &spec);
QString formatFloat(double value, const QString &spec);
QString formatDecimal(const Decimal &value, const QString &spec);
/// strftime() of a date, time or datetime.
QString formatTemporal(const Value &value, const QString &codes);
/// datetime.strptime(). Throws ValueError as Python does.
DateTime parseTemporal(const QString &text, const QString &format);

/// 'text' % values.
QString formatPercent(Machine &vm, const QString &text, const Object &values);
/// 'text'.format(...).
QString formatBraces(Machine &vm, const QString &text, const Arguments &arguments);

/// Pads to the width by the spec's fill and alignment; `standard` is used where none was given.
QString padded(const FormatSpec &spec, const QString &body, QChar standard);

} // namespace heddle::script
