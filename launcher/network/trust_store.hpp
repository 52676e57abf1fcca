// The certificate authorities as OpenSSL takes them, loaded beside the network waits.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/base/result.hpp"
#include "launcher/base/thread.hpp"
#include "launcher/network/openssl_handles.hpp"
#include "launcher/network/patience.hpp"
#include "launcher/network/trust_sources.hpp"

namespace kvlaunch::network {

// Adds the certificates of a PEM text to `store`: how many. A damaged one is passed over and the
// next one read, because bundles are other people's work; after 4096 the rest is left. `stop`, if
// given, ends it between two certificates.
std::size_t add_certificates(X509_STORE& store, std::string_view pem,
                             const StopSignal* stop = nullptr);

// Hashed directories cost nothing until a chain is verified. Files are parsed in a thread that
// starts with the constructor; verification waits for it in ready(), by when a handshake has spent
// a round trip or two on the network anyway. Thread-safe.
class TrustStore {
 public:
  // `stop` ends the parsing between two certificates; it must be raised before the destructor.
  TrustStore(TrustSources sources, const StopSignal& stop);
  ~TrustStore();
  TrustStore(const TrustStore&) = delete;
  TrustStore& operator=(const TrustStore&) = delete;

  // Returns once everything is loaded. Errors: Code::tls_untrusted when there is no authority at
  // all, or when the file named by ca_file cannot be used; Code::deadline;
  // Code::out_of_memory.
  Result<void> ready(const Patience& patience);

  [[nodiscard]] const TrustSources& sources() const { return sources_; }
  [[nodiscard]] X509_STORE* store() const { return store_.get(); }
  // What to do about an authority that is not among these.
  [[nodiscard]] std::string hint() const;
  // Wakes ready(); the stop signal has been raised.
  void wake_all();

 private:
  void load();
  void finish(std::optional<Error> problem);
  void add_directories();
  // How many certificates; an error names the file and the reason.
  Result<std::size_t> add_file(const std::string& path);

  const TrustSources sources_;
  const StopSignal& stop_;
  StoreHandle store_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool loaded_ = false;           // guarded by mutex_, as is the next one
  std::optional<Error> problem_;  // every verification fails with this
  std::optional<Thread> loader_;
};

}  // namespace kvlaunch::network
