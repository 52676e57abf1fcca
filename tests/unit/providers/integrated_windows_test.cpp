#include <gmock/gmock.h>

#include "launcher/base/base64.hpp"
#include "tests/fakes/fake_negotiator.hpp"
#include "tests/unit/providers/federation_texts.hpp"
#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* any_tenant_url =
    "POST https://login.microsoftonline.com/organizations/oauth2/v2.0/token";

// A corporation whose federation server takes tickets, unless a test breaks it.
class IntegratedWindowsTest : public ::testing::Test {
 protected:
  Scene scene;
  FakeNegotiator negotiator;

  void SetUp() override {
    scene.world.negotiator = &negotiator;
    scene.answer(realm_url, 200, federated_realm());
    scene.answer(metadata_url, 200, wsdl_of({windowstransport_2005(), windowstransport_13()}));
    let_sign_in(answer_1_3({saml1}));
    scene.give_token(any_tenant_url);
  }
  void let_sign_in(const std::string& body, int status = 200) {
    scene.fake.transport.on(sign_in_url, [=](const HttpRequest& request) -> Result<HttpResponse> {
      const bool proved = request.headers.back().name == "Authorization";
      if (!proved) return FakeTransport::response(401, "", {{"WWW-Authenticate", "Negotiate"}});
      return FakeTransport::response(
          status, body,
          {{"WWW-Authenticate", "Negotiate " + base64_encode("server-token", Base64::standard)}});
    });
  }
  Outcome sign_in(const IdentitySpec& spec = {}, Usage usage = Usage::alone) {
    return scene.acquire(make_integrated_windows, spec, usage);
  }
  std::string last_body() { return scene.body_of(scene.fake.transport.requests().size() - 1); }
};

TEST_F(IntegratedWindowsTest, exchanges_the_ticket_for_an_assertion_and_that_for_a_token) {
  EXPECT_EQ(token_of(sign_in()), "tok-1");
  EXPECT_THAT(
      scene.fake.transport.requests(),
      ElementsAre(std::string{realm_url} + "worker%40CORP.EXAMPLE?api-version=1.0", metadata_url,
                  "POST https://sts.corp.example/adfs/services/trust/13/windowstransport",
                  "POST https://sts.corp.example/adfs/services/trust/13/windowstransport",
                  any_tenant_url));
  EXPECT_THAT(negotiator.hosts, ElementsAre("sts.corp.example"));
}

TEST_F(IntegratedWindowsTest, sends_the_assertion_as_it_came) {
  static_cast<void>(sign_in());
  EXPECT_THAT(last_body(),
              HasSubstr("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml1_1-bearer&"
                        "assertion=" +
                        percent_encode(base64_encode(saml1, Base64::standard)) +
                        "&client_id=d7813711-9094-4ad3-a062-cac3ec74ebe8&scope=https%3A%2F%2F"
                        "vault.azure.net%2F.default%20openid%20profile%20offline_access"));
}

TEST_F(IntegratedWindowsTest, names_the_grant_by_the_version_of_the_assertion) {
  let_sign_in(answer_1_3({saml2}));
  static_cast<void>(sign_in());
  EXPECT_THAT(last_body(), HasSubstr("saml2-bearer"));
}

TEST_F(IntegratedWindowsTest, asks_about_the_user_of_the_variable_where_principal_and_user_differ) {
  scene.fake.environment.set("AZURE_USERNAME", "worker.l@corp.example");
  EXPECT_EQ(token_of(sign_in()), "tok-1");
  EXPECT_THAT(scene.fake.transport.requests()[0], HasSubstr("/worker.l%40corp.example?"));
}

TEST_F(IntegratedWindowsTest, asks_the_tenant_of_the_vault) {
  scene.request.tenant = "contoso";
  scene.give_token(public_token_url);
  EXPECT_EQ(token_of(sign_in()), "tok-1");
}

TEST_F(IntegratedWindowsTest, takes_a_client_of_the_identity_s_own) {
  IdentitySpec spec;
  spec.client_id = "my-client";
  static_cast<void>(sign_in(spec));
  EXPECT_THAT(last_body(), HasSubstr("client_id=my-client"));
}

