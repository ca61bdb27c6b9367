#pragma once

#include "orm/notation/syntax.h"

#include <QStringView>

namespace heddle::notation {

/// What is wrong with a literal: where in its text (UTF-16 units), and Python's message.
struct LiteralProblem {
    int offset = 0;
    int length = 1;
    QString message;
    Severity severity = Severity::Error;
};

/// A number token's value: an integer of any size (up to Python's 4300 digits) or a double. A
/// complaint goes to *problem.
ConstantKind decodeNumber(QStringView text, Value *value, QString *problem);

/// How a string token begins: its prefix letters and how many quotes.
struct StringPrefix {
    bool raw = false, bytes = false, formatted = false;
    int bodyBegin = 0, bodyEnd = 0; // offsets of the text between the quotes, in the token
    int quotes = 1;                 // 1 or 3
    QChar quote = u'"';
};
StringPrefix stringPrefix(QStringView token);

/// The text that a piece of a literal stands for: escapes decoded unless raw, line ends as "\n".
/// Problems' offsets count from the start of `text`.
QString decodeText(QStringView text, bool raw, std::vector<LiteralProblem> *problems);
QByteArray decodeBytes(QStringView text, bool raw, std::vector<LiteralProblem> *problems);

} // namespace heddle::notation
