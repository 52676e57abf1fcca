#include <gmock/gmock.h>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* thumbprint = "000102030405060708090A0b0c0D0E0F10111213";
const std::string pinned{
    "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F\x10\x11\x12\x13", 20};

IdentitySpec managed() {
  IdentitySpec spec;
  spec.type = IdentitySpec::Type::managed_identity;
  return spec;
}

class ServiceFabric : public ::testing::Test {
 protected:
  Scene scene{{"IDENTITY_ENDPOINT", "https://localhost:2377/metadata/identity/oauth2/token"},
              {"IDENTITY_HEADER", "header-secret"},
              {"IDENTITY_SERVER_THUMBPRINT", thumbprint}};
  Error refused(const IdentitySpec& spec = managed()) {
    return error_of(scene.acquire(make_managed_identity, spec));
  }
};

TEST_F(ServiceFabric, is_asked_with_its_header_its_certificate_pinned_and_without_proxy) {
  scene.answer("GET https://localhost:2377", 200,
               R"({"token_type":"Bearer","access_token":"t","expires_on":1767312000})");
  EXPECT_EQ(token_of(scene.acquire(make_managed_identity, managed())), "t");
  EXPECT_THAT(scene.fake.transport.requests(),
              ElementsAre("GET https://localhost:2377/metadata/identity/oauth2/token?"
                          "api-version=2019-07-01-preview&"
                          "resource=https%3A%2F%2Fvault.azure.net"));
  EXPECT_EQ(scene.header_of(0, "secret"), "header-secret");
  EXPECT_EQ(scene.fake.transport.request(0).proxy, ProxyUse::never);
  EXPECT_EQ(scene.fake.transport.request(0).trust, TlsTrust{.leaf_sha1 = pinned});
}

TEST_F(ServiceFabric, pins_every_try) {
  scene.answer("GET https", 500, "");
  EXPECT_EQ(refused().code, Code::identity_temporary);
  ASSERT_THAT(scene.fake.transport.requests(), SizeIs(4));
  for (std::size_t n = 0; n < 4; ++n) {
    EXPECT_EQ(scene.fake.transport.request(n).trust.leaf_sha1, pinned);
  }
  EXPECT_THAT(scene.fake.clock.sleeps(), Each(Milliseconds{1000}));
}

TEST_F(ServiceFabric, reads_a_thumbprint_as_certificate_viewers_write_it) {
  scene.fake.environment.set("IDENTITY_SERVER_THUMBPRINT",
                             "00:01:02:03:04:05:06:07:08:09 0a 0b 0c 0d 0e 0f:10:11:12:13");
  scene.give_token("GET https");
  EXPECT_EQ(token_of(scene.acquire(make_managed_identity, managed())), "tok-1");
  EXPECT_EQ(scene.fake.transport.request(0).trust.leaf_sha1, pinned);
}

TEST_F(ServiceFabric, asks_nobody_without_a_thumbprint_that_can_be_read) {
  for (const char* bad : {"00", "000102030405060708090A0b0c0D0E0F1011121", "xyz",
                          "000102030405060708090A0b0c0D0E0F101112131415",
                          "g00102030405060708090A0b0c0D0E0F10111213"}) {
    scene.fake.environment.set("IDENTITY_SERVER_THUMBPRINT", bad);
    EXPECT_EQ(refused().code, Code::identity_configuration) << bad;
  }
  EXPECT_THAT(scene.fake.transport.requests(), IsEmpty());
}

TEST_F(ServiceFabric, asks_nobody_over_plain_http) {
  scene.fake.environment.set("IDENTITY_ENDPOINT", "http://localhost:2377/");
  EXPECT_EQ(refused().code, Code::identity_configuration);
  EXPECT_THAT(scene.fake.transport.requests(), IsEmpty());
}

TEST_F(ServiceFabric, names_identities_by_object_id_only) {
  scene.give_token("GET https");
  auto spec = managed();
  spec.object_id = "o";
  EXPECT_EQ(token_of(scene.acquire(make_managed_identity, spec)), "tok-1");
  EXPECT_THAT(scene.fake.transport.requests(), ElementsAre(HasSubstr("&principalId=o")));
  for (auto member : {&IdentitySpec::client_id, &IdentitySpec::resource_id}) {
    auto other = managed();
    other.*member = "id";
    EXPECT_EQ(refused(other).code, Code::identity_configuration);
    EXPECT_THAT(reason_of(scene.acquire(make_managed_identity, other, Usage::chained)),
                HasSubstr("object id only"));
  }
}

TEST_F(ServiceFabric, says_what_each_of_its_error_codes_asks_for) {
  const auto answered = [&](int status, const std::string& code) {
    scene.answer("GET https", status,
                 R"({"error":{"correlationId":"c","code":")" + code + R"(","message":"words"}})");
    return refused();
  };
  const auto unknown = answered(404, "ManagedIdentityNotFound");
  EXPECT_EQ(unknown.code, Code::identity_refused);
  EXPECT_THAT(unknown.hint, HasSubstr("give the application an identity"));
  EXPECT_THAT(notes_of(unknown), HasSubstr("it says: ManagedIdentityNotFound: words"));
  EXPECT_THAT(answered(400, "SecretHeaderNotFound").hint, HasSubstr("IDENTITY_HEADER"));
  EXPECT_THAT(answered(400, "ArgumentNullOrEmpty").hint, HasSubstr("resource"));
  EXPECT_EQ(answered(429, "TooManyRequests").code, Code::identity_temporary);
}

TEST_F(ServiceFabric, sends_the_reader_of_a_wrong_certificate_to_the_thumbprint) {
  scene.fake.transport.on("GET https", [](const HttpRequest&) -> Result<HttpResponse> {
    return Error{.code = Code::tls_untrusted, .message = "not pinned", .hint = "it is AB"};
  });
  const auto error = refused();
  EXPECT_EQ(error.code, Code::tls_untrusted);
  EXPECT_THAT(error.hint, HasSubstr("IDENTITY_SERVER_THUMBPRINT"));
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(1));
}

TEST_F(ServiceFabric, is_told_which_token_was_rejected_with_a_claims_challenge) {
  scene.give_token("GET https");
  const auto provider = make_managed_identity(managed(), scene.context(Usage::alone));
  const auto ask = [&] { return provider->acquire(scene.request, scene.fake.deadline()); };
  EXPECT_EQ(token_of(ask()), "tok-1");
  scene.request.claims = R"({"access_token":{}})";
  EXPECT_EQ(token_of(ask()), "tok-1");
  EXPECT_THAT(scene.fake.transport.requests().front(), Not(HasSubstr("token_sha256")));
  EXPECT_THAT(scene.fake.transport.requests().back(),
              HasSubstr("&token_sha256_to_refresh="
                        "65dcf16ea3dfa49069628089eb4a75483070f5584b2a21ee64912b5f621f12da"));
}

}  // namespace
}  // namespace kvlaunch::test
