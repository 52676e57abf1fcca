// XML of federation servers: places lie within the text and in each other, an assertion is a piece
// of its answer, and what we escape reads back as it was.
#include "launcher/base/http.hpp"
#include "launcher/xml/reader.hpp"
#include "providers/mex.hpp"
#include "providers/ws_trust.hpp"
#include "tests/fuzz/require.hpp"

using namespace kvlaunch;
using fuzz::require;

namespace {

void check_places(const xml::Element& element, std::size_t from, std::size_t to, int depth) {
  require(depth <= xml::max_depth);
  require(from <= element.begin && element.begin < element.content_begin);
  require(element.content_begin <= element.content_end && element.content_end <= element.end);
  require(element.end <= to);
  std::size_t next = element.content_begin;
  for (const xml::Element& child : element.children) {
    check_places(child, next, element.content_end, depth + 1);
    next = child.end;
  }
}

void check_escaping(std::string_view text) {
  SecretWriter out;
  out.append("<a>");
  if (!xml::append_escaped(out, text)) return;
  out.append("</a>");
  const auto root = xml::parse(out.reveal());
  // U+FFFE and U+FFFF are UTF-8, but no characters of XML.
  require(!root || root->text == text);
}

void check_answer(std::string_view text, WsTrustVersion version) {
  const WsTrustEndpoint endpoint{*parse_url("https://sts.corp.example/"), version};
  const HttpResponse response{.status = 200, .headers = {}, .body = Secret{text}};
  const auto assertion = read_ws_trust_answer(endpoint, response);
  if (!assertion) return;
  const auto piece = assertion->xml.reveal();
  require(text.find(piece) != std::string_view::npos);
  require(piece.starts_with('<') && piece.ends_with('>'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  if (const auto root = xml::parse(text)) check_places(*root, 0, text.size(), 1);
  check_escaping(text);
  for (const auto sign_in : {WsTrustSignIn::kerberos, WsTrustSignIn::password}) {
    const auto endpoint = find_ws_trust_endpoint(text, sign_in);
    require(!endpoint || endpoint->url.scheme == "https");
  }
  check_answer(text, WsTrustVersion::v1_3);
  check_answer(text, WsTrustVersion::v2005);
  return 0;
}
