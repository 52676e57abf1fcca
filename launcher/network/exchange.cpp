// Writing requests and framing response bodies.
//
// The request is put together here and not by Poco, whose streams would leave copies of the bearer
// token behind; Poco parses the response's head (response_head.cpp).
#include "launcher/network/exchange.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "launcher/base/secret.hpp"
#include "launcher/network/reader.hpp"
#include "launcher/network/response_head.hpp"

namespace kvlaunch::network {
namespace {

constexpr std::size_t max_chunk_line_bytes = 4096;
constexpr std::size_t max_trailer_bytes = std::size_t{16} * 1024;

// RFC 9110 section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           others.find(c) != std::string_view::npos;
  });
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
}

Error unwritable(std::string what) {
  return Error{.code = Code::internal, .message = "cannot write the request: " + std::move(what)};
}

Error malformed(const Connection& connection, const std::string& what) {
  return Error{.code = Code::response_malformed,
               .message = "the answer of " + connection.peer() + " is no usable HTTP: " + what};
}

bool method_has_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

Result<Secret> write_out(const HttpRequest& request) {
  if (!is_token(request.method)) return unwritable("the method is no token");
  if (has_control_character(request.url.target) ||
      request.url.target.find(' ') != std::string::npos) {
    return unwritable("white space or control characters in the path");
  }
  SecretWriter text{request.body.reveal().size() + 4096};
  for (const std::string_view part :
       {std::string_view{request.method}, std::string_view{" "},
        std::string_view{request.url.target}, std::string_view{" HTTP/1.1\r\nHost: "}}) {
    text.append(part);
  }
  text.append(request.url.authority());
  text.append("\r\n");
  for (const auto& header : request.headers) {
    if (!is_token(header.name) || has_control_character(header.value.reveal())) {
      return unwritable("a line break or control character in header " +
                        (is_token(header.name) ? header.name : std::string{"(unnamed)"}));
    }
    text.append(header.name);
    text.append(": ");
    text.append(header.value.reveal());
    text.append("\r\n");
  }
  if (!request.body.empty() || method_has_body(request.method)) {
    text.append("Content-Length: " + std::to_string(request.body.reveal().size()) + "\r\n");
  }
  text.append("\r\n");
  text.append(request.body.reveal());
  return text.take();
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Does one of the comma-separated values of the headers of that name equal `wanted`?
bool lists(const HttpResponse& response, std::string_view name, std::string_view wanted) {
  for (auto value : response.all_headers(name)) {
    while (!value.empty()) {
      const auto comma = value.find(',');
      if (equal_ignoring_case(trimmed(value.substr(0, comma)), wanted)) return true;
      value = comma == std::string_view::npos ? std::string_view{} : value.substr(comma + 1);
    }
  }
  return false;
}

std::optional<std::size_t> parse_size(std::string_view text, int base) {
  std::size_t size = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, size, base);
  if (text.empty() || failure != std::errc{} || stop != end) return std::nullopt;
  return size;
}

class BodyReader {
 public:
  BodyReader(Connection& connection, Reader& reader, std::size_t limit)
      : connection_(connection), reader_(reader), limit_(limit) {}

  Result<Secret> with_length(std::size_t size) {
    if (size > limit_) return too_large(connection_.peer(), "its body");
    // Not reserved for whole: the announced length is only a claim.
    if (auto read = reader_.read_exactly(size, body_); !read) return std::move(read).errors();
    return body_.take();
  }

  Result<Secret> to_end() {
    if (auto read = reader_.read_to_end(body_, limit_); !read) return std::move(read).errors();
    return body_.take();
  }

  // RFC 9112 section 7.1; chunk extensions and trailers are read and dropped.
  Result<Secret> chunked() {
    while (true) {
      auto size = chunk_size();
      if (!size) return std::move(size).errors();
      if (*size == 0) break;
      if (*size > limit_ - body_.size()) return too_large(connection_.peer(), "its body");
      if (auto read = reader_.read_exactly(*size, body_); !read) return std::move(read).errors();
      std::string line_end;
      if (auto read = reader_.read_line(line_end, 2); !read || line_end != "\r\n") {
        if (!read && read.error().code != Code::response_too_large) return std::move(read).errors();
        return malformed(connection_, "a chunk without its end");
      }
    }
    std::string trailers;
    while (true) {
      const auto line_begin = trailers.size();
      auto read = reader_.read_line(trailers, max_trailer_bytes);
      if (!read) return std::move(read).errors();
      if (trailers.size() - line_begin <= 2) return body_.take();
    }
  }

