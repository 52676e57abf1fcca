#include "providers/connection_string_source.hpp"

#include <gmock/gmock.h>

#include "tests/unit/providers/made_certificate.hpp"
#include "tests/unit/providers/string_identity.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const std::string own_store = "/home/me/.config/kvlaunch/certs/";

FileStatus private_file() {
  auto status = FakeFiles::safe_file();
  status.mode = 0600;
  return status;
}

void store(Scene& scene, const std::string& name, const MadeCertificate& made) {
  scene.fake.files.put(own_store + name, made.key_pem() + made.certificate_pem(), private_file());
}

TEST(ConnectionStringSource, sends_the_app_key_of_the_string) {
  Scene scene;
  scene.give_token(public_token_url);
  EXPECT_EQ(value_of(ask(scene, app + "AppKey='s;3'")), "tok-1");
  EXPECT_THAT(scene.body_of(0), HasSubstr("client_id=app-1"));
  EXPECT_THAT(scene.body_of(0), HasSubstr("client_secret=s%3B3"));
}

TEST(ConnectionStringSource, takes_nothing_of_another_credential_from_variables) {
  Scene scene{{"AZURE_TENANT_ID", "fabrikam"},
              {"AZURE_CLIENT_ID", "other"},
              {"AZURE_CLIENT_SECRET", "other-secret"}};
  scene.give_token(public_token_url);
  EXPECT_EQ(value_of(ask(scene, app + "AppKey=s")), "tok-1");
  EXPECT_THAT(scene.body_of(0), Not(HasSubstr("other")));
}

TEST(ConnectionStringSource, selects_one_credential_and_nothing_after_it) {
  Scene scene;
  scene.answer(public_token_url, 401,
               R"({"error":"invalid_client","error_codes":[7000215],"error_description":"x"})");
  const auto token = ask(scene, app + "AppKey=hunter2");
  ASSERT_FALSE(token.ok());
  EXPECT_EQ(token.error().code, Code::identity_refused);
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(1));
  EXPECT_EQ((token.error().message + notes_of(token.error())).find("hunter2"), std::string::npos);
}

TEST(ConnectionStringSource, asks_the_managed_identity_of_the_machine_or_the_one_named) {
  Scene scene{{"AZURE_CLIENT_ID", "other"}};
  scene.give_token(metadata);
  EXPECT_EQ(value_of(ask(scene, "RunAs=App")), "tok-1");
  EXPECT_THAT(scene.fake.transport.requests().back(), Not(HasSubstr("client_id")));
  EXPECT_EQ(value_of(ask(scene, "RunAs=App;AppId=mine")), "tok-1");
  EXPECT_THAT(scene.fake.transport.requests().back(), HasSubstr("client_id=mine"));
}

TEST(ConnectionStringSource, bounds_the_retries_of_a_managed_identity) {
  Scene scene;
  scene.answer(metadata, 500, "{}");
  const auto start = scene.fake.clock.steady();
  const auto token = ask(scene, "RunAs=App;MsiRetryTimeout=5");
  ASSERT_FALSE(token.ok());
  EXPECT_LE(scene.fake.clock.steady() - start, std::chrono::seconds{5});
  EXPECT_THAT(notes_of(token.error()), HasSubstr("MsiRetryTimeout allows 5 s"));
  EXPECT_THAT(token.error().hint, HasSubstr("raise MsiRetryTimeout"));
}

TEST(ConnectionStringSource, asks_az_where_it_is_installed_apart) {
  Scene scene{{"AzureCLIPath", "/opt/az/bin"}};
  scene.fake.commands.install("/opt/az/bin", "az", [](const CommandRequest&) {
    return Result<CommandResult>{
        FakeCommands::succeeded(R"({"accessToken":"az-token","expires_on":1767229200})")};
  });
  EXPECT_EQ(value_of(ask(scene, "RunAs=Developer;DeveloperTool=AzureCli")), "az-token");
}

TEST(ConnectionStringSource, signs_with_the_certificate_of_a_thumbprint) {
  Scene scene{{"HOME", "/home/me"}};
  const auto& made = MadeCertificate::shared();
  store(scene, "app.pem", made);
  scene.give_token(public_token_url);
  EXPECT_EQ(
      value_of(ask(scene, app + "CertificateStoreLocation=CurrentUser;CertificateThumbprint=" +
                              sha1_hex(made.certificate_der()))),
      "tok-1");
  EXPECT_THAT(scene.body_of(0), HasSubstr("client_assertion=eyJ"));
}

