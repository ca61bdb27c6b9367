#pragma once

#include <string_view>

namespace heddle::detail {

/// The part of a compiler's spelling behind the last "::": "&shop::Book::unitPrice]" ->
/// "unitPrice".
consteval std::string_view lastName(std::string_view spelling)
{
    std::size_t end = spelling.find_first_of(";]", spelling.find(" = "));
    std::size_t begin = end;
    while (begin > 0 && spelling[begin - 1] != ':' && spelling[begin - 1] != ' ' &&
           spelling[begin - 1] != '&')
        --begin;
    return spelling.substr(begin, end - begin);
}

// C++20 has no reflection, but GCC and Clang both write a function's template arguments into
// __PRETTY_FUNCTION__ at compile time, and a pointer to a member is spelt with the member's name.

template <auto Member>
consteval std::string_view memberName()
{
    return lastName(__PRETTY_FUNCTION__);
}

template <typename T>
consteval std::string_view typeName()
{
    return lastName(__PRETTY_FUNCTION__);
}

} // namespace heddle::detail
