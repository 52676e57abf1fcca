// Loading certificate authorities.
#include "launcher/network/trust_store.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <new>
#include <system_error>

#include "launcher/base/descriptor.hpp"
#include "launcher/network/shortage.hpp"

namespace kvlaunch::network {
namespace {

// Debian's bundle has 220 KB and 140 certificates.
constexpr std::size_t max_file_bytes = std::size_t{8} * 1024 * 1024;
constexpr std::size_t max_certificates = 4096;

constexpr const char* how_to_name_authorities =
    "install ca-certificates, or name a file of certificates with --ca-file or SSL_CERT_FILE";

Error unusable(const std::string& path, const std::string& why) {
  return Error{.code = Code::tls_untrusted,
               .message = "cannot use the certificate authorities in " + path + ": " + why,
               .hint = "it must be a readable file with certificates in PEM form"};
}

// Opened without blocking and judged as a regular file: a FIFO must not hold up the start.
// OpenSSL's own file reading would leave the descriptor open across an exec.
Result<std::string> read_file(const std::string& path) {
  const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  if (!file.valid()) return unusable(path, std::generic_category().message(errno));
  struct stat status {};
  if (fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return unusable(path, "no regular file");
  }
  std::string bytes;
  std::array<char, 16 * 1024> piece{};
  while (true) {
    const auto count = read(file.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unusable(path, std::generic_category().message(errno));
    if (count == 0) return bytes;
    bytes.append(piece.data(), static_cast<std::size_t>(count));
    if (bytes.size() > max_file_bytes) return unusable(path, "more than 8 MiB");
  }
}

}  // namespace

std::size_t add_certificates(X509_STORE& store, std::string_view pem, const StopSignal* stop) {
  const BioHandle source{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  std::size_t added = 0;
  for (std::size_t seen = 0; seen < max_certificates; ++seen) {
    if (!source || (stop != nullptr && stop->raised())) break;
    const CertificateHandle certificate{
        PEM_read_bio_X509_AUX(source.get(), nullptr, nullptr, nullptr)};
    if (certificate) {
      added += X509_STORE_add_cert(&store, certificate.get()) == 1 ? 1U : 0U;
    } else if (ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE) {
      break;
    }
    ERR_clear_error();
  }
  ERR_clear_error();
  return added;
}

TrustStore::TrustStore(TrustSources sources, const StopSignal& stop)
    : sources_(std::move(sources)), stop_(stop), store_(X509_STORE_new()) {
  add_directories();
  if (sources_.bundles.empty() && sources_.ca_file.empty()) {
    load();
    return;
  }
  const auto load_or_tell = [this] {
    try {
      load();
    } catch (const std::bad_alloc&) {
      finish(Error{.code = Code::out_of_memory, .message = "out of memory"});
    }
  };
  if (auto thread = Thread::start(load_or_tell)) {
    loader_.emplace(std::move(*thread));
  } else {
    load();  // without a thread it takes its time here
  }
}

TrustStore::~TrustStore() = default;

void TrustStore::add_directories() {
  for (const auto& directory : sources_.hashed_directories) {
    // OpenSSL opens the files of a directory without close-on-exec, but only while it reads one.
    auto* lookup = X509_STORE_add_lookup(store_.get(), X509_LOOKUP_hash_dir());
    if (lookup != nullptr) X509_LOOKUP_add_dir(lookup, directory.c_str(), X509_FILETYPE_PEM);
  }
  ERR_clear_error();
}

void TrustStore::load() {
  std::optional<Error> problem;
  std::vector<std::string> notes;
  std::size_t certificates = 0;
  for (const auto& path : sources_.bundles) {
    // One unreadable bundle is no failure as long as other authorities remain, as in OpenSSL.
    if (const auto added = add_file(path)) {
      certificates += *added;
    } else {
      notes.push_back(added.error().message);
    }
  }
  if (!sources_.ca_file.empty()) {
    // Asked for by name: never passed over, even where the system's authorities would do.
    const auto added = add_file(sources_.ca_file);
    if (!added) problem = added.error();
    certificates += added ? *added : 0;
  }
  if (!problem && certificates == 0 && sources_.hashed_directories.empty()) {
    problem = Error{.code = Code::tls_untrusted,
                    .message = "this system has no certificate authorities to trust",
                    .hint = how_to_name_authorities,
                    .notes = std::move(notes)};
    if (sources_.named_by_environment) {
      problem->message = "SSL_CERT_FILE or SSL_CERT_DIR names no certificate authority";
    }
  }
  if (problem) {
    if (auto lack = shortage()) problem = std::move(lack);
  }
  finish(std::move(problem));
}

void TrustStore::finish(std::optional<Error> problem) {
  const std::lock_guard lock{mutex_};
  problem_ = std::move(problem);
  loaded_ = true;
  changed_.notify_all();
}

Result<std::size_t> TrustStore::add_file(const std::string& path) {
  const auto bytes = read_file(path);
  if (!bytes) return bytes.errors();
  const std::size_t added = add_certificates(*store_, *bytes, &stop_);
  if (added == 0) return unusable(path, "no certificate in it");
  return added;
}

Result<void> TrustStore::ready(const Patience& patience) {
  std::unique_lock lock{mutex_};
  changed_.wait_until(lock, patience.deadline.at(),
                      [&] { return loaded_ || patience.stop.raised(); });
  if (!loaded_) return out_of_time("reading the certificate authorities");
  if (problem_) return *problem_;
  return {};
}

std::string TrustStore::hint() const {
  return sources_.named_by_environment
             ? "only the authorities of SSL_CERT_FILE and SSL_CERT_DIR count here; unset them to "
               "use the system's, or add one with --ca-file"
             : "if a proxy or your organisation issues its own certificates, name its authority "
               "with --ca-file or SSL_CERT_FILE";
}

void TrustStore::wake_all() {
  const std::lock_guard lock{mutex_};
  changed_.notify_all();
}

}  // namespace kvlaunch::network
