// Managed identity on App Service and what speaks like it: two versions of one local endpoint.
// Azure ML speaks the older one word for word.
//
// Sources: learn.microsoft.com/azure/app-service/overview-managed-identity (REST reference);
// MSAL.NET AppServiceManagedIdentitySource.cs, MachineLearningManagedIdentitySource.cs.
#include "providers/managed_identity_sources.hpp"

namespace kvlaunch {
namespace {

// What differs between the two versions.
struct Dialect {
  const char* name;
  const char* endpoint_variable;
  const char* secret_variable;
  const char* secret_header;
  const char* api_version;
  SelectorParameters parameters;
};

constexpr Dialect dialect_2019{"App Service",     "IDENTITY_ENDPOINT",
                               "IDENTITY_HEADER", "X-IDENTITY-HEADER",
                               "2019-08-01",      {"client_id", "object_id", "mi_res_id"}};
constexpr Dialect dialect_2017{"App Service 2017 or Azure ML",
                               "MSI_ENDPOINT",
                               "MSI_SECRET",
                               "secret",
                               "2017-09-01",
                               {"clientid", "", ""}};

class AppService final : public ManagedIdentitySource {
 public:
  AppService(const Dialect& dialect, IdentitySelector selector, const ProviderContext& context)
      : dialect_(dialect), selector_(std::move(selector)), context_(context) {}

  Outcome acquire(const IdentityQuestion& question, const Deadline& deadline) override {
    const auto selected = selection(selector_, dialect_.parameters);
    if (!selected) return cannot_select(context_.usage, dialect_.name, dialect_.parameters);
    const Environment& environment = context_.world.environment;
    const auto endpoint = parse_identity_endpoint(
        environment.get(dialect_.endpoint_variable).value_or(""), dialect_.endpoint_variable);
    if (!endpoint) return Failed{endpoint.error()};
    FormFields parameters{{"api-version", dialect_.api_version}, {"resource", question.resource}};
    parameters.insert(parameters.end(), selected->begin(), selected->end());
    HttpRequest request = identity_request(with_query(*endpoint, parameters));
    request.add_header(dialect_.secret_header,
                       environment.get(dialect_.secret_variable).value_or(""));
    request.add_header("Metadata", "true");  // Automation wants it, the others do not mind
    const auto attempted = send_with_retry(context_.world.transport, context_.world.clock,
                                           context_.world.randomness, context_.world.log, request,
                                           identity_retry_policy(), deadline, dialect_.name);
    return judge(attempted);
  }

 private:
  Outcome judge(const Attempted& attempted) {
    if (!attempted.result) return Failed{identity_unreachable(attempted, endpoint_hint)};
    if (attempted.result->status == 200) {
      return outcome_of(
          read_identity_token(*attempted.result, dialect_.name, context_.world.clock.wall()));
    }
    Error error = identity_refusal(attempted, dialect_.name);
    error.notes.push_back("asked for " + describe(selector_));
    // It answers 500 for an identity or a resource that it does not know.
    if (error.code != Code::redirect_refused && !attempted.deadline_cut) {
      error.hint = "check that the identity is assigned to this app and that its id is right";
    }
    return Failed{std::move(error)};
  }

  const Dialect& dialect_;
  IdentitySelector selector_;
  ProviderContext context_;
};

}  // namespace

std::unique_ptr<ManagedIdentitySource> make_app_service_2019(const IdentitySelector& selector,
                                                             const ProviderContext& context) {
  return std::make_unique<AppService>(dialect_2019, selector, context);
}

std::unique_ptr<ManagedIdentitySource> make_app_service_2017(const IdentitySelector& selector,
                                                             const ProviderContext& context) {
  IdentitySelector chosen = selector;
  // Azure ML names the identity of a compute that has several by this variable.
  const auto fallback = context.world.environment.get_non_empty("DEFAULT_IDENTITY_CLIENT_ID");
  if (chosen.kind == IdentitySelector::Kind::system_assigned && fallback) {
    chosen = {IdentitySelector::Kind::client_id, std::string{*fallback}};
  }
  return std::make_unique<AppService>(dialect_2017, std::move(chosen), context);
}

}  // namespace kvlaunch
