// One vault from the route to the value, and where the examination stops.
#include "launcher/doctor/vault.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/doctor/findings.hpp"
#include "tests/unit/resolve/vault_fixture.hpp"

namespace kvlaunch::doctor {
namespace {

using kvlaunch::test::answers;
using kvlaunch::test::bundle;
using kvlaunch::test::error_body;
using kvlaunch::test::FakeIdentity;
using kvlaunch::test::FakeTransport;
using kvlaunch::test::FakeWorld;
using kvlaunch::test::home_tenant;
using kvlaunch::test::other_tenant;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// A way that is open unless a test closes it.
class FakeProbe final : public network::PathProbe {
 public:
  Result<network::RouteSeen> route(const Url& origin) override {
    if (proxy_error) return *proxy_error;
    return network::RouteSeen{.first = origin, .proxy = "", .reason = {}};
  }
  Result<network::NameAnswer> look_up(const std::string& host, const Deadline&) override {
    if (name_error) return *name_error;
    return network::NameAnswer{{*network::Address::parse("20.30.40.50")}, host};
  }
  std::vector<network::ConnectSeen> connect(const std::vector<network::Address>& addresses,
                                            std::uint16_t port, const Deadline&) override {
    network::ConnectSeen seen{.address = addresses.front().with_port(port).text()};
    seen.failure = connect_error;
    return {seen};
  }
  Result<network::TlsFacts> secure(const Url&, const Deadline&) override {
    if (tls_error) return *tls_error;
    return network::TlsFacts{.version = "TLSv1.3",
                             .organisation = "DigiCert Inc",
                             .expires = WallTime{std::chrono::hours{24 * 365 * 100}}};
  }
  [[nodiscard]] std::string authorities() const override { return "/etc/ssl/certs"; }

  std::optional<Error> proxy_error, name_error, connect_error, tls_error;
};

struct VaultExamination : testing::Test {
  VaultExamination() {
    identity.answer = [&](const TokenRequest& request) -> Result<std::string> {
      return test::app_token(request.tenant.empty() ? home_tenant : request.tenant);
    };
    fake.transport.on("GET", [&](const HttpRequest& request) -> Result<HttpResponse> {
      const bool has_token = !kvlaunch::test::header_of(request, "Authorization").empty();
      return has_token ? with_token(request) : without_token(request);
    });
  }

  Findings examine(std::optional<Sample> sample = Sample{kvlaunch::test::fetch_of("db")}) {
    World world = fake.world();
    return examine_vault(
        VaultQuestion{.vault = vault, .identity = &identity, .sample = std::move(sample)}, probe,
        world, fake.deadline());
  }

