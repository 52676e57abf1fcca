// Looking for directories with hash links, and for bundles.
#include "launcher/network/trust_sources.hpp"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string_view>

namespace kvlaunch::network {
namespace {

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "5ed36f99.0": eight hex digits of the subject's hash, a dot, a number (openssl-rehash(1)).
bool is_hash_link(std::string_view name) {
  constexpr std::size_t hash_digits = 8;
  return name.size() > hash_digits + 1 && name[hash_digits] == '.' &&
         std::all_of(name.begin(), name.begin() + hash_digits, is_hex) &&
         std::all_of(name.begin() + hash_digits + 1, name.end(), is_digit);
}

bool has_hash_links(const std::string& directory) {
  const auto close = [](DIR* open) { closedir(open); };
  // glibc opens directories close-on-exec.
  const std::unique_ptr<DIR, decltype(close)> entries{opendir(directory.c_str()), close};
  if (!entries) return false;
  while (const auto* entry = readdir(entries.get())) {
    if (is_hash_link(&entry->d_name[0])) return true;
  }
  return false;
}

std::vector<std::string> split_at_colons(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const auto colon = list.find(':');
    if (colon != 0) parts.emplace_back(list.substr(0, colon));
    list = colon == std::string_view::npos ? std::string_view{} : list.substr(colon + 1);
  }
  return parts;
}

}  // namespace

std::string TrustSources::text() const {
  std::string text;
  const auto add = [&text](const std::string& path) { text += (text.empty() ? "" : ", ") + path; };
  std::for_each(hashed_directories.begin(), hashed_directories.end(), add);
  std::for_each(bundles.begin(), bundles.end(), add);
  if (!ca_file.empty()) add(ca_file);
  return text.empty() ? "none" : text;
}

const TrustPlaces& system_trust_places() {
  static const TrustPlaces places{
      .hashed_directories = {"/etc/ssl/certs"},
      .bundles = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                  "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem",
                  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem"}};
  return places;
}

TrustSources find_trust_sources(const Environment& environment, const std::string& ca_file,
                                const TrustPlaces& places) {
  TrustSources sources;
  sources.ca_file = ca_file;
  const auto file = environment.get_non_empty("SSL_CERT_FILE");
  const auto directories = environment.get_non_empty("SSL_CERT_DIR");
  if (file) sources.bundles.emplace_back(*file);
  if (directories) sources.hashed_directories = split_at_colons(*directories);
  sources.named_by_environment = file || directories;
  if (sources.named_by_environment) return sources;

  for (const auto& directory : places.hashed_directories) {
    if (has_hash_links(directory)) {
      sources.hashed_directories.push_back(directory);
      return sources;
    }
  }
  const auto bundle =
      std::find_if(places.bundles.begin(), places.bundles.end(),
                   [](const auto& path) { return access(path.c_str(), R_OK) == 0; });
  if (bundle != places.bundles.end()) sources.bundles.push_back(*bundle);
  return sources;
}

}  // namespace kvlaunch::network
