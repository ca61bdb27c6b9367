#pragma once

#include "orm/notation/sourcemap.h"
#include "orm/notation/tokens.h"

#include <QStringView>
#include <vector>

namespace heddle::notation {

/// A token is where it stands in the source; its text is read from there.
struct Token {
    TokenKind kind = TokenKind::End;
    int begin = 0;
    int end = 0;
    int message = -1; // Error: index into LexResult::messages
};

struct LexResult {
    std::vector<Token> tokens; // the last one is End
    std::vector<QString> messages;
    std::vector<Comment> comments;
};

enum class LexMode {
    Module,   // lines, indentation
    Brackets, // as inside parentheses: line ends are blanks (the expression in an f-string)
};

/// Cuts source[begin, end) into Python's tokens. Never fails: what is wrong becomes an Error token
/// with Python's message, and lexing goes on behind it, after an unclosed bracket on the next line
/// that looks like a statement.
LexResult lex(QStringView source, const SourceMap &map, int begin, int end, LexMode mode);

} // namespace heddle::notation
