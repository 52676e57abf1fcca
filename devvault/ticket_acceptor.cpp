// Accepting with GSS-API.
#include "devvault/ticket_acceptor.hpp"

#include <array>

#include "launcher/kerberos/gssapi_status.hpp"

namespace devvault {
namespace {

namespace gss = kvlaunch::gss;
using gss::Status;

// What one accept allocates.
struct Resources {
  explicit Resources(const gss::Library& the_library) : library(the_library) {}
  ~Resources() {
    Status minor = 0;
    if (context != nullptr) library.delete_sec_context(&minor, &context, nullptr);
    if (source != nullptr) library.release_name(&minor, &source);
    if (credential != nullptr) library.release_cred(&minor, &credential);
    library.release_buffer(&minor, &reply);
    library.release_buffer(&minor, &name);
  }
  Resources(const Resources&) = delete;
  Resources& operator=(const Resources&) = delete;

  const gss::Library& library;
  gss::Credential* credential = nullptr;
  gss::Context* context = nullptr;
  gss::NameHandle* source = nullptr;
  gss::Buffer reply, name;
};

std::string text_of(const gss::Buffer& buffer) {
  return {static_cast<const char*>(buffer.value), buffer.length};
}

AcceptedTicket accept_with(const gss::Library& library, const std::string& keytab,
                           std::string_view token) {
  Resources resources{library};
  const std::array elements{gss::StoreElement{"keytab", keytab.c_str()},
                            gss::StoreElement{"rcache", "none:"}};
  const gss::Store store{elements.size(), elements.data()};
  const gss::OidSet mechanisms{1, &gss::spnego};
  Status minor = 0;
  Status major = library.acquire_cred_from(&minor, nullptr, 0, &mechanisms, gss::usage_accept,
                                           &store, &resources.credential, nullptr, nullptr);
  if (gss::failed(major)) return {{}, {}, gss::describe(library, major, minor)};
  const gss::Buffer input{token.size(), const_cast<char*>(token.data())};
  major = library.accept_sec_context(&minor, &resources.context, resources.credential, &input,
                                     nullptr, &resources.source, nullptr, &resources.reply, nullptr,
                                     nullptr, nullptr);
  if (gss::failed(major)) return {{}, {}, gss::describe(library, major, minor)};
  if (major != gss::complete) return {{}, {}, "the client wants more than one round"};
  major = library.display_name(&minor, resources.source, &resources.name, nullptr);
  if (gss::failed(major)) return {{}, {}, gss::describe(library, major, minor)};
  return {text_of(resources.name), text_of(resources.reply), {}};
}

class GssAcceptor final : public TicketAcceptor {
 public:
  AcceptedTicket accept(const std::string& keytab, std::string_view token) override {
    const auto library = gss::load();
    if (!library) return {{}, {}, library.error().message};
    return accept_with(**library, keytab, token);
  }
  std::string unavailable() override {
    const auto library = gss::load();
    return library ? "" : library.error().message;
  }
};

}  // namespace

std::unique_ptr<TicketAcceptor> make_ticket_acceptor() {
  return std::make_unique<GssAcceptor>();
}

}  // namespace devvault
