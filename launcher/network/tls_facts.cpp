// Reading certificates for people.
#include "launcher/network/tls_facts.hpp"

#include <openssl/x509v3.h>

#include <ctime>
#include <string_view>

namespace kvlaunch::network {
namespace {

constexpr std::size_t max_shown_bytes = 200;
constexpr int max_shown_names = 4;

std::string shown(const ASN1_STRING* string) {
  std::string text{std::string_view{reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
                                    static_cast<std::size_t>(ASN1_STRING_length(string))}};
  if (text.size() > max_shown_bytes) text.resize(max_shown_bytes);
  for (auto& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

std::string organisation_of(X509_NAME* name) {
  const int index = X509_NAME_get_index_by_NID(name, NID_organizationName, -1);
  if (index < 0) return {};
  return shown(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
}

WallTime time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

}  // namespace

std::string shown_name(X509_NAME* name) {
  const BioHandle text{BIO_new(BIO_s_mem())};
  if (!text || X509_NAME_print_ex(text.get(), name, 0, XN_FLAG_RFC2253) < 0) return "(unnamed)";
  char* data = nullptr;
  const long size = BIO_get_mem_data(text.get(), &data);
  std::string shown{data, static_cast<std::size_t>(size)};
  if (shown.size() > max_shown_bytes) shown.resize(max_shown_bytes);
  return shown;
}

std::string names_of(X509& certificate) {
  std::string text;
  int count = 0;
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names) && count < max_shown_names; ++i) {
    const auto* name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_DNS) continue;
    text += (count++ == 0 ? "" : ", ") + shown(name->d.dNSName);
  }
  GENERAL_NAMES_free(names);
  return text.empty() ? shown_name(X509_get_subject_name(&certificate)) : text;
}

TlsFacts facts_of(const SSL& ssl) {
  TlsFacts facts{.version = SSL_get_version(&ssl)};
  const auto* chain = SSL_get0_verified_chain(&ssl);
  const int length = sk_X509_num(chain);  // -1 without a chain
  if (length < 1) return facts;
  auto* leaf = sk_X509_value(chain, 0);
  auto* root = sk_X509_value(chain, length - 1);
  facts.names = names_of(*leaf);
  facts.issuer = shown_name(X509_get_issuer_name(leaf));
  facts.authority = shown_name(X509_get_subject_name(root));
  facts.organisation = organisation_of(X509_get_subject_name(root));
  facts.expires = time_of(X509_get0_notAfter(leaf));
  facts.chain_length = static_cast<std::size_t>(length);
  return facts;
}

}  // namespace kvlaunch::network
