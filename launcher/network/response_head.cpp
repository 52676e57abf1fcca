// Poco parses the head, from a buffer in memory.
//
// Reading it is ours, so that size and time are bounded exactly. Poco copies header values into
// strings of its own that are not wiped; response headers hold no secret, and whatever is left of
// them goes with the address space at exec.
#include "launcher/network/response_head.hpp"

#include <Poco/Exception.h>
#include <Poco/MemoryStream.h>
#include <Poco/Net/HTTPResponse.h>

#include <string_view>

namespace kvlaunch::network {
namespace {

constexpr std::size_t max_head_bytes = std::size_t{64} * 1024;
constexpr int max_fields = 100;
constexpr int max_interim_responses = 8;

Error malformed(const std::string& peer, const std::string& what) {
  return Error{.code = Code::response_malformed,
               .message = "the answer of " + peer + " is no usable HTTP: " + what,
               .hint = "is something else listening there, or a proxy in between?"};
}

// Poco takes any word for a version and any text for a status.
bool is_status_line(std::string_view text) {
  constexpr std::string_view shape = "HTTP/1.x nnn";
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  return text.size() > shape.size() && text.starts_with("HTTP/1.") &&
         (text[7] == '0' || text[7] == '1') && text[8] == ' ' && text[9] >= '1' && text[9] <= '5' &&
         digit(10) && digit(11) && (text[12] == ' ' || text[12] == '\r' || text[12] == '\n');
}

Result<std::string> read_text(Reader& reader, const std::string& peer) {
  std::string text;
  while (true) {
    const auto line_begin = text.size();
    if (auto line = reader.read_line(text, max_head_bytes); !line) return std::move(line).errors();
    const auto line = std::string_view{text}.substr(line_begin);
    if (line_begin == 0 && !is_status_line(line)) return malformed(peer, "no status line");
    if (line == "\r\n" || line == "\n") break;
  }
  if (text.find('\0') != std::string::npos) return malformed(peer, "a NUL in the headers");
  return text;
}

Result<ResponseHead> parse(const std::string& text, const std::string& peer) {
  try {
    Poco::MemoryInputStream stream{text.data(), static_cast<std::streamsize>(text.size())};
    Poco::Net::HTTPResponse parsed;
    parsed.setFieldLimit(max_fields);
    parsed.read(stream);
    ResponseHead head;
    head.version = parsed.getVersion() == Poco::Net::HTTPMessage::HTTP_1_0
                       ? ResponseHead::Version::http_1_0
                       : ResponseHead::Version::http_1_1;
    head.status = static_cast<int>(parsed.getStatus());
    for (const auto& [name, value] : parsed) head.headers.emplace_back(name, value);
    return head;
  } catch (const Poco::Exception& failure) {
    // name() is the kind of the exception; its message may quote what was received.
    return malformed(peer, failure.name());
  }
}

}  // namespace

Result<ResponseHead> read_head(Reader& reader, const std::string& peer) {
  for (int i = 0; i < max_interim_responses; ++i) {
    const auto text = read_text(reader, peer);
    if (!text) return text.errors();
    auto head = parse(*text, peer);
    if (!head || head->status >= 200) return head;
    if (head->status == 101) return malformed(peer, "another protocol that nobody asked for");
  }
  return malformed(peer, "interim responses without end");
}

}  // namespace kvlaunch::network
