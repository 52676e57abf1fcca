// The one file that loads libgssapi_krb5.
#include "launcher/kerberos/gssapi.hpp"

#include <dlfcn.h>
#include <link.h>

#include <string>

namespace kvlaunch::gss {
namespace {

// MIT's name since 1.4; Heimdal's libgssapi.so.3 has other layouts and no credential store.
constexpr const char* library_name = "libgssapi_krb5.so.2";

constexpr const char* without_kerberos =
    "sign in another way: RunAs=App, or RunAs=Developer;DeveloperTool=AzureCli after az login";

// A program without a loader of its own (PT_INTERP) can load nothing: glibc's dlopen would bring a
// second C library into it.
bool is_static() {
  bool has_loader = false;
  dl_iterate_phdr(
      [](dl_phdr_info* program, std::size_t, void* found) {
        for (int i = 0; i < program->dlpi_phnum; ++i) {
          if (program->dlpi_phdr[i].p_type == PT_INTERP) *static_cast<bool*>(found) = true;
        }
        return 1;  // the first is the program itself
      },
      &has_loader);
  return !has_loader;
}

Error unavailable(std::string message, std::string hint) {
  return Error{
      .code = Code::identity_unavailable, .message = std::move(message), .hint = std::move(hint)};
}

template <class Function>
bool find(void* library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(library, name));
  return function != nullptr;
}

Result<const Library*> load_once() {
  if (is_static()) {
    return unavailable("this kvlaunch is linked statically and cannot load the Kerberos library",
                       without_kerberos);
  }
  void* const handle = dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    return unavailable(
        std::string{"the Kerberos library "} + library_name + " is not installed",
        "install it (Debian: libgssapi-krb5-2), or " + std::string{without_kerberos});
  }
  static Library library;
  const bool whole = find(handle, "gss_acquire_cred", library.acquire_cred) &&
                     find(handle, "gss_acquire_cred_from", library.acquire_cred_from) &&
                     find(handle, "gss_inquire_cred", library.inquire_cred) &&
                     find(handle, "gss_release_cred", library.release_cred) &&
                     find(handle, "gss_import_name", library.import_name) &&
                     find(handle, "gss_display_name", library.display_name) &&
                     find(handle, "gss_release_name", library.release_name) &&
                     find(handle, "gss_init_sec_context", library.init_sec_context) &&
                     find(handle, "gss_accept_sec_context", library.accept_sec_context) &&
                     find(handle, "gss_delete_sec_context", library.delete_sec_context) &&
                     find(handle, "gss_display_status", library.display_status) &&
                     find(handle, "gss_release_buffer", library.release_buffer);
  if (!whole) {
    return unavailable(std::string{"the Kerberos library "} + library_name + " is too old",
                       "install MIT Kerberos 1.11 or newer");
  }
  return &library;
}

}  // namespace

const Oid spnego{6, "\x2b\x06\x01\x05\x05\x02"};
const Oid kerberos{9, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};
const Oid hostbased_service{10, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04"};

Result<const Library*> load() {
  static const Result<const Library*> loaded = load_once();
  return loaded;
}

}  // namespace kvlaunch::gss
