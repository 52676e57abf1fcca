// Taking forms apart.
#include "devvault/form.hpp"

#include <algorithm>

#include "launcher/base/url.hpp"

namespace devvault {

Form read_form(std::string_view body) {
  Form form;
  while (!body.empty()) {
    const std::string_view field = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(field.size() + 1, body.size()));
    const std::size_t equals = field.find('=');
    if (equals == std::string_view::npos) continue;
    std::string value{field.substr(equals + 1)};
    for (char& character : value) {
      if (character == '+') character = ' ';
    }
    const auto decoded_name = kvlaunch::percent_decode(field.substr(0, equals));
    const auto decoded = kvlaunch::percent_decode(value);
    if (decoded_name && decoded) form[*decoded_name] = *decoded;
  }
  return form;
}

std::string field(const Form& form, const std::string& name) {
  const auto found = form.find(name);
  return found == form.end() ? "" : found->second;
}

}  // namespace devvault
