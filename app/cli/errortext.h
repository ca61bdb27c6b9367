#pragma once

#include "orm/script/interpreter.h"

#include <QByteArray>
#include <QString>

namespace heddle::app {

/// One clear line: "FieldError: Cannot resolve keyword 'titel' into field ... (did you mean
/// 'title'?)". Line ends inside a message become blanks.
QString errorLine(const script::ScriptError &error);

/// The line of the source that the error is in, and a caret under its column; empty where the place
/// is unknown. `source` is what the error's lines count in. Wide characters and tabs are kept under
/// the caret.
QString caretLines(const QString &source, int line, int column);

/// {"type": ..., "message": ..., "line": ..., "column": ...}: the "error" of the command line's
/// JSON. An unknown place is left out.
QByteArray errorJson(const script::ScriptError &error);

/// A JSON string, in quotes.
QByteArray jsonText(const QString &text);

/// How many columns of a terminal a text takes: East Asian wide characters take two, combining ones
/// none.
int displayWidth(QStringView text);

} // namespace heddle::app
