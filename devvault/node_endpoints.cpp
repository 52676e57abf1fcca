// Opening endpoints with certificates of their own.
#include "devvault/node_endpoints.hpp"

#include "devvault/identity_binding.hpp"
#include "devvault/listening.hpp"

namespace devvault {
namespace {

constexpr const char* loopback = "127.0.0.1";

kvlaunch::Result<void> open_service_fabric(WallTime now, Server& server, Places& places) {
  auto authority = CertificateAuthority::make_self_signing(now);
  if (!authority) return authority.errors();
  auto listening = listen_on(loopback, 0);
  if (!listening) return listening.errors();
  places.service_fabric_port = port_of(*listening);
  places.service_fabric_thumbprint = (*authority)->thumbprint("localhost");
  server.add_node_tls(std::move(*listening), std::move(*authority), "localhost");
  return {};
}

kvlaunch::Result<void> open_identity_binding(WallTime now, Server& server,
                                             ScratchDirectory& directory, Places& places) {
  constexpr mode_t for_all = 0444;
  auto authority = CertificateAuthority::make(now);
  if (!authority) return authority.errors();
  auto file = directory.put("binding-ca.pem", (*authority)->certificate_pem(), for_all);
  if (!file) return file.errors();
  auto listening = listen_on(loopback, 0);
  if (!listening) return listening.errors();
  places.binding_authority_file = *file;
  places.binding_port = port_of(*listening);
  server.add_node_tls(std::move(*listening), std::move(*authority),
                      std::string{binding_server_name});
  return {};
}

}  // namespace

kvlaunch::Result<void> open_node_endpoints(const Identity* identity, WallTime now, Server& server,
                                           ScratchDirectory& directory, Places& places) {
  if (identity == nullptr) return {};
  if (identity->managed && identity->platform == Platform::service_fabric) {
    if (auto opened = open_service_fabric(now, server, places); !opened) return opened;
  }
  if (identity->identity_binding) return open_identity_binding(now, server, directory, places);
  return {};
}

}  // namespace devvault