 private:
  Result<std::size_t> chunk_size() {
    std::string line;
    auto read = reader_.read_line(line, max_chunk_line_bytes);
    if (!read) return std::move(read).errors();
    const auto size =
        parse_size(trimmed(std::string_view{line}.substr(0, line.find_first_of(";\r\n"))), 16);
    if (!size) return malformed(connection_, "a chunk without size");
    return *size;
  }

  Connection& connection_;
  Reader& reader_;
  const std::size_t limit_;
  SecretWriter body_;
};

// How the body ends, and with that if another response can follow (RFC 9112 section 6.3).
struct Framing {
  enum class Kind { none, length, chunked, to_end };
  Kind kind = Kind::none;
  std::size_t length = 0;
};

Result<Framing> framing_of(const Connection& connection, const HttpRequest& request,
                           const HttpResponse& response) {
  if (request.method == "HEAD" || response.status == 204 || response.status == 304) {
    return Framing{};
  }
  const auto codings = response.all_headers("Transfer-Encoding");
  if (!codings.empty()) {
    if (codings.size() == 1 && equal_ignoring_case(trimmed(codings.front()), "chunked")) {
      return Framing{.kind = Framing::Kind::chunked};
    }
    return malformed(connection, "a transfer coding that nobody asked for");
  }
  const auto lengths = response.all_headers("Content-Length");
  if (lengths.empty()) return Framing{.kind = Framing::Kind::to_end};
  const auto length = parse_size(trimmed(lengths.front()), 10);
  const bool agree = std::all_of(lengths.begin(), lengths.end(), [&](auto other) {
    return trimmed(other) == trimmed(lengths.front());
  });
  if (!length || !agree) return malformed(connection, "an unusable Content-Length");
  return Framing{.kind = Framing::Kind::length, .length = *length};
}

Result<Secret> read_body(const Framing& framing, BodyReader body) {
  switch (framing.kind) {
    case Framing::Kind::none:
      return Secret{};
    case Framing::Kind::length:
      return body.with_length(framing.length);
    case Framing::Kind::chunked:
      return body.chunked();
    case Framing::Kind::to_end:
      return body.to_end();
  }
  return Secret{};
}

// The answer began: its status tells more than its end.
Error broken_off(int status, Error error) {
  error.status = status;
  return error;
}

}  // namespace

Result<Exchanged> exchange(Connection& connection, const HttpRequest& request) {
  auto text = write_out(request);
  if (!text) return std::move(text).errors();
  if (auto written = connection.write(text->reveal()); !written) return std::move(written).errors();

  Reader reader{connection};
  auto head = read_head(reader, connection.peer());
  if (!head) return std::move(head).errors();
  Exchanged result;
  result.response.status = head->status;
  result.response.headers = std::move(head->headers);

  const auto framing = framing_of(connection, request, result.response);
  if (!framing) return broken_off(head->status, framing.error());
  auto body = read_body(*framing, BodyReader{connection, reader, request.max_body_bytes});
  if (!body) return broken_off(head->status, body.error());
  result.response.body = std::move(*body);

  const bool kept = head->version == ResponseHead::Version::http_1_1
                        ? !lists(result.response, "Connection", "close")
                        : lists(result.response, "Connection", "keep-alive");
  // Both framings at once is how requests are smuggled: such a connection is used no further.
  const bool ambiguous = framing->kind == Framing::Kind::chunked &&
                         result.response.header("Content-Length").has_value();
  result.reusable =
      kept && !ambiguous && framing->kind != Framing::Kind::to_end && !reader.leftover();
  return result;
}

}  // namespace kvlaunch::network
