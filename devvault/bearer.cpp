// Reading the Authorization header.
#include "devvault/bearer.hpp"

#include "launcher/base/url.hpp"

namespace devvault {

std::optional<std::string> bearer_token(const Request& request) {
  const auto header = request.header("authorization");
  if (!header) return std::nullopt;
  const std::size_t space = header->find(' ');
  if (space == std::string_view::npos ||
      !kvlaunch::equal_ignoring_case(header->substr(0, space), "bearer")) {
    return std::nullopt;
  }
  const std::size_t start = header->find_first_not_of(' ', space);
  if (start == std::string_view::npos) return std::nullopt;
  return std::string{header->substr(start)};
}

}  // namespace devvault
