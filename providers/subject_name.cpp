// Distinguished names in a form that can be compared.
#include "providers/subject_name.hpp"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "launcher/base/url.hpp"

namespace kvlaunch {
namespace {

// One attribute: dotted object identifier and normalised value. Several form one RDN, sorted.
using Attribute = std::pair<std::string, std::string>;
using RelativeName = std::vector<Attribute>;
using Name = std::vector<RelativeName>;

constexpr const char* common_name = "2.5.4.3";

// RFC 4519, and the spellings of .NET and OpenSSL; upper case.
constexpr auto attribute_types = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"CN", common_name},
    {"SN", "2.5.4.4"},
    {"SURNAME", "2.5.4.4"},
    {"SERIALNUMBER", "2.5.4.5"},
    {"C", "2.5.4.6"},
    {"L", "2.5.4.7"},
    {"S", "2.5.4.8"},
    {"ST", "2.5.4.8"},
    {"STREET", "2.5.4.9"},
    {"O", "2.5.4.10"},
    {"OU", "2.5.4.11"},
    {"T", "2.5.4.12"},
    {"TITLE", "2.5.4.12"},
    {"G", "2.5.4.42"},
    {"GN", "2.5.4.42"},
    {"GIVENNAME", "2.5.4.42"},
    {"DC", "0.9.2342.19200300.100.1.25"},
    {"UID", "0.9.2342.19200300.100.1.1"},
    {"E", "1.2.840.113549.1.9.1"},
    {"EMAIL", "1.2.840.113549.1.9.1"},
    {"EMAILADDRESS", "1.2.840.113549.1.9.1"},
});

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// ASCII case folded, blanks at the ends dropped and inner runs made one.
std::string normalised(std::string_view text) {
  std::string result;
  for (const char c : to_lower(text)) {
    if (!is_blank(c)) {
      result += c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  if (result.ends_with(' ')) result.pop_back();
  return result;
}

std::string type_identifier(std::string_view text) {
  std::string name = normalised(text);
  if (name.starts_with("oid.")) name.erase(0, 4);
  const auto* const row =
      std::find_if(attribute_types.begin(), attribute_types.end(),
                   [&](const auto& known) { return equal_ignoring_case(known.first, name); });
  return row == attribute_types.end() ? name : std::string{row->second};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// "CN=app, O=Contoso" taken apart: RFC 4514 with .NET's quotes.
class NameParser {
 public:
  explicit NameParser(std::string_view text) : rest_(text) {}

  std::optional<Name> parse() {
    Name name;
    RelativeName relative;
    for (;;) {
      const auto equals = rest_.find('=');
      if (equals == std::string_view::npos) return std::nullopt;
      std::string type = type_identifier(rest_.substr(0, equals));
      rest_.remove_prefix(equals + 1);
      auto value = read_value();
      if (!value) return std::nullopt;
      relative.emplace_back(std::move(type), normalised(*value));
      const char separator = rest_.empty() ? ',' : rest_.front();
      if (separator != '+') {
        std::sort(relative.begin(), relative.end());
        name.push_back(std::exchange(relative, {}));
      }
      if (rest_.empty()) return name;
      rest_.remove_prefix(1);
    }
  }

 private:
  // Up to the separator, which stays. Nothing for a quote that is not closed.
  std::optional<std::string> read_value() {
    std::string value;
    bool quoted = false;
    for (; !rest_.empty(); rest_.remove_prefix(1)) {
      const char c = rest_.front();
      const bool separates = c == ',' || c == ';' || c == '+';
      if (separates && !quoted) break;
      if (c == '\\' && rest_.size() > 1) {
        read_escape(value);
      } else if (c == '"' && quoted && rest_.starts_with("\"\"")) {
        value += c;
        rest_.remove_prefix(1);
      } else if (c == '"') {
        quoted = !quoted;
      } else {
        value += c;
      }
    }
    if (quoted) return std::nullopt;
    return value;
  }

  // Leaves the last character of the escape to the caller's loop.
  void read_escape(std::string& value) {
    rest_.remove_prefix(1);
    const int high = hex_digit(rest_.front());
    const int low = rest_.size() > 1 ? hex_digit(rest_[1]) : -1;
    if (high < 0 || low < 0) {
      value += rest_.front();
      return;
    }
    value += static_cast<char>(high * 16 + low);
    rest_.remove_prefix(1);
  }

  std::string_view rest_;
};

std::string type_of(const X509_NAME_ENTRY* entry) {
  std::array<char, 128> text{};
  constexpr int as_numbers = 1;
  OBJ_obj2txt(text.data(), static_cast<int>(text.size()), X509_NAME_ENTRY_get_object(entry),
              as_numbers);
  return text.data();
}

std::string value_of(const X509_NAME_ENTRY* entry) {
  unsigned char* bytes = nullptr;
  const int size = ASN1_STRING_to_UTF8(&bytes, X509_NAME_ENTRY_get_data(entry));
  if (size < 0) return {};
  std::string value{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
  OPENSSL_free(bytes);
  return normalised(value);
}

// In the order of the certificate.
Name subject_of(const std::string& certificate_der) {
  const auto* in = reinterpret_cast<const unsigned char*>(certificate_der.data());
  const std::unique_ptr<X509, decltype(&X509_free)> certificate{
      d2i_X509(nullptr, &in, static_cast<long>(certificate_der.size())), &X509_free};
  Name name;
  if (!certificate) return name;
  const X509_NAME* const subject = X509_get_subject_name(certificate.get());
  int last_set = -1;
  for (int i = 0; i < X509_NAME_entry_count(subject); ++i) {
    const X509_NAME_ENTRY* const entry = X509_NAME_get_entry(subject, i);
    if (X509_NAME_ENTRY_set(entry) != last_set) name.emplace_back();
    last_set = X509_NAME_ENTRY_set(entry);
    name.back().emplace_back(type_of(entry), value_of(entry));
  }
  for (RelativeName& relative : name) std::sort(relative.begin(), relative.end());
  ERR_clear_error();
  return name;
}

}  // namespace

bool is_subject_of(std::string_view text, const std::string& certificate_der) {
  Name subject = subject_of(certificate_der);
  if (text.find('=') == std::string_view::npos) {
    const Attribute wanted{common_name, normalised(text)};
    return std::any_of(subject.begin(), subject.end(), [&](const RelativeName& relative) {
      return std::find(relative.begin(), relative.end(), wanted) != relative.end();
    });
  }
  const auto wanted = NameParser{text}.parse();
  if (!wanted || subject.empty()) return false;
  if (*wanted == subject) return true;
  std::reverse(subject.begin(), subject.end());
  return *wanted == subject;
}

}  // namespace kvlaunch
