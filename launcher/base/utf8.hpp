// UTF-8, as strictly as Unicode wants it read (Unicode 15, table 3-7): no overlong forms, no
// surrogates, nothing past U+10FFFF.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace kvlaunch {

// How many bytes the sequence at the start of `text` takes; 0 if it is none, or `text` is empty.
std::size_t utf8_length(std::string_view text);

bool is_utf8(std::string_view text);

// The code point at the start of `text`, which must begin with a good sequence.
char32_t first_code_point(std::string_view text);

// The sequence of `code_point`, written into `bytes`. It must be no surrogate and at most U+10FFFF.
std::string_view encode_utf8(char32_t code_point, std::array<char, 4>& bytes);

void append_utf8(std::string& text, char32_t code_point);

}  // namespace kvlaunch
