// Paths on a login host: "/TENANT/rest".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "devvault/config.hpp"
#include "devvault/entra_error.hpp"

namespace devvault {

struct LoginPath {
  std::string tenant;     // as written
  std::string_view rest;  // "oauth2/v2.0/token"; a view into the request's path
};

std::optional<LoginPath> split_login_path(std::string_view path);

// The name under which AD FS is addressed; it stands for the configured tenant.
inline constexpr std::string_view adfs = "adfs";

bool is_tenantless(std::string_view tenant);  // common, organizations, consumers

// Why there is no such tenant; nothing if there is.
std::optional<EntraError> refuse_tenant(const Config& config, const std::string& tenant);

// The id that `tenant` stands for, in the configured spelling.
std::string tenant_id_of(const Config& config, std::string_view tenant);

}  // namespace devvault