TEST_F(IntegratedWindowsTest, asks_nobody_without_a_ticket) {
  negotiator.principal_answer =
      Error{.code = Code::identity_unavailable, .message = "no ticket", .hint = "kinit"};
  const Error error = error_of(sign_in());
  EXPECT_EQ(error.code, Code::identity_unavailable);
  EXPECT_EQ(error.hint, "kinit");
  EXPECT_TRUE(scene.fake.transport.requests().empty());
}

TEST_F(IntegratedWindowsTest, lets_a_chain_go_on_without_a_ticket_but_not_without_a_kdc) {
  negotiator.principal_answer =
      Error{.code = Code::identity_unavailable, .message = "no ticket", .hint = "kinit"};
  EXPECT_EQ(reason_of(sign_in({}, Usage::chained)), "no ticket");
  negotiator.principal_answer = Error{.code = Code::identity_temporary, .message = "no KDC"};
  EXPECT_EQ(error_of(sign_in({}, Usage::chained)).message, "no KDC");
}

TEST_F(IntegratedWindowsTest, says_so_where_it_was_built_without_kerberos) {
  scene.world.negotiator = nullptr;
  const Error error = error_of(sign_in());
  EXPECT_EQ(error.code, Code::identity_unavailable);
  EXPECT_THAT(error.message, HasSubstr("without Kerberos"));
}

TEST_F(IntegratedWindowsTest, says_that_a_managed_domain_takes_no_ticket) {
  scene.answer(realm_url, 200, R"({"account_type":"Managed","domain_name":"corp.example"})");
  const Error error = error_of(sign_in());
  EXPECT_EQ(error.code, Code::identity_unavailable);
  EXPECT_THAT(error.message, HasSubstr("managed"));
  EXPECT_THAT(error.message, HasSubstr("password hash sync"));
  EXPECT_THAT(error.hint, HasSubstr("az login"));
  EXPECT_EQ(scene.fake.transport.requests().size(), 1U);
}

TEST_F(IntegratedWindowsTest, says_which_endpoint_the_federation_server_lacks) {
  scene.answer(metadata_url, 200, wsdl_of({usernamemixed_13()}));
  const Error error = error_of(sign_in());
  EXPECT_EQ(error.code, Code::identity_configuration);
  EXPECT_THAT(error.hint, HasSubstr("windowstransport"));
}

TEST_F(IntegratedWindowsTest, gives_the_reason_of_the_federation_server) {
  let_sign_in(fault("MSIS3127"), 500);
  EXPECT_THAT(notes_of(error_of(sign_in())), HasSubstr("MSIS3127"));
}

TEST_F(IntegratedWindowsTest, gives_the_reason_of_kerberos) {
  negotiator.step_error = Error{.code = Code::identity_configuration, .message = "no such service"};
  EXPECT_EQ(error_of(sign_in()).message, "no such service");
}

TEST_F(IntegratedWindowsTest, translates_what_entra_says_to_the_assertion) {
  scene.answer(any_tenant_url, 400,
               R"({"error":"invalid_grant","error_description":"AADSTS50107: realm",)"
               R"("error_codes":[50107]})");
  const Error error = error_of(sign_in());
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_THAT(error.message, HasSubstr("AADSTS50107"));
}

TEST_F(IntegratedWindowsTest, never_shows_the_assertion_though_entra_repeats_it) {
  const std::string encoded = base64_encode(saml1, Base64::standard);
  scene.answer(any_tenant_url, 400,
               R"({"error":"invalid_grant","error_description":"AADSTS50008: )" + encoded + "\"}");
  const Error error = error_of(sign_in());
  EXPECT_THAT(error.message + notes_of(error), Not(HasSubstr(encoded)));
}

TEST_F(IntegratedWindowsTest, sends_nothing_to_an_unknown_authority) {
  IdentitySpec spec;
  spec.authority_host = "evil.example";
  EXPECT_EQ(error_of(sign_in(spec)).code, Code::authority_untrusted);
  EXPECT_TRUE(scene.fake.transport.requests().empty());
}

// ---- passwords, which share all but the proof ----

