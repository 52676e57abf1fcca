// Which of the two options decides.
#include "launcher/cli/identity_options.hpp"

#include "launcher/cli/usage_error.hpp"
#include "launcher/plan/settings.hpp"

namespace kvlaunch {
namespace {

constexpr std::string_view identity_variable = "KVLAUNCH_IDENTITY";
constexpr std::string_view string_variable = "KVLAUNCH_CONNECTION_STRING";

}  // namespace

Result<void> settle_identity(const std::vector<std::string>& identity_words,
                             const std::vector<std::string>& string_words,
                             const Environment& environment, Invocation& invocation) {
  const bool names_identity = !identity_words.empty();
  if (names_identity) invocation.identity = identity_words.back();
  if (!string_words.empty()) invocation.connection_string = string_words.back();
  if (names_identity && !is_blank(invocation.connection_string.value_or(""))) {
    return usage_error("--identity and --connection-string both say who to be",
                       "leave one of them out");
  }
  // Either on the command line keeps both variables from counting, a blank string only its own.
  if (names_identity || !is_blank(invocation.connection_string.value_or(""))) return {};
  const auto identity = environment.get_non_empty(identity_variable);
  if (identity) invocation.identity = *identity;
  if (invocation.connection_string) return {};
  invocation.connection_string_in_variable =
      !is_blank(environment.get(string_variable).value_or(""));
  if (!identity || !invocation.connection_string_in_variable) return {};
  return usage_error("KVLAUNCH_IDENTITY and KVLAUNCH_CONNECTION_STRING both say who to be",
                     "unset one of them");
}

}  // namespace kvlaunch
