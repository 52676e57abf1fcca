// Reading what a credential is made of: variables, files, systemd credentials, token files.
#pragma once

#include <string>

#include "launcher/base/identity_spec.hpp"
#include "providers/certificate_file.hpp"
#include "providers/context.hpp"

namespace kvlaunch {

// Private: keys and passwords, which others had better not read. Federated: tokens that the
// platform rotates and places world-readable by design (AKS projects them with mode 0644).
enum class FileUse { private_material, federated_token };

// No credential is larger: a PKCS#12 with a long chain stays below 32 KiB.
inline constexpr std::size_t largest_credential_file = 256 * 1024;

// The whole file. Security rule 6: writable by the group (a private one excepted) or by others is
// an error; readable by others is a warning, except on tmpfs and ramfs and for federated tokens.
// A file on a read-only mount cannot be written, whatever its mode. Errors: Code::credential_file,
// Code::deadline for a pipe that delivers too late.
Result<Secret> read_credential_file(const std::string& path, FileUse use,
                                    const ProviderContext& context, const Deadline& deadline);

// The secret that `source` names, without one trailing line end. Errors: Code::credential_file for
// files, Code::identity_configuration for a variable or credential that is not there or empty.
Result<Secret> read_secret_source(const SecretSource& source, const ProviderContext& context,
                                  const Deadline& deadline);

// The certificate with key in the file at `path`; an empty `password` means none.
Result<SigningCertificate> read_client_certificate(const std::string& path, const Secret& password,
                                                   const ProviderContext& context,
                                                   const Deadline& deadline);

}  // namespace kvlaunch
