// What a finished handshake shows of the other side, in words fit to print.
#pragma once

#include <string>

#include "launcher/base/clock.hpp"
#include "launcher/network/openssl_handles.hpp"

namespace kvlaunch::network {

struct TlsFacts {
  std::string version;       // "TLSv1.3"
  std::string names;         // what the server's certificate is for
  std::string issuer;        // who signed it
  std::string authority;     // at the end of the verified chain, among the trusted ones
  std::string organisation;  // of that authority; empty: it names none
  WallTime expires{};        // of the server's certificate
  std::size_t chain_length = 0;
};

// `ssl` has verified the other side.
TlsFacts facts_of(const SSL& ssl);

// RFC 2253 form: control and non-ASCII characters come escaped, so a certificate cannot write to
// the terminal. Cut after 200 bytes.
std::string shown_name(X509_NAME* name);

// "a.example, b.example": the DNS names a certificate is for, else its subject.
std::string names_of(X509& certificate);

}  // namespace kvlaunch::network
