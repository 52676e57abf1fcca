// The steps of GSS-API, each bounded in time.
#include "launcher/kerberos/ticket_negotiator.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>

#include "launcher/base/thread.hpp"
#include "launcher/kerberos/gssapi_status.hpp"

namespace kvlaunch {
namespace {

using gss::Status;

// What GSS-API allocated: freed by whoever is last, the caller or a thread left behind.
template <class Handle>
using Release = Status (*)(Status*, Handle**);

template <class Handle>
class Owned {
 public:
  explicit Owned(Release<Handle> release) : release_(release) {}
  ~Owned() {
    Status minor = 0;
    if (handle_ != nullptr) release_(&minor, &handle_);
  }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  [[nodiscard]] Handle* get() const { return handle_; }
  Handle** address() { return &handle_; }

 private:
  Release<Handle> release_;
  Handle* handle_ = nullptr;
};

class OwnedBuffer {
 public:
  explicit OwnedBuffer(const gss::Library& library) : library_(library) {}
  ~OwnedBuffer() {
    Status minor = 0;
    library_.release_buffer(&minor, &buffer_);
  }
  OwnedBuffer(const OwnedBuffer&) = delete;
  OwnedBuffer& operator=(const OwnedBuffer&) = delete;
  gss::Buffer* address() { return &buffer_; }
  [[nodiscard]] std::string_view view() const {
    return {static_cast<const char*>(buffer_.value), buffer_.length};
  }

 private:
  const gss::Library& library_;
  gss::Buffer buffer_;
};

// Runs `work` in a thread of its own and waits for it until the deadline. `work` owns all it
// touches.
template <class T>
Result<T> within(const Deadline& deadline, std::function<Result<T>()> work) {
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<Result<T>> result;
  };
  const auto shared = std::make_shared<Shared>();
  const bool started = Thread::start_detached([shared, work = std::move(work)]() mutable {
    auto result = work();
    work = nullptr;  // what it owned is released before anybody hears of the end
    const std::lock_guard lock{shared->mutex};
    shared->result = std::move(result);
    shared->changed.notify_all();
  });
  if (!started) {
    return Error{.code = Code::identity_temporary,
                 .message = "cannot ask the Kerberos library: no thread to be had",
                 .hint = "raise the limit of processes (ulimit -u, pids.max)"};
  }
  std::unique_lock lock{shared->mutex};
  shared->changed.wait_until(lock, deadline.at(), [&] { return shared->result.has_value(); });
  if (shared->result) return std::move(*shared->result);
  return Error{.code = Code::identity_temporary,
               .message = "the Kerberos library did not answer in time",
               .hint =
                   "it waits for a KDC: port 88 of a domain controller must be open (UDP and "
                   "TCP); check krb5.conf and DNS"};
}

Result<std::string> read_principal(const gss::Library& library) {
  const gss::OidSet mechanisms{1, &gss::kerberos};
  Status minor = 0;
  Owned<gss::Credential> credential{library.release_cred};
  Status major = library.acquire_cred(&minor, nullptr, 0, &mechanisms, gss::usage_initiate,
                                      credential.address(), nullptr, nullptr);
  if (gss::failed(major)) return gss::explain(library, major, minor, {});
  Owned<gss::NameHandle> name{library.release_name};
  std::uint32_t lifetime = 0;
  major =
      library.inquire_cred(&minor, credential.get(), name.address(), &lifetime, nullptr, nullptr);
  if (gss::failed(major)) return gss::explain(library, major, minor, {});
  if (lifetime == 0) return gss::explain(gss::credentials_expired << 16U, 0, {}, {});
  OwnedBuffer text{library};
  major = library.display_name(&minor, name.get(), text.address(), nullptr);
  if (gss::failed(major)) return gss::explain(library, major, minor, {});
  return std::string{text.view()};
}

// Shared with the thread of the step under way.
struct Dialogue {
  Dialogue(const gss::Library& the_library, std::string the_host)
      : library(the_library), host(std::move(the_host)), target(library.release_name) {}
  ~Dialogue() {
    Status minor = 0;
    if (context != nullptr) library.delete_sec_context(&minor, &context, nullptr);
  }
  Dialogue(const Dialogue&) = delete;
  Dialogue& operator=(const Dialogue&) = delete;