class UserPasswordTest : public IntegratedWindowsTest {
 protected:
  void SetUp() override {
    IntegratedWindowsTest::SetUp();
    for (const auto& [name, value] :
         {std::pair{"AZURE_TENANT_ID", "contoso"}, std::pair{"AZURE_CLIENT_ID", "app"},
          std::pair{"AZURE_USERNAME", "worker@corp.example"},
          std::pair{"AZURE_PASSWORD", "MARKED&pw"}}) {
      scene.fake.environment.set(name, value);
    }
    scene.give_token(public_token_url);
    scene.answer(metadata_url, 200, wsdl_of({windowstransport_13(), usernamemixed_13()}));
    scene.answer(sign_in_url, 200, answer_1_3({saml1}));
  }
  void manage_domain() {
    scene.answer(realm_url, 200, R"({"account_type":"Managed","domain_name":"corp.example"})");
  }
  Outcome acquire() { return scene.acquire(make_environment); }
};

TEST_F(UserPasswordTest, goes_to_entra_for_a_managed_user) {
  manage_domain();
  EXPECT_EQ(token_of(acquire()), "tok-1");
  EXPECT_THAT(scene.body_of(1),
              HasSubstr("grant_type=password&username=worker%40corp.example&password=MARKED%26pw&"
                        "client_id=app&scope="));
}

TEST_F(UserPasswordTest, goes_to_the_federation_server_for_a_federated_user) {
  EXPECT_EQ(token_of(acquire()), "tok-1");
  EXPECT_THAT(scene.fake.transport.requests()[2],
              HasSubstr("/adfs/services/trust/13/usernamemixed"));
  EXPECT_THAT(scene.body_of(2), HasSubstr("MARKED&amp;pw"));
  EXPECT_THAT(scene.body_of(3), HasSubstr("saml1_1-bearer"));
  EXPECT_THAT(scene.body_of(3), Not(HasSubstr("MARKED")));
}

TEST_F(UserPasswordTest, warns_that_this_way_is_deprecated_and_has_no_second_factor) {
  manage_domain();
  static_cast<void>(acquire());
  ASSERT_EQ(scene.fake.log.warnings().size(), 1U);
  EXPECT_THAT(scene.fake.log.warnings()[0], HasSubstr("deprecated"));
  EXPECT_THAT(scene.fake.log.warnings()[0], HasSubstr("multi-factor"));
}

TEST_F(UserPasswordTest, asks_ad_fs_itself_where_that_is_the_authority) {
  scene.fake.environment.set("AZURE_TENANT_ID", "adfs");
  scene.give_token("POST https://login.microsoftonline.com/adfs/oauth2/token");
  EXPECT_EQ(token_of(acquire()), "tok-1");
  EXPECT_THAT(scene.body_of(0), HasSubstr("resource=https%3A%2F%2Fvault.azure.net&"));
}

TEST_F(UserPasswordTest, says_that_a_second_factor_is_wanted) {
  manage_domain();
  scene.answer(public_token_url, 400,
               R"({"error":"invalid_grant","error_description":"AADSTS50076: MARKED&pw",)"
               R"("error_codes":[50076]})");
  const Error error = error_of(acquire());
  EXPECT_THAT(error.message, HasSubstr("multi-factor"));
  EXPECT_THAT(error.message + notes_of(error), Not(HasSubstr("MARKED")));
}

TEST_F(UserPasswordTest, gives_the_reason_of_the_federation_server_but_not_the_password) {
  scene.answer(sign_in_url, 500, fault("ID3242: MARKED&amp;pw is wrong"));
  const Error error = error_of(acquire());
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_THAT(notes_of(error), Not(HasSubstr("MARKED")));
}

TEST_F(UserPasswordTest, gives_way_to_a_client_secret) {
  scene.fake.environment.set("AZURE_CLIENT_SECRET", "s");
  EXPECT_EQ(token_of(acquire()), "tok-1");
  EXPECT_EQ(scene.fake.transport.requests().size(), 1U);
  EXPECT_TRUE(scene.fake.log.warnings().empty());
}

TEST_F(UserPasswordTest, is_not_configured_with_half_of_the_pair) {
  scene.fake.environment.unset("AZURE_PASSWORD");
  EXPECT_THAT(reason_of(scene.acquire(make_environment, Usage::chained)),
              HasSubstr("AZURE_PASSWORD are not set"));
}

}  // namespace
}  // namespace kvlaunch::test