  const VaultEndpoint vault = kvlaunch::test::public_vault();
  FakeWorld fake;
  FakeProbe probe;
  FakeIdentity identity{""};
  FakeTransport::Handler without_token =
      answers(401, "",
              {{"WWW-Authenticate", kvlaunch::test::challenge_text()},
               {"x-ms-keyvault-network-info", "conn_type=Ipv4;addr=203.0.113.7;"}});
  FakeTransport::Handler with_token = answers(200, bundle("db", "s3cret-value"));
};

TEST_F(VaultExamination, goes_from_the_route_to_the_value) {
  EXPECT_THAT(test::verdicts(examine()),
              ElementsAre("fine route", "fine dns", "fine connect", "fine tls", "fine challenge",
                          "fine token", "fine read"));
}

TEST_F(VaultExamination, drops_the_value_and_shows_no_token) {
  for (const Finding& finding : examine()) {
    EXPECT_THAT(finding.seen, Not(HasSubstr("s3cret")));
    EXPECT_THAT(finding.seen, Not(HasSubstr(test::signature_mark)));
    EXPECT_THAT(finding.details, Not(Contains(HasSubstr("s3cret"))));
  }
}

TEST_F(VaultExamination, stops_where_there_is_no_such_name) {
  probe.name_error = Error{.code = Code::dns_not_found, .message = "there is no host"};
  const Findings findings = examine();
  EXPECT_THAT(test::verdicts(findings), ElementsAre("fine route", "problem dns"));
  EXPECT_THAT(findings.back().next_step, HasSubstr("private DNS zone"));
  EXPECT_EQ(exit_code_of(findings), 78);
  EXPECT_THAT(fake.transport.requests(), ElementsAre());
}

TEST_F(VaultExamination, stops_at_a_proxy_that_cannot_be_used) {
  probe.proxy_error = Error{.code = Code::proxy_configuration, .message = "x", .hint = "y"};
  EXPECT_THAT(test::verdicts(examine()), ElementsAre("problem route"));
}

TEST_F(VaultExamination, stops_where_no_address_answers) {
  probe.connect_error = Error{.code = Code::connect_failure};
  EXPECT_THAT(test::verdicts(examine()), ElementsAre("fine route", "fine dns", "problem connect"));
}

TEST_F(VaultExamination, stops_at_a_certificate_that_is_not_trusted) {
  probe.tls_error = Error{.code = Code::tls_untrusted, .message = "x", .hint = "--ca-file"};
  const Findings findings = examine();
  EXPECT_EQ(findings.back().area, Area::tls);
  EXPECT_EQ(findings.back().next_step, "--ca-file");
}

TEST_F(VaultExamination, shows_the_address_that_the_vault_sees) {
  EXPECT_THAT(test::of_area(examine(), Area::challenge).details,
              Contains(HasSubstr("addr=203.0.113.7")));
}

TEST_F(VaultExamination, looks_at_the_health_of_what_asks_for_no_token) {
  without_token = answers(200, "<html>");
  const Finding finding = test::of_area(examine(), Area::challenge);
  EXPECT_EQ(finding.verdict, Verdict::problem);
  EXPECT_THAT(finding.details, Contains(HasSubstr("something else stands there")));
}

TEST_F(VaultExamination, refuses_a_challenge_for_another_host) {
  without_token = kvlaunch::test::refuses(
      kvlaunch::test::challenge_text(home_tenant, "https://evilvault.azure.net"));
  EXPECT_EQ(test::of_area(examine(), Area::challenge).code, Code::challenge_refused);
}

TEST_F(VaultExamination, asks_the_vaults_tenant_for_a_token_as_a_start_does) {
  without_token = kvlaunch::test::refuses(kvlaunch::test::challenge_text(other_tenant));
  const Finding finding = test::of_area(examine(), Area::token);
  EXPECT_EQ(finding.verdict, Verdict::fine);
  EXPECT_THAT(finding.seen, HasSubstr(other_tenant));
}

TEST_F(VaultExamination, calls_a_token_of_another_tenant_a_problem) {
  without_token = kvlaunch::test::refuses(kvlaunch::test::challenge_text(other_tenant));
  identity.answer = [](const TokenRequest&) -> Result<std::string> {
    return test::app_token(home_tenant);
  };
  const Findings findings = examine();
  EXPECT_EQ(test::of_area(findings, Area::token).code, Code::tenant_mismatch);
  EXPECT_EQ(findings.back().area, Area::token);
}

TEST_F(VaultExamination, calls_a_token_for_another_cloud_a_problem) {
  identity.answer = [](const TokenRequest&) -> Result<std::string> {
    return test::app_token(home_tenant, "https://vault.azure.cn");
  };
  EXPECT_EQ(test::of_area(examine(), Area::token).code, Code::vault_unauthorized);
}

TEST_F(VaultExamination, takes_a_token_that_is_no_jwt) {
  identity.answer = [](const TokenRequest&) -> Result<std::string> {
    return std::string{"opaque"};
  };
  const Finding finding = test::of_area(examine(), Area::token);
  EXPECT_EQ(finding.verdict, Verdict::fine);
  EXPECT_THAT(finding.seen, HasSubstr("no JWT"));
}

TEST_F(VaultExamination, neutralises_what_a_token_says) {
  identity.answer = [](const TokenRequest&) -> Result<std::string> {
    return test::jwt(R"({"idtyp":"user","upn":"\u001b[2Jx","tid":")" + std::string{home_tenant} +
                     R"("})");
  };
  EXPECT_THAT(test::of_area(examine(), Area::token).seen, HasSubstr("user ?[2Jx"));
}

TEST_F(VaultExamination, does_not_read_without_a_token) {
  identity.answer = [](const TokenRequest&) -> Result<std::string> {
    return Error{.code = Code::identity_refused, .message = "x", .hint = "y"};
  };
  EXPECT_EQ(examine().back().area, Area::token);
}

TEST_F(VaultExamination, tells_the_kinds_of_refusal_apart) {
  const std::vector<std::pair<const char*, Code>> kinds{
      {"ForbiddenByPolicy", Code::vault_forbidden_policy},
      {"ForbiddenByRbac", Code::vault_forbidden_rbac},
      {"ForbiddenByFirewall", Code::vault_forbidden_firewall},
      {"ForbiddenByConnection", Code::vault_forbidden_connection}};
  for (const auto& [inner, code] : kinds) {
    with_token = error_body(403, "Forbidden", inner);
    const Finding finding = examine().back();
    EXPECT_EQ(finding.code, code) << inner;
    EXPECT_FALSE(finding.next_step.empty()) << inner;
  }
}

TEST_F(VaultExamination, calls_a_missing_secret_that_nobody_needs_fine) {
  with_token = error_body(404, "SecretNotFound");
  EXPECT_EQ(examine(Sample{kvlaunch::test::fetch_of("db"), false}).back().verdict, Verdict::fine);
  EXPECT_EQ(examine(Sample{kvlaunch::test::fetch_of("db"), true}).back().code,
            Code::secret_missing);
}

TEST_F(VaultExamination, reads_the_list_where_no_secret_is_named) {
  with_token = answers(200, R"({"value":[]})");
  EXPECT_EQ(examine(std::nullopt).back().seen, "the list of secrets can be read");
}

TEST_F(VaultExamination, only_warns_when_the_list_may_not_be_read) {
  with_token = error_body(403, "Forbidden", "ForbiddenByRbac");
  const Finding finding = examine(std::nullopt).back();
  EXPECT_EQ(finding.verdict, Verdict::warning);
  EXPECT_THAT(finding.next_step, HasSubstr("--secret"));
}

TEST_F(VaultExamination, says_when_no_time_is_left) {
  World world = fake.world();
  const auto findings = examine_vault(VaultQuestion{.vault = vault, .identity = &identity}, probe,
                                      world, Deadline{fake.clock.steady()});
  EXPECT_THAT(test::verdicts(findings), ElementsAre("problem route"));
  EXPECT_EQ(findings.front().code, Code::deadline);
}

}  // namespace
}  // namespace kvlaunch::doctor
