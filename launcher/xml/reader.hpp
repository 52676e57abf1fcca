// XML (with namespaces) as a tree with places in the source text: SOAP envelopes and WSDL.
//
// expat parses; it is confined to reader.cpp. It was chosen over Poco::XML, which wraps it, because
// it alone says at which byte an element begins and ends: a signed assertion has to be cut out of
// its envelope byte for byte. expat's own memory is wiped when freed, because envelopes hold
// passwords and assertions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/base/result.hpp"
#include "launcher/base/secret.hpp"

namespace kvlaunch::xml {

struct Name {
  std::string_view space;  // namespace URI; empty: in none
  std::string_view local;
};

struct Attribute {
  std::string space;
  std::string local;
  std::string value;
};

struct Element {
  std::string space;
  std::string local;
  std::vector<Attribute> attributes;
  std::string text;  // character data directly within, references resolved
  std::vector<Element> children;
  // Byte offsets in the source: of the element with its tags, and of what stands between them.
  std::size_t begin = 0, end = 0;
  std::size_t content_begin = 0, content_end = 0;

  [[nodiscard]] bool is(const Name& name) const {
    return space == name.space && local == name.local;
  }
  // The first of that name.
  [[nodiscard]] const Element* child(const Name& name) const;
  [[nodiscard]] std::vector<const Element*> all(const Name& name) const;  // children
  [[nodiscard]] const Element* descendant(const Name& name) const;        // nearest to the root
  // Empty if there is none. Attributes without prefix are in no namespace.
  [[nodiscard]] std::string_view attribute(const Name& name) const;
  // `text` without blanks around it.
  [[nodiscard]] std::string_view trimmed_text() const;
};

struct Options {
  // Below elements of this name neither text nor attributes are kept: there are secrets in them.
  // Names and places are kept.
  std::optional<Name> sealed;
};

inline constexpr int max_depth = 64;
// AD FS describes all its endpoints in some 3,000 elements.
inline constexpr std::size_t max_elements = 20'000;
inline constexpr std::size_t max_attributes_of_one = 256;

// The root element. UTF-8 only, whatever the text declares. Refused: a DOCTYPE (and with it every
// entity but the five of XML itself), more depth, elements or attributes than above, and whatever
// is not well-formed. Linear time. Error Code::response_malformed without location; the message
// holds no part of the text.
Result<Element> parse(std::string_view source, const Options& options = {});

// Text as it may stand between tags and in quoted attributes. False, with `out` spoilt, if XML 1.0
// cannot carry a character of it (section 2.2: control characters) or it is no UTF-8.
bool append_escaped(SecretWriter& out, std::string_view text);

}  // namespace kvlaunch::xml
