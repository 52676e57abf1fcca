// The one file that knows expat.
#include "launcher/xml/reader.hpp"

#include <expat.h>
#include <openssl/crypto.h>

#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <new>

#include "launcher/base/utf8.hpp"

namespace kvlaunch::xml {
namespace {

// Between namespace and name in what expat reports. expat refuses namespaces that contain it.
constexpr char separator = '\n';

// Each block is preceded by its size, so that it can be wiped. Aligned as malloc aligns.
struct alignas(std::max_align_t) BlockHead {
  std::size_t size;
};

void* allocate(std::size_t size) {
  if (size > std::numeric_limits<std::size_t>::max() - sizeof(BlockHead)) return nullptr;
  auto* const head = static_cast<BlockHead*>(std::malloc(sizeof(BlockHead) + size));
  if (head == nullptr) return nullptr;
  head->size = size;
  return head + 1;
}

void release(void* block) {
  if (block == nullptr) return;
  auto* const head = static_cast<BlockHead*>(block) - 1;
  OPENSSL_cleanse(head, sizeof(BlockHead) + head->size);
  std::free(head);
}

void* reallocate(void* block, std::size_t size) {
  if (block == nullptr) return allocate(size);
  void* const larger = allocate(size);
  if (larger == nullptr) return nullptr;
  std::memcpy(larger, block, std::min(size, (static_cast<BlockHead*>(block) - 1)->size));
  release(block);
  return larger;
}

constexpr XML_Memory_Handling_Suite wiping_memory{allocate, reallocate, release};

struct SplitName {
  std::string_view space, local;
};

SplitName split(const XML_Char* name) {
  const std::string_view text{name};
  const auto at = text.rfind(separator);
  if (at == std::string_view::npos) return {{}, text};
  return {text.substr(0, at), text.substr(at + 1)};
}

Error malformed(std::string what) {
  return Error{.code = Code::response_malformed, .message = "the XML " + std::move(what)};
}

// What expat's callbacks write into. No exception may pass through expat: they are kept here.
class Builder {
 public:
  explicit Builder(const Options& options) : options_(options) {}

  void attach(XML_Parser parser) {
    parser_ = parser;
    XML_SetUserData(parser, this);
    XML_SetElementHandler(
        parser,
        [](void* self, const XML_Char* name, const XML_Char** attributes) {
          guarded(self, [&](Builder& builder) { builder.begin(name, attributes); });
        },
        [](void* self, const XML_Char*) {
          guarded(self, [](Builder& builder) { builder.end(); });
        });
    XML_SetCharacterDataHandler(parser, [](void* self, const XML_Char* text, int length) {
      guarded(self, [&](Builder& builder) {
        builder.add_text({text, static_cast<std::size_t>(length)});
      });
    });
    XML_SetStartDoctypeDeclHandler(
        parser, [](void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
          guarded(self, [](Builder& builder) { builder.refuse("has a DOCTYPE"); });
        });
  }

  [[nodiscard]] const std::string& refusal() const { return refusal_; }
  [[nodiscard]] bool out_of_memory() const { return out_of_memory_; }
  Element take() { return std::move(root_); }

 private:
  template <class Work>
  static void guarded(void* self, const Work& work) {
    auto& builder = *static_cast<Builder*>(self);
    // expat goes on with calls that are due when it is stopped.
    if (!builder.refusal_.empty() || builder.out_of_memory_) return;
    try {
      work(builder);
    } catch (const std::bad_alloc&) {
      builder.out_of_memory_ = true;
      XML_StopParser(builder.parser_, XML_FALSE);
    }
  }

  void refuse(std::string why) {
    refusal_ = std::move(why);
    XML_StopParser(parser_, XML_FALSE);
  }

  [[nodiscard]] std::size_t offset() const {
    return static_cast<std::size_t>(XML_GetCurrentByteIndex(parser_));
  }
  [[nodiscard]] std::size_t length() const {
    return static_cast<std::size_t>(XML_GetCurrentByteCount(parser_));
  }

