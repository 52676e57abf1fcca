// Connection strings: parts are pieces of the text, and no message holds a piece of it.
#include "providers/connection_string_form.hpp"

#include <string>

#include "providers/connection_string.hpp"
#include "tests/fuzz/require.hpp"

using namespace kvlaunch;
using fuzz::require;

namespace {

// No message of ours has these characters: a value that has one can be in it only as a leak.
void require_unseen(std::string_view shown, std::string_view value) {
  constexpr std::string_view foreign = "_%#@!$&*^~";
  require(value.find_first_of(foreign) == std::string_view::npos ||
          shown.find(value) == std::string_view::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto parts = parse_connection_string(text);
  std::vector<ConnectionStringWarning> warnings;
  const auto form = read_connection_string(text, warnings);
  std::string shown;
  for (const auto& [message, hint] : warnings) shown += message + hint;
  if (!form) {
    for (const Error& error : form.errors()) {
      require(error.code == Code::connection_string && !error.hint.empty());
      shown += error.message + error.hint;
    }
  }
  if (!parts) {
    require(!form);
    return 0;
  }
  require(parts->size() <= most_connection_string_parts);
  std::size_t held = 0;
  for (const auto& part : *parts) {
    require(!part.key.empty());
    held += part.key.reveal().size() + part.value.reveal().size();
    require_unseen(shown, part.value.reveal());
  }
  require(held <= text.size());
  if (form && form->kind == ConnectionStringForm::Kind::client_secret) {
    require(!form->app_key.empty() && !form->app_id.empty() && !form->tenant_id.empty());
  }
  return 0;
}
