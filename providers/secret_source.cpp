// Where secrets come from, and whether the file they stand in may be trusted.
#include "providers/secret_source.hpp"

#include <sys/stat.h>

#include "launcher/base/foreign_writers.hpp"

namespace kvlaunch {
namespace {

std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

Error not_configured_error(std::string message, std::string hint) {
  return Error{
      .code = Code::identity_configuration, .message = std::move(message), .hint = std::move(hint)};
}

Result<Secret> read_variable(const std::string& name, const Environment& environment) {
  const auto value = environment.get_non_empty(name);
  if (value) return Secret{*value};
  return not_configured_error(name + (environment.contains(name) ? " is empty" : " is not set"),
                              "set it");
}

Result<Secret> read_file(const std::string& path, const ProviderContext& context,
                         const Deadline& deadline) {
  auto bytes = read_credential_file(path, FileUse::private_material, context, deadline);
  if (!bytes) return bytes;
  const auto text = without_line_end(bytes->reveal());
  if (text.empty()) {
    return Error{.code = Code::credential_file, .message = path + " is empty"};
  }
  return Secret{text};
}

Result<Secret> read_systemd_credential(const std::string& name, const ProviderContext& context,
                                       const Deadline& deadline) {
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos) {
    return not_configured_error("a credential is named by a bare file name", "leave the path out");
  }
  const auto directory = context.world.environment.get_non_empty("CREDENTIALS_DIRECTORY");
  if (!directory) {
    return not_configured_error(
        "credential " + name + ": CREDENTIALS_DIRECTORY is not set",
        "give the systemd unit LoadCredential=" + name + ":PATH or SetCredentialEncrypted=");
  }
  return read_file(std::string{*directory} + "/" + name, context, deadline);
}

}  // namespace

Result<Secret> read_credential_file(const std::string& path, FileUse use,
                                    const ProviderContext& context, const Deadline& deadline) {
  auto content = context.world.files.read(path, largest_credential_file, deadline);
  if (!content) {
    Error error = content.error();
    if (error.code != Code::deadline) error.code = Code::credential_file;
    error.message = path + " " + error.message;
    return error;
  }
  const FileStatus& status = content->file;
  // Whose it is does not matter (security rule 6): platforms hand credentials over in files that
  // belong to accounts of their own.
  const ForeignWriters writers = foreign_writers(status, context.settings.owner);
  if (writers.everybody || writers.group) {
    return Error{.code = Code::credential_file,
                 .message = path + " can be written by other users",
                 .hint = "chmod go-w " + path};
  }
  const bool world_readable = (status.mode & S_IROTH) != 0;
  if (world_readable && !status.memory_backed && use == FileUse::private_material) {
    context.world.log.warn(path + " can be read by every user of this machine",
                           "chmod o-r " + path);
  }
  return std::move(content->bytes);
}

Result<Secret> read_secret_source(const SecretSource& source, const ProviderContext& context,
                                  const Deadline& deadline) {
  switch (source.kind) {
    case SecretSource::Kind::environment:
      return read_variable(source.name, context.world.environment);
    case SecretSource::Kind::file:
      return read_file(source.name, context, deadline);
    case SecretSource::Kind::credential:
      return read_systemd_credential(source.name, context, deadline);
  }
  return not_configured_error("unknown source of a secret", {});
}

Result<SigningCertificate> read_client_certificate(const std::string& path, const Secret& password,
                                                   const ProviderContext& context,
                                                   const Deadline& deadline) {
  const auto bytes = read_credential_file(path, FileUse::private_material, context, deadline);
  if (!bytes) return bytes.errors();
  return load_certificate(bytes->reveal(), password, path);
}

}  // namespace kvlaunch
