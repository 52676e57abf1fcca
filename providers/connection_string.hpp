// Connection strings as ADO.NET writes them: `Key=value;Key="a;b"`. Grammar alone: what the keys
// mean is connection_string_form's. Pure.
//
// Source: AppAuthentication AzureServiceTokenProviderFactory.cs, which uses the expressions of
// dotnet/runtime DbConnectionOptions.Common.cs.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "launcher/base/result.hpp"
#include "launcher/base/secret.hpp"

namespace kvlaunch {

// The key is a Secret too: behind a ';' that should have been in quotes it may be the rest of one.
struct ConnectionStringPart {
  Secret key;    // as written, but "==" read as "="
  Secret value;  // without its quotes
};

inline constexpr std::size_t longest_connection_string = std::size_t{64} * 1024;
inline constexpr std::size_t most_connection_string_parts = 64;

// Only blanks: the same as no string at all.
bool is_blank_connection_string(std::string_view text);

// The parts in order; none for a text of blanks and semicolons. Errors: Code::connection_string,
// naming a part by its number and never by its text.
Result<std::vector<ConnectionStringPart>> parse_connection_string(std::string_view text);

}  // namespace kvlaunch
