// Which certificate authorities count: where their certificates lie on this system.
#pragma once

#include <string>
#include <vector>

#include "launcher/base/environment.hpp"

namespace kvlaunch::network {

// Where a system may keep its authorities, best first.
struct TrustPlaces {
  std::vector<std::string> hashed_directories;
  std::vector<std::string> bundles;
};

// Debian, Fedora and RHEL, SUSE, Alpine: the list of Go's crypto/x509 root_linux.go. OpenSSL's own
// default (OPENSSLDIR) is compiled in and wrong outside the distribution it was built for.
const TrustPlaces& system_trust_places();

struct TrustSources {
  std::vector<std::string> hashed_directories;  // as c_rehash(1) leaves them, read on demand
  std::vector<std::string> bundles;             // PEM files, parsed as a whole
  std::string ca_file;                          // beside all others; empty: none given
  // SSL_CERT_FILE or SSL_CERT_DIR chose: an error then has to say so.
  bool named_by_environment = false;

  // "/etc/ssl/certs, /srv/ca.pem", for the log; "none".
  [[nodiscard]] std::string text() const;
};

// SSL_CERT_FILE (one bundle) and SSL_CERT_DIR (hashed directories, with ':' between) replace the
// system's places when either is set. OpenSSL would let each replace only the default of its own
// kind; taking both away is the stricter reading, and the only one under which naming one
// authority means that no other is trusted. An empty variable counts as unset.
// Otherwise the first directory that has hash links, because a root is then read only when a chain
// needs it; only without one the first bundle that exists (its 140 certificates take some 35 ms).
TrustSources find_trust_sources(const Environment& environment, const std::string& ca_file,
                                const TrustPlaces& places = system_trust_places());

}  // namespace kvlaunch::network
