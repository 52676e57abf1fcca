// Identities that are connection strings, and tokens asked of them.
#pragma once

#include "providers/catalogue.hpp"
#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {

inline constexpr const char* metadata = "GET http://169.254.169.254";
inline const std::string app = "RunAs=App;AppId=app-1;TenantId=contoso;";

inline IdentitySpec string_identity(const std::string& text) {
  IdentitySpec spec;
  spec.type = IdentitySpec::Type::connection_string;
  spec.label = "legacy";
  spec.connection_string = text;
  spec.where = Location{.file = "kvlaunch.yaml", .line = 3, .column = 7};
  return spec;
}

inline IdentitySpec string_in(SecretSource::Kind kind, const std::string& name) {
  IdentitySpec spec = string_identity("");
  spec.connection_string_source = SecretSource{kind, name};
  return spec;
}

using Shared = std::shared_ptr<const AccessToken>;

inline Result<Shared> ask(Scene& scene, const IdentitySpec& spec,
                          VaultSecretReader* reader = nullptr) {
  auto settings = scene.context(Usage::alone).settings;
  settings.read_vault_secret = reader;
  auto source = make_token_source(spec, settings, scene.world);
  if (!source) return source.errors();
  return (*source)->token(scene.request, scene.fake.deadline());
}
inline Result<Shared> ask(Scene& scene, const std::string& text,
                          VaultSecretReader* reader = nullptr) {
  return ask(scene, string_identity(text), reader);
}

inline std::string value_of(const Result<Shared>& token) {
  return token ? std::string{(*token)->value.reveal()} : token.error().message;
}

}  // namespace kvlaunch::test
