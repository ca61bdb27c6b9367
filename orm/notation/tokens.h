#pragma once

#include <QString>
#include <QStringView>
#include <cstdint>
#include <utility>

namespace heddle::notation {

enum class TokenKind : std::uint8_t {
    End,
    Newline,
    Indent,
    Dedent,
    Error, // a stretch that is no token; LexResult::messages says why
    Name,
    Number,
    String, // String: prefix, quotes and all; an f-string too
    // Brackets and punctuation.
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    Comma,
    Colon,
    Semicolon,
    Dot,
    Ellipsis,
    Arrow,
    ColonEqual,
    At,
    // Operators.
    Plus,
    Minus,
    Star,
    Slash,
    DoubleSlash,
    Percent,
    DoubleStar,
    LeftShift,
    RightShift,
    Ampersand,
    Bar,
    Caret,
    Tilde,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Assign,
    AugmentedAssign, // AugmentedAssign: any of += -= ...; its text tells which
    // Keywords.
    False,
    None,
    True,
    And,
    As,
    Assert,
    Async,
    Await,
    Break,
    Class,
    Continue,
    Def,
    Del,
    Elif,
    Else,
    Except,
    Finally,
    For,
    From,
    Global,
    If,
    Import,
    In,
    Is,
    Lambda,
    Nonlocal,
    Not,
    Or,
    Pass,
    Raise,
    Return,
    Try,
    While,
    With,
    Yield,
};

/// The keyword that a word is; Name for all others.
TokenKind wordKind(QStringView word);
/// A hard keyword that never stands inside an expression: at the start of a line it proves that an
/// open bracket was forgotten.
bool startsOnlyStatements(QStringView word);
/// The operator or punctuation that a text begins with, brackets aside, and its length; length 0 if
/// there is none. Error with a length: a character that Python knows but has no use for.
std::pair<int, TokenKind> operatorAt(QStringView text);
bool isKeyword(TokenKind kind);
/// True for text that Python takes as a name and that is no keyword.
bool isIdentifier(QStringView text);
/// One character of an identifier, as a code point.
bool isIdentifierStart(char32_t c);
bool isIdentifierContinue(char32_t c);
/// "U+00B2".
QString codePointName(char32_t c);
char32_t codePointAt(QStringView text, int offset);

} // namespace heddle::notation