  void begin(const XML_Char* name, const XML_Char** attributes) {
    if (open_.size() >= static_cast<std::size_t>(max_depth)) return refuse("is nested too deeply");
    if (++elements_ > max_elements) return refuse("has too many elements");
    Element element;
    const auto [space, local] = split(name);
    element.space = space;
    element.local = local;
    element.begin = offset();
    element.content_begin = element.begin + length();
    if (sealed_depth_ == 0) {
      for (; *attributes != nullptr; attributes += 2) {
        if (element.attributes.size() >= max_attributes_of_one) {
          return refuse("has too many attributes");
        }
        const auto [attribute_space, attribute_local] = split(attributes[0]);
        element.attributes.push_back(
            {std::string{attribute_space}, std::string{attribute_local}, attributes[1]});
      }
    }
    if (sealed_depth_ > 0 || (options_.sealed && element.is(*options_.sealed))) ++sealed_depth_;
    if (open_.empty()) {
      root_ = std::move(element);
      open_.push_back(&root_);
    } else {
      // Only the last child of each open element grows, so the pointers in open_ stay valid.
      auto& siblings = open_.back()->children;
      siblings.push_back(std::move(element));
      open_.push_back(&siblings.back());
    }
  }

  void end() {
    Element& element = *open_.back();
    element.content_end = offset();
    element.end = element.content_end + length();
    open_.pop_back();
    if (sealed_depth_ > 0) --sealed_depth_;
  }

  void add_text(std::string_view text) {
    if (sealed_depth_ == 0) open_.back()->text.append(text);
  }

  const Options& options_;
  XML_Parser parser_ = nullptr;
  Element root_;
  std::vector<Element*> open_;
  std::size_t elements_ = 0;
  int sealed_depth_ = 0;
  std::string refusal_;
  bool out_of_memory_ = false;
};

const Element* find_below(const Element& element, const Name& name) {
  std::vector<const Element*> level{&element};
  while (!level.empty()) {
    std::vector<const Element*> next;
    for (const Element* const parent : level) {
      for (const Element& child : parent->children) {
        if (child.is(name)) return &child;
        next.push_back(&child);
      }
    }
    level = std::move(next);
  }
  return nullptr;
}

}  // namespace

const Element* Element::child(const Name& name) const {
  for (const Element& candidate : children) {
    if (candidate.is(name)) return &candidate;
  }
  return nullptr;
}

std::vector<const Element*> Element::all(const Name& name) const {
  std::vector<const Element*> found;
  for (const Element& candidate : children) {
    if (candidate.is(name)) found.push_back(&candidate);
  }
  return found;
}

const Element* Element::descendant(const Name& name) const {
  return find_below(*this, name);
}

std::string_view Element::attribute(const Name& name) const {
  for (const Attribute& candidate : attributes) {
    if (candidate.space == name.space && candidate.local == name.local) return candidate.value;
  }
  return {};
}

std::string_view Element::trimmed_text() const {
  constexpr std::string_view blanks = " \t\r\n";
  const std::string_view whole{text};
  const auto first = whole.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return whole.substr(first, whole.find_last_not_of(blanks) - first + 1);
}

Result<Element> parse(std::string_view source, const Options& options) {
  if (source.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return malformed("is too large");
  }
  // expat takes UTF-16 for what it is, whatever it was told; such text has NUL bytes or is no
  // UTF-8.
  if (!is_utf8(source) || source.find('\0') != std::string_view::npos) {
    return malformed("is not UTF-8");
  }
  const XML_Char separators[] = {separator, '\0'};
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser{
      XML_ParserCreate_MM("UTF-8", &wiping_memory, separators), XML_ParserFree};
  if (!parser) throw std::bad_alloc{};
  Builder builder{options};
  builder.attach(parser.get());
  // expat copies the text into memory of its own, which is wiped.
  const auto status =
      XML_Parse(parser.get(), source.data(), static_cast<int>(source.size()), XML_TRUE);
  if (builder.out_of_memory()) throw std::bad_alloc{};
  if (!builder.refusal().empty()) return malformed(builder.refusal());
  if (status != XML_STATUS_OK) {
    if (XML_GetErrorCode(parser.get()) == XML_ERROR_NO_MEMORY) throw std::bad_alloc{};
    return malformed("is not well-formed (line " +
                     std::to_string(XML_GetCurrentLineNumber(parser.get())) + ")");
  }
  return builder.take();
}

bool append_escaped(SecretWriter& out, std::string_view text) {
  if (!is_utf8(text)) return false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
    switch (c) {
      case '&':
        out.append("&amp;");
        break;
      case '<':
        out.append("&lt;");
        break;
      case '>':
        out.append("&gt;");
        break;
      case '"':
        out.append("&quot;");
        break;
      case '\'':
        out.append("&apos;");
        break;
      case '\r':  // bare, a reader would take it for the end of a line
        out.append("&#13;");
        break;
      case '\n':
        out.append("&#10;");
        break;
      case '\t':
        out.append("&#9;");
        break;
      default:
        out.append(c);
    }
  }
  return true;
}

}  // namespace kvlaunch::xml