TEST(ConnectionStringSource, tries_each_certificate_that_matches_the_newest_first) {
  Scene scene{{"HOME", "/home/me"}};
  const auto& base = MadeCertificate::shared();
  store(scene, "old.pem", base.reissued({{"CN", "app"}}, std::chrono::hours{-48}));
  store(scene, "new.pem", base.reissued({{"CN", "app"}}, std::chrono::hours{-1}));
  scene.give_token(public_token_url);
  scene.answer_once(public_token_url, 401,
                    R"({"error":"invalid_client","error_codes":[700027],"error_description":"x"})");
  EXPECT_EQ(value_of(ask(scene, app + "CertificateStoreLocation=1;CertificateSubjectName=CN=app")),
            "tok-1");
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(2));
}

TEST(ConnectionStringSource, lists_the_reason_of_each_certificate_when_none_is_accepted) {
  Scene scene{{"HOME", "/home/me"}};
  const auto& base = MadeCertificate::shared();
  const auto old = base.reissued({{"CN", "app"}}, std::chrono::hours{-48});
  const auto fresh = base.reissued({{"CN", "app"}}, std::chrono::hours{-1});
  store(scene, "old.pem", old);
  store(scene, "new.pem", fresh);
  scene.answer(public_token_url, 401,
               R"({"error":"invalid_client","error_codes":[700027],"error_description":"x"})");
  const auto token = ask(scene, app + "CertificateStoreLocation=1;CertificateSubjectName=app");
  ASSERT_FALSE(token.ok());
  EXPECT_EQ(token.error().code, Code::identity_refused);
  EXPECT_THAT(token.error().message, HasSubstr("none of the 2 certificates"));
  EXPECT_THAT(token.error().notes,
              ElementsAre(HasSubstr("certificate " + sha1_hex(fresh.certificate_der())),
                          HasSubstr("certificate " + sha1_hex(old.certificate_der()))));
}

TEST(ConnectionStringSource, reads_the_string_where_the_manifest_says) {
  Scene scene{{"CS", "RunAs=App;AppId=app-1;TenantId=contoso;AppKey=s"}};
  scene.give_token(public_token_url);
  EXPECT_EQ(value_of(ask(scene, string_in(SecretSource::Kind::environment, "CS"))), "tok-1");
  scene.fake.files.put("/run/cs", app + "AppKey=s\n", private_file());
  EXPECT_EQ(value_of(ask(scene, string_in(SecretSource::Kind::file, "/run/cs"))), "tok-1");
}

TEST(ConnectionStringSource, places_its_errors_and_sends_nothing) {
  Scene scene;
  const auto token = ask(scene, "RunAs=App;AppKey=s");
  ASSERT_FALSE(token.ok());
  EXPECT_EQ(token.error().code, Code::connection_string);
  EXPECT_EQ(token.error().location->line, 3);
  const auto absent = ask(scene, string_in(SecretSource::Kind::environment, "CS"));
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().code, Code::identity_configuration);
  EXPECT_EQ(absent.error().location->line, 3);
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(0));
}

TEST(ConnectionStringSource, says_in_the_log_what_is_selected_and_warns_of_unknown_keys) {
  Scene scene;
  scene.give_token(public_token_url);
  EXPECT_TRUE(ask(scene, app + "AppKey=hunter2;Hunter2=hunter2").ok());
  EXPECT_THAT(
      scene.fake.log.notes(),
      ::testing::Contains(HasSubstr("legacy: the connection string selects client secret")));
  ASSERT_THAT(scene.fake.log.warnings(), SizeIs(1));
  EXPECT_THAT(scene.fake.log.warnings().front(), HasSubstr("legacy: part 5"));
  for (const auto& line : scene.fake.log.notes()) EXPECT_THAT(line, Not(HasSubstr("unter2")));
}

TEST(ConnectionStringSource, knows_the_tenant_of_the_string) {
  Scene scene;
  const auto tenant_of = [&](const std::string& text) {
    return (*make_token_source(string_identity(text), {}, scene.world))->configured_tenant();
  };
  EXPECT_EQ(tenant_of(app + "AppKey=s"), "contoso");
  EXPECT_EQ(tenant_of("RunAs=App"), "");
}

}  // namespace
}  // namespace kvlaunch::test
