// What is said of routes, names, connections and certificates.
#include "launcher/doctor/path.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/resolve/vault_fixture.hpp"

namespace kvlaunch::doctor {
namespace {

using network::Address;
using network::ConnectSeen;
using network::NameAnswer;
using network::RouteSeen;
using network::TlsFacts;
using testing::HasSubstr;

const VaultEndpoint vault = kvlaunch::test::public_vault();

NameAnswer answer(std::initializer_list<const char*> literals, std::string canonical) {
  NameAnswer made{.addresses = {}, .canonical_name = std::move(canonical)};
  for (const char* literal : literals) made.addresses.push_back(*Address::parse(literal));
  return made;
}

Finding name_finding(std::initializer_list<const char*> literals, const std::string& canonical) {
  return judge_name(vault, vault.origin.host, answer(literals, canonical));
}

TEST(Route, names_the_proxy_and_the_variable) {
  const Finding finding = judge_route(
      vault, RouteSeen{.first = {}, .proxy = "proxy.test:3128", .reason = {"https_proxy", "", {}}});
  EXPECT_EQ(finding.seen, "through the proxy proxy.test:3128, by https_proxy");
}

TEST(Route, names_the_exception_that_counts) {
  const Finding finding = judge_route(
      vault, RouteSeen{.first = {}, .proxy = "", .reason = {"HTTPS_PROXY", "NO_PROXY", ".net"}});
  EXPECT_EQ(finding.seen, "straight: '.net' in NO_PROXY takes HTTPS_PROXY out of the way");
}

TEST(Name, tells_private_from_public_addresses) {
  const Finding finding = name_finding({"10.1.2.3", "20.30.40.50"}, vault.origin.host);
  EXPECT_EQ(finding.seen, "contoso.vault.azure.net is 10.1.2.3 (private), 20.30.40.50 (public)");
}

TEST(Name, finds_a_private_link_with_a_private_address_fine) {
  const Finding finding = name_finding({"10.1.2.3"}, "contoso.privatelink.vaultcore.azure.net");
  EXPECT_EQ(finding.verdict, Verdict::fine);
  EXPECT_THAT(finding.seen, HasSubstr("by way of contoso.privatelink"));
}

TEST(Name, warns_of_a_private_link_with_a_public_address) {
  const Finding finding = name_finding({"20.30.40.50"}, "contoso.privatelink.vaultcore.azure.net");
  EXPECT_EQ(finding.verdict, Verdict::warning);
  EXPECT_THAT(finding.next_step, HasSubstr("privatelink.vaultcore.azure.net"));
}

TEST(Connections, are_fine_when_all_answer) {
  const Finding finding = judge_connections(
      vault, {ConnectSeen{.address = "10.0.0.1:443", .local = "10.0.0.9:5000", .failure = {}}});
  EXPECT_EQ(finding.verdict, Verdict::fine);
  EXPECT_THAT(finding.seen, HasSubstr("from 10.0.0.9:5000"));
}

TEST(Connections, are_a_warning_when_some_do_not) {
  const Finding finding = judge_connections(
      vault, {ConnectSeen{.address = "10.0.0.1:443", .local = "10.0.0.9:5000", .failure = {}},
              ConnectSeen{.address = "[2001:db8::1]:443",
                          .local = "",
                          .failure = Error{.code = Code::connect_failure}}});
  EXPECT_EQ(finding.verdict, Verdict::warning);
  EXPECT_EQ(finding.seen, "1 of 2 addresses take a connection; not [2001:db8::1]:443");
}

TEST(Connections, are_a_problem_when_none_does) {
  const Finding finding = judge_connections(
      vault, {ConnectSeen{
                 .address = "10.0.0.1:443",
                 .local = "",
                 .failure = Error{.code = Code::deadline, .notes = {"10.0.0.1:443: no answer"}}}});
  EXPECT_EQ(finding.code, Code::connect_failure);
  EXPECT_THAT(finding.seen, HasSubstr("10.0.0.1:443: no answer"));
}

TlsFacts facts_of(const std::string& organisation) {
  return TlsFacts{.version = "TLSv1.3",
                  .names = "*.vault.azure.net",
                  .issuer = "CN=Issuing",
                  .authority = "CN=Root",
                  .organisation = organisation,
                  .expires = WallTime{std::chrono::hours{24 * 365}},
                  .chain_length = 3};
}

TEST(Certificate, of_an_authority_of_azure_is_fine) {
  const Finding finding = judge_tls(vault, facts_of("DigiCert Inc"), "/etc/ssl/certs", WallTime{});
  EXPECT_EQ(finding.verdict, Verdict::fine);
  EXPECT_THAT(finding.details, testing::Contains("authorities from /etc/ssl/certs"));
}

TEST(Certificate, of_another_authority_shows_an_inspecting_proxy) {
  const Finding finding = judge_tls(vault, facts_of("Contoso IT"), "/etc/ssl/certs", WallTime{});
  EXPECT_EQ(finding.verdict, Verdict::warning);
  EXPECT_FALSE(finding.next_step.empty());
}

TEST(Certificate, of_a_vault_of_ones_own_may_have_any_authority) {
  const auto own = kvlaunch::test::own_vault("vault.example");
  EXPECT_EQ(judge_tls(own, facts_of("Contoso IT"), "", WallTime{}).verdict, Verdict::fine);
}

TEST(Certificate, that_ends_within_a_week_is_a_warning) {
  const WallTime late{std::chrono::hours{24 * 360}};
  EXPECT_EQ(judge_tls(vault, facts_of("DigiCert Inc"), "", late).verdict, Verdict::warning);
}

}  // namespace
}  // namespace kvlaunch::doctor
