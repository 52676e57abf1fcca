// Turning fetched bytes into variables.
#include "launcher/cli/delivery.hpp"

#include <algorithm>

#include "launcher/deliver/value.hpp"

namespace kvlaunch {
namespace {

Error at_binding(Error error, const Plan& plan, const Binding& binding, const FetchedValue& use) {
  const Fetch& fetch = plan.fetches[use.fetch];
  error.location = binding.where;
  error.reference = fetch.reference + (use.pointer.empty() ? "" : "#" + use.pointer);
  error.vault = plan.vaults[fetch.vault].label;
  return error;
}

Error nul_in_secret(Decode decode) {
  return Error{.code = Code::variable_nul,
               .message = "the value holds a NUL byte, which no variable can",
               .hint = decode == Decode::none ? "store it as base64 and let the program decode it"
                                              : "leave out decode and let the program decode it"};
}

// Absent: a use that forgives it takes its default or stays unset.
Result<std::optional<Secret>> absent(const FetchedValue& use, Error problem) {
  if (use.default_value) return std::optional{Secret{*use.default_value}};
  if (use.optional) return std::optional<Secret>{};
  return problem;
}

Result<std::optional<Secret>> value_of(const Plan& plan, const Resolved& resolved,
                                       const Binding& binding, const FetchedValue& use) {
  using State = FetchedSecret::State;
  const FetchedSecret& fetched = resolved.fetches[use.fetch];
  if (fetched.state == State::missing || fetched.state == State::deleted) {
    return absent(use, at_binding(fetched.problem, plan, binding, use));
  }
  const bool has_expired = fetched.state == State::expired && !use.allow_expired;
  if (fetched.state == State::failed || has_expired)
    return std::optional<Secret>{};  // said already
  Secret value = fetched.value.clone();
  if (!use.pointer.empty()) {
    auto member = json_member(value.reveal(), use.pointer);
    if (!member) return at_binding(member.error(), plan, binding, use);
    if (!*member) {
      return absent(use, at_binding(Error{.code = Code::pointer_missing,
                                          .message = "the value has no member " + use.pointer,
                                          .hint = "mend the part after '#', or allow its absence "
                                                  "with optional: true or default:"},
                                    plan, binding, use));
    }
    value = std::move(**member);
  }
  if (use.decode != Decode::none) {
    auto decoded = decode(value.reveal(), use.decode);
    if (!decoded) return at_binding(decoded.error(), plan, binding, use);
    value = std::move(*decoded);
  }
  if (use.trim) value = Secret{trim_line_end(value.reveal())};
  if (value.reveal().find('\0') != std::string_view::npos) {
    return at_binding(nul_in_secret(use.decode), plan, binding, use);
  }
  return std::optional{std::move(value)};
}

class DeliveryBuilder {
 public:
  DeliveryBuilder(const Plan& plan, const Resolved& resolved) : plan_(plan), resolved_(resolved) {}

  Result<Delivery> build() {
    errors_ = resolved_.failures;
    if (resolved_.fetches.size() != plan_.fetches.size()) return std::move(errors_);
    for (const Binding& binding : plan_.bindings) bind(binding);
    for (const BulkVariable& variable : resolved_.bulk) {
      delivery_.variables.push_back({variable.name, variable.value.clone()});
    }
    if (!errors_.empty()) return std::move(errors_);
    return std::move(delivery_);
  }

 private:
  void bind(const Binding& binding) {
    if (const auto* literal = std::get_if<LiteralValue>(&binding.source)) {
      delivery_.variables.push_back({binding.variable, Secret{literal->text}});
    } else if (const auto* use = std::get_if<FetchedValue>(&binding.source)) {
      auto value = value_of(plan_, resolved_, binding, *use);
      if (!value) {
        std::move(value.errors().begin(), value.errors().end(), std::back_inserter(errors_));
      } else if (*value) {
        delivery_.variables.push_back({binding.variable, std::move(**value)});
      } else {
        delivery_.unset.push_back(binding.variable);
      }
    } else {
      delivery_.unset.push_back(binding.variable);
    }
  }

  const Plan& plan_;
  const Resolved& resolved_;
  Delivery delivery_;
  Errors errors_;
};

}  // namespace

Result<Delivery> deliver(const Plan& plan, const Resolved& resolved) {
  return DeliveryBuilder{plan, resolved}.build();
}

}  // namespace kvlaunch
