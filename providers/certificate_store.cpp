// Looking through the directories of a store.
#include "providers/certificate_store.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "launcher/base/url.hpp"
#include "providers/assertion.hpp"
#include "providers/secret_source.hpp"
#include "providers/subject_name.hpp"

namespace kvlaunch {
namespace {

using Store = CertificateSearch::Store;

constexpr std::string_view dotnet_store = "/.dotnet/corefx/cryptography/x509stores/my";
constexpr std::string_view own_user_store = "/.config/kvlaunch/certs";
constexpr std::string_view machine_store = "/etc/kvlaunch/certs";

// Opening a PKCS#12 file costs milliseconds of key derivation: a start must not wait for thousands.
constexpr std::size_t most_files = 256;
constexpr std::size_t most_notes = 8;

Result<std::vector<std::string>> directories_of(Store store, const Environment& environment) {
  if (store == Store::local_machine) return std::vector<std::string>{std::string{machine_store}};
  // From the environment alone: the passwd entry of a container's user is often somebody else's.
  const auto home = environment.get_non_empty("HOME");
  if (!home || !home->starts_with('/')) {
    return Error{.code = Code::identity_configuration,
                 .message = home ? "HOME is no absolute path: there is no CurrentUser store"
                                 : "HOME is not set: there is no CurrentUser store",
                 .hint = "set HOME, or use CertificateStoreLocation=LocalMachine"};
  }
  std::vector<std::string> directories;
  for (const std::string_view below : {dotnet_store, own_user_store}) {
    directories.push_back(std::string{*home}.append(below));
  }
  return directories;
}

bool may_hold_certificate(std::string_view name) {
  const std::string lower = to_lower(name);
  return lower.ends_with(".pfx") || lower.ends_with(".p12") || lower.ends_with(".pem");
}

// Why the key in this file is not to be used, with what to do; empty if it may be.
std::string objection(const FileContent& content, Store store, const Owner& owner) {
  const bool roots = content.file.owner == 0;
  if (store == Store::local_machine && (!roots || content.directory.owner != 0)) {
    return "it, or its directory, does not belong to root: chown root";
  }
  if (!roots && content.file.owner != owner.effective_user) return "it belongs to somebody else";
  constexpr mode_t others = S_IRWXG | S_IRWXO;
  if ((content.file.mode & others) != 0) return "others may read or write it: chmod 600";
  return {};
}

// What happens while the directories are read: what was found, and what is worth a note.
class Search {
 public:
  Search(const CertificateSearch& wanted, const ProviderContext& context, const Deadline& deadline)
      : wanted_(wanted), context_(context), deadline_(deadline) {}

  Result<void> look_into(const std::string& directory) {
    const auto names = context_.world.files.list(directory, most_files);
    if (!names) {
      notes_.push_back(directory + " " + names.error().message);
      return {};
    }
    std::size_t seen = 0;
    for (const std::string& name : *names) {
      if (!may_hold_certificate(name)) continue;
      if (deadline_.passed(context_.world.clock)) {
        return Error{.code = Code::deadline,
                     .message = "the time ran out while certificates were looked through",
                     .hint = "leave fewer in " + directory};
      }
      ++seen;
      consider(directory + "/" + name);
    }
    notes_.push_back(directory + ": " + (seen == 0 ? "no" : std::to_string(seen)) +
                     (seen == 1 ? " file" : " files") + " (*.pfx, *.p12, *.pem)");
    return {};
  }

  Result<std::vector<StoredCertificate>> take() {
    if (found_.empty()) return nothing_found();
    std::stable_sort(found_.begin(), found_.end(), [](const auto& left, const auto& right) {
      return left.certificate.not_before > right.certificate.not_before;
    });
    return std::move(found_);
  }

 private:
  void consider(const std::string& path) {
    auto content = context_.world.files.read(path, largest_credential_file, deadline_);
    if (!content) return pass_over(path, path + " " + content.error().message);
    const auto reason = objection(*content, wanted_.store, context_.settings.owner);
    if (!reason.empty()) return pass_over(path, path + " is not used: " + reason);
    auto loaded = load_certificate(content->bytes.reveal(), Secret{}, path);
    if (!loaded) return pass_over(path, loaded.error().message);
    const auto thumbprints = thumbprints_of(*loaded);
    if (!matches(*loaded, thumbprints)) return;
    const bool known = std::any_of(found_.begin(), found_.end(), [&](const auto& other) {
      return other.thumbprint == thumbprints.sha1;
    });
    if (!known) found_.push_back({std::move(*loaded), thumbprints.sha1, path});
  }

  [[nodiscard]] bool matches(const SigningCertificate& certificate,
                             const Thumbprints& thumbprints) const {
    if (!wanted_.thumbprint.empty()) {
      return wanted_.thumbprint == thumbprints.sha1 || wanted_.thumbprint == thumbprints.sha256;
    }
    return is_subject_of(wanted_.subject, certificate.chain_der.front());
  }

  void pass_over(const std::string& path, const std::string& why) {
    context_.world.log.note("certificate store: " + why);
    if (passed_over_++ < most_notes)
      notes_.push_back(why.starts_with(path) ? why : path + ": " + why);
  }

  [[nodiscard]] Error nothing_found() const {
    return Error{.code = Code::credential_file,
                 .message = "the " + std::string{name_of(wanted_.store)} +
                            " store has no certificate with its key and this " +
                            (wanted_.thumbprint.empty() ? "subject name" : "thumbprint"),
                 .hint = wanted_.store == Store::current_user
                             ? "put a PKCS#12 file without password, or PEM, of mode 600 into "
                               "~/.config/kvlaunch/certs"
                             : "put a PKCS#12 file without password, or PEM, of mode 600 and "
                               "owner root into /etc/kvlaunch/certs",
                 .notes = notes_};
  }

  const CertificateSearch& wanted_;
  const ProviderContext& context_;
  const Deadline& deadline_;
  std::vector<StoredCertificate> found_;
  std::vector<std::string> notes_;
  std::size_t passed_over_ = 0;
};

}  // namespace

std::string_view name_of(Store store) {
  return store == Store::current_user ? "CurrentUser" : "LocalMachine";
}

std::string cleaned_thumbprint(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= 'a' && c <= 'f') {
      digits += static_cast<char>(c - 'a' + 'A');
    } else if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F')) {
      digits += c;
    }
  }
  return digits;
}

Result<std::vector<StoredCertificate>> find_certificates(const CertificateSearch& search,
                                                         const ProviderContext& context,
                                                         const Deadline& deadline) {
  const auto directories = directories_of(search.store, context.world.environment);
  if (!directories) return directories.errors();
  Search looking{search, context, deadline};
  for (const std::string& directory : *directories) {
    if (auto looked = looking.look_into(directory); !looked) return std::move(looked).errors();
  }
  return looking.take();
}

}  // namespace kvlaunch
