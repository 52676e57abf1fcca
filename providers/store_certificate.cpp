// RunAs=App with CertificateStoreLocation: an app with a certificate from a store.
#include "providers/app_credentials.hpp"
#include "providers/service_principal.hpp"

namespace kvlaunch {
namespace {

class StoreCertificate final : public Credential {
 public:
  StoreCertificate(AppIdentity app, CertificateSearch search, const ProviderContext& context)
      : app_(std::move(app)), search_(std::move(search)), context_(context) {}

  [[nodiscard]] std::string_view name() const override { return "store certificate"; }

  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    const auto principal =
        service_principal({app_.tenant_id, app_.client_id}, IdentitySpec{}, request, context_);
    if (!principal) return Failed{principal.error()};
    const auto found = find_certificates(search_, context_, deadline);
    if (!found) return Failed{found.error()};
    std::vector<Error> refusals;
    std::vector<std::string> reasons;
    for (const StoredCertificate& stored : *found) {
      auto outcome = token_by_certificate(context_.world, *principal, request, stored.certificate,
                                          CertificateChain::leave_out, deadline);
      auto* const failed = std::get_if<Failed>(&outcome);
      if (failed == nullptr) return outcome;
      reasons.push_back(reason_of(stored, failed->error));
      refusals.push_back(std::move(failed->error));
      if (deadline.passed(context_.world.clock)) break;
    }
    return Failed{combined(std::move(refusals), std::move(reasons))};
  }

 private:
  [[nodiscard]] std::string reason_of(const StoredCertificate& stored, const Error& error) const {
    const bool expired = stored.certificate.not_after < context_.world.clock.wall();
    return "certificate " + stored.thumbprint + (expired ? " (expired)" : "") + " of " +
           stored.path + ": " + error.message;
  }

  // One refusal says it all; several are listed, and the newest certificate's hint is the one to
  // follow.
  static Error combined(std::vector<Error> refusals, std::vector<std::string> reasons) {
    Error error = std::move(refusals.front());
    if (refusals.size() == 1) {
      error.notes.insert(error.notes.begin(), std::move(reasons.front()));
      return error;
    }
    error.message =
        "none of the " + std::to_string(refusals.size()) + " certificates that match was accepted";
    error.notes = std::move(reasons);
    return error;
  }

  AppIdentity app_;
  CertificateSearch search_;
  ProviderContext context_;
};

}  // namespace

std::unique_ptr<Credential> make_store_certificate(AppIdentity app, CertificateSearch search,
                                                   const ProviderContext& context) {
  return std::make_unique<StoreCertificate>(std::move(app), std::move(search), context);
}

}  // namespace kvlaunch
