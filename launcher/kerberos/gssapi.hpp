// GSS-API (RFC 2743, C bindings RFC 2744) from the library that MIT Kerberos installs, loaded at
// run time: who does not sign in with Kerberos needs nothing of it.
//
// The types are RFC 2744's as MIT lays them out on Linux, written out so that building needs no
// header of Kerberos either.
#pragma once

#include <cstddef>
#include <cstdint>

#include "launcher/base/result.hpp"

namespace kvlaunch::gss {

using Status = std::uint32_t;  // OM_uint32
struct Oid {
  std::uint32_t length;
  const void* elements;
};
struct OidSet {
  std::size_t count;
  const Oid* elements;
};
struct Buffer {
  std::size_t length = 0;
  void* value = nullptr;
};
struct Credential;  // opaque
struct Context;
struct NameHandle;
struct ChannelBindings;

// gss_acquire_cred_from's key and value pairs (MIT Kerberos 1.11, "Credential store extensions").
struct StoreElement {
  const char* key;
  const char* value;
};
struct Store {
  std::uint32_t count;
  const StoreElement* elements;
};

// RFC 2744 section 3.9.1: calling errors in the top byte, routine errors below, then supplementary
// bits.
inline constexpr Status complete = 0;
inline constexpr Status continue_needed = 1;
inline constexpr Status failure_mask = 0xFFFF0000U;
constexpr bool failed(Status major) {
  return (major & failure_mask) != 0;
}
constexpr Status routine_error(Status major) {
  return (major >> 16U) & 0xFFU;
}
inline constexpr Status no_credentials = 7;
inline constexpr Status credentials_expired = 11;

// Request flags of gss_init_sec_context. GSS_C_DELEG_FLAG (1) is never asked for.
inline constexpr Status mutual_flag = 2;

inline constexpr int usage_initiate = 1;
inline constexpr int usage_accept = 2;

// The functions used here, with the names of RFC 2744 less their prefix. Filled once, never
// unloaded.
struct Library {
  Status (*acquire_cred)(Status* minor, NameHandle* name, std::uint32_t lifetime,
                         const OidSet* mechanisms, int usage, Credential** credential,
                         OidSet** actual, std::uint32_t* valid);
  Status (*acquire_cred_from)(Status* minor, NameHandle* name, std::uint32_t lifetime,
                              const OidSet* mechanisms, int usage, const Store* store,
                              Credential** credential, OidSet** actual, std::uint32_t* valid);
  Status (*inquire_cred)(Status* minor, Credential* credential, NameHandle** name,
                         std::uint32_t* lifetime, int* usage, OidSet** mechanisms);
  Status (*release_cred)(Status* minor, Credential** credential);
  Status (*import_name)(Status* minor, const Buffer* text, const Oid* type, NameHandle** name);
  Status (*display_name)(Status* minor, NameHandle* name, Buffer* text, const Oid** type);
  Status (*release_name)(Status* minor, NameHandle** name);
  Status (*init_sec_context)(Status* minor, Credential* credential, Context** context,
                             NameHandle* target, const Oid* mechanism, Status flags,
                             std::uint32_t lifetime, ChannelBindings* bindings, const Buffer* input,
                             const Oid** actual, Buffer* output, Status* given,
                             std::uint32_t* valid);
  Status (*accept_sec_context)(Status* minor, Context** context, Credential* credential,
                               const Buffer* input, ChannelBindings* bindings, NameHandle** source,
                               const Oid** mechanism, Buffer* output, Status* given,
                               std::uint32_t* valid, Credential** delegated);
  Status (*delete_sec_context)(Status* minor, Context** context, Buffer* output);
  Status (*display_status)(Status* minor, Status code, int kind, const Oid* mechanism,
                           Status* message_context, Buffer* text);
  Status (*release_buffer)(Status* minor, Buffer* buffer);
};

// SPNEGO, 1.3.6.1.5.5.2 (RFC 4178); Kerberos 5, 1.2.840.113554.1.2.2 (RFC 4121); a service name in
// the form "HTTP@host", 1.2.840.113554.1.2.1.4 (RFC 2744 section 4.1).
extern const Oid spnego;
extern const Oid kerberos;
extern const Oid hostbased_service;

// The library, loaded by the first call. Errors, both Code::identity_unavailable: it is not
// installed; this program is linked statically and can load nothing. Thread-safe.
Result<const Library*> load();

}  // namespace kvlaunch::gss