  Result<Secret> step(std::string_view received) {
    Status minor = 0;
    if (target.get() == nullptr) {
      std::string service = "HTTP@" + host;
      const gss::Buffer text{service.size(), service.data()};
      const Status major =
          library.import_name(&minor, &text, &gss::hostbased_service, target.address());
      if (gss::failed(major)) return gss::explain(library, major, minor, host);
      if (auto fetched = fetch_ticket(); !fetched) return std::move(fetched).errors();
    }
    // GSS-API takes a pointer to what it does not write to.
    const gss::Buffer input{received.size(), const_cast<char*>(received.data())};
    OwnedBuffer output{library};
    Status given = 0;
    const Status major = library.init_sec_context(
        &minor, nullptr, &context, target.get(), &gss::spnego, gss::mutual_flag, 0, nullptr,
        received.empty() ? nullptr : &input, nullptr, output.address(), &given, nullptr);
    if (gss::failed(major)) return gss::explain(library, major, minor, host);
    complete = major == gss::complete && (given & gss::mutual_flag) != 0;
    return Secret{output.view()};
  }

  // Puts the ticket for the service into the cache, where the dialogue finds it. By Kerberos alone,
  // because SPNEGO hands its failures on under numbers of its own that say nothing.
  Result<void> fetch_ticket() {
    Status minor = 0;
    gss::Context* unused = nullptr;
    OwnedBuffer output{library};
    const Status major = library.init_sec_context(
        &minor, nullptr, &unused, target.get(), &gss::kerberos, gss::mutual_flag, 0, nullptr,
        nullptr, nullptr, output.address(), nullptr, nullptr);
    Status ignored = 0;
    if (unused != nullptr) library.delete_sec_context(&ignored, &unused, nullptr);
    if (gss::failed(major)) return gss::explain(library, major, minor, host);
    return {};
  }

  const gss::Library& library;
  const std::string host;
  Owned<gss::NameHandle> target;
  gss::Context* context = nullptr;
  bool complete = false;
};

class TicketNegotiation final : public Negotiation {
 public:
  explicit TicketNegotiation(std::string host) : host_(std::move(host)) {}

  Result<Secret> next(std::string_view received, const Deadline& deadline) override {
    if (!dialogue_) {
      const auto library = gss::load();
      if (!library) return library.errors();
      dialogue_ = std::make_shared<Dialogue>(**library, host_);
    }
    if (abandoned_) {
      return Error{.code = Code::internal, .message = "a Kerberos dialogue was used after its end"};
    }
    const auto token = std::make_shared<const Secret>(received);
    abandoned_ = true;  // until the step has come back in time
    auto result = within<Secret>(
        deadline, [dialogue = dialogue_, token] { return dialogue->step(token->reveal()); });
    if (result) {
      abandoned_ = false;
      complete_ = dialogue_->complete;
    }
    return result;
  }

  [[nodiscard]] bool complete() const override { return complete_; }

 private:
  std::string host_;
  std::shared_ptr<Dialogue> dialogue_;
  bool abandoned_ = false;
  bool complete_ = false;
};

class TicketNegotiator final : public Negotiator {
 public:
  Result<std::string> principal(const Deadline& deadline) override {
    const auto library = gss::load();
    if (!library) return library.errors();
    return within<std::string>(deadline, [known = *library] { return read_principal(*known); });
  }
  std::unique_ptr<Negotiation> begin(const std::string& host) override {
    return std::make_unique<TicketNegotiation>(host);
  }
};

}  // namespace

std::unique_ptr<Negotiator> make_ticket_negotiator() {
  return std::make_unique<TicketNegotiator>();
}

}  // namespace kvlaunch
