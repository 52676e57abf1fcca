// Owners for the OpenSSL objects that network uses, and its error queue as text.
#pragma once

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace kvlaunch::network {

template <auto Free>
struct OpensslFree {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

// With all below it: BIO_set_ssl takes a reference of its own to the layer under the SSL.
using BioHandle = std::unique_ptr<BIO, OpensslFree<BIO_free_all>>;
using SslHandle = std::unique_ptr<SSL, OpensslFree<SSL_free>>;
using SslContextHandle = std::unique_ptr<SSL_CTX, OpensslFree<SSL_CTX_free>>;
using StoreHandle = std::unique_ptr<X509_STORE, OpensslFree<X509_STORE_free>>;
using CertificateHandle = std::unique_ptr<X509, OpensslFree<X509_free>>;

// The reason of this thread's last OpenSSL error, the queue emptied; "unknown reason" without one.
// OpenSSL's own words: nothing of what was sent or received is in them.
std::string take_openssl_reason();

}  // namespace kvlaunch::network
