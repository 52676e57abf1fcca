#include <gmock/gmock.h>

#include "providers/identity_endpoint.hpp"
#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::HasSubstr;

// The first request that the provider makes; it is answered with a token.
std::string first_request(Scene& scene, const IdentitySpec& spec = {}) {
  scene.give_token("GET http");
  (void)scene.acquire(make_managed_identity, spec);
  const auto requests = scene.fake.transport.requests();
  return requests.empty() ? "(none)" : requests.front();
}

TEST(ManagedIdentity, prefers_the_newer_app_service_endpoint) {
  Scene scene{{"IDENTITY_ENDPOINT", "http://127.0.0.1:4141/msi/token"},
              {"IDENTITY_HEADER", "h"},
              {"MSI_ENDPOINT", "http://127.0.0.1:4242/old"},
              {"MSI_SECRET", "s"}};
  EXPECT_THAT(first_request(scene), HasSubstr("127.0.0.1:4141"));
}

TEST(ManagedIdentity, takes_the_older_app_service_endpoint_when_it_is_the_only_one) {
  Scene scene{{"MSI_ENDPOINT", "http://127.0.0.1:4242/old"}, {"MSI_SECRET", "s"}};
  EXPECT_THAT(first_request(scene), HasSubstr("127.0.0.1:4242"));
}

TEST(ManagedIdentity, asks_the_metadata_service_when_no_variable_says_otherwise) {
  Scene scene;
  EXPECT_EQ(first_request(scene),
            "GET http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&"
            "resource=https%3A%2F%2Fvault.azure.net");
}

// Everything that could recognise a source at once, then one thing less each time: the order of
// detection, from the first to the last.
TEST(ManagedIdentity, recognises_each_platform_before_the_next) {
  Scene scene{{"IDENTITY_ENDPOINT", "https://localhost:1/identity"},
              {"IDENTITY_HEADER", "h"},
              {"IDENTITY_SERVER_THUMBPRINT", "000102030405060708090A0b0c0D0E0F10111213"},
              {"MSI_ENDPOINT", "http://localhost:2/msi"},
              {"MSI_SECRET", "s"},
              {"IMDS_ENDPOINT", "http://localhost:3"}};
  scene.fake.files.put("/opt/azcmagent/bin/himds", "");
  scene.give_token("http");
  const auto next_request = [&] {
    const auto before = scene.fake.transport.requests().size();
    (void)scene.acquire(make_managed_identity);
    return scene.fake.transport.requests().at(before);
  };
  EXPECT_THAT(next_request(), HasSubstr("/identity?api-version=2019-07-01-preview"));
  scene.fake.environment.unset("IDENTITY_SERVER_THUMBPRINT");
  EXPECT_THAT(next_request(), HasSubstr("/identity?api-version=2019-08-01"));
  scene.fake.environment.unset("IDENTITY_HEADER");
  EXPECT_THAT(next_request(), HasSubstr("/msi?api-version=2017-09-01"));
  scene.fake.environment.unset("MSI_SECRET");
  EXPECT_EQ(next_request(), "POST http://localhost:2/msi");
  scene.fake.environment.unset("MSI_ENDPOINT");
  EXPECT_THAT(next_request(), HasSubstr("/identity?api-version=2020-06-01"));
  scene.fake.environment.unset("IDENTITY_ENDPOINT");
  EXPECT_THAT(next_request(), HasSubstr("http://127.0.0.1:40342/"));
}

TEST(ManagedIdentity, in_the_automatic_chain_follows_the_client_id_variable) {
  Scene scene{{"AZURE_CLIENT_ID", "id-7"}};
  EXPECT_THAT(first_request(scene), HasSubstr("&client_id=id-7"));
}

TEST(ManagedIdentity, chosen_by_name_follows_the_manifest_alone) {
  Scene scene{{"AZURE_CLIENT_ID", "id-7"}};
  IdentitySpec spec;
  spec.type = IdentitySpec::Type::managed_identity;
  EXPECT_THAT(first_request(scene, spec), ::testing::Not(HasSubstr("client_id")));
}

TEST(ManagedIdentity, refuses_two_ways_of_naming_an_identity) {
  Scene scene;
  IdentitySpec spec;
  spec.type = IdentitySpec::Type::managed_identity;
  spec.client_id = "a";
  spec.object_id = "b";
  EXPECT_EQ(error_of(scene.acquire(make_managed_identity, spec)).code,
            Code::identity_configuration);
}

TEST(IdentityEndpoint, may_be_plain_http_at_local_addresses_only) {
  for (const char* good :
       {"http://localhost:1/", "http://127.0.0.1/", "http://127.9.9.9/", "http://169.254.169.254/",
        "http://10.1.2.3/", "http://172.16.0.1/", "http://172.31.255.255/", "http://192.168.1.1/",
        "http://[::1]:80/", "http://[fe80::1]/", "http://[fd00::1]/", "http://[::ffff:10.0.0.1]/",
        "https://identity.example/"}) {
    EXPECT_TRUE(parse_identity_endpoint(good, "X").ok()) << good;
  }
  for (const char* bad :
       {"http://identity.example/", "http://8.8.8.8/", "http://172.32.0.1/", "http://172.15.0.1/",
        "http://[2001:db8::1]/", "http://[::ffff:8.8.8.8]/", "http://localhost.evil.example/",
        "http://127.0.0.1.evil.example/", "http://169.253.0.1/", "ftp://127.0.0.1/", "127.0.0.1",
        "http://u@127.0.0.1/", ""}) {
    const auto url = parse_identity_endpoint(bad, "X");
    ASSERT_FALSE(url.ok()) << bad;
    EXPECT_EQ(url.error().code, Code::identity_configuration) << bad;
  }
}

TEST(IdentityEndpoint, keeps_a_query_that_it_has_already) {
  const auto url = *parse_url("http://localhost/msi?x=1");
  EXPECT_EQ(with_query(url, {{"a", "b c"}}).target, "/msi?x=1&a=b%20c");
}

}  // namespace
}  // namespace kvlaunch::test
