#pragma once

#include "orm/script/interpreter.h"

#include <QString>

namespace heddle::script {

/// What a script printed, one string; ends with "Type: message" of the error that ended it, and
/// with its warnings.
inline QString printedBy(const QString &source, InterpreterOptions options = {},
                         bool warnings = true)
{
    OutputBuffer buffer;
    options.output = &buffer;
    Interpreter interpreter(options);
    const RunOutcome outcome = interpreter.run(source);
    interpreter.finish();
    QStringList lines = buffer.lines;
    if (outcome.error) {
        const ScriptError &e = *outcome.error;
        lines.append(e.message.isEmpty() ? e.qualifiedType
                                         : e.qualifiedType + QStringLiteral(": ") + e.message);
    }
    for (const ScriptWarning &warning : buffer.warnings) {
        if (warnings)
            lines.append(QStringLiteral("%1 (line %2): %3")
                             .arg(warning.category)
                             .arg(warning.line)
                             .arg(warning.message));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace heddle::script
