// The endpoints of managed identities: IMDS and App Service, their selectors and their refusals.
#include <gtest/gtest.h>

#include "stand_in.hpp"

namespace devvault {
namespace {

const std::string imds_url =
    "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01";
const std::string vault_resource_query = "&resource=https%3A%2F%2Fvault.azure.net";
const std::string worker_client = "55555555-5555-5555-5555-555555555555";
const std::string worker_object = "66666666-6666-6666-6666-666666666666";
const std::string worker_resource = "/subscriptions/s/resourcegroups/g/providers/worker";

Identity worker() {
  Identity identity;
  identity.name = "worker";
  identity.client_id = worker_client;
  identity.object_id = worker_object;
  identity.resource_id = worker_resource;
  identity.managed = true;
  return identity;
}

// "app" is the machine's own identity, "worker" a user-assigned one.
Config machine() {
  Config config = small_config();
  config.identities["app"].managed = true;
  config.identities["app"].system_assigned = true;
  config.identities["worker"] = worker();
  return config;
}

Config two_user_assigned() {
  Config config = machine();
  config.identities["app"].system_assigned = false;
  return config;
}

Request marked(const std::string& url) {
  Request request = get(url);
  request.headers.emplace_back("Metadata", "true");
  return request;
}

TEST(Imds, gives_a_token_with_its_numbers_as_text) {
  StandIn azure{machine()};
  const Response response = azure.send(marked(imds_url + vault_resource_query));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(text_at(response, {"client_id"}), client);
  EXPECT_EQ(text_at(response, {"expires_in"}), "3599");
  EXPECT_EQ(text_at(response, {"expires_on"}), "1800003600");
  EXPECT_EQ(text_at(response, {"resource"}), "https://vault.azure.net");
  EXPECT_EQ(text_at(response, {"token_type"}), "Bearer");
}

TEST(Imds, gives_tokens_that_open_the_vault) {
  StandIn azure{machine()};
  const std::string token =
      text_at(azure.send(marked(imds_url + vault_resource_query)), {"access_token"});
  Request request = get(vault_url + "/secrets/api-key?api-version=7.4");
  request.headers.emplace_back("Authorization", "Bearer " + token);
  EXPECT_EQ(azure.send(request).status, 200);
}

TEST(Imds, is_served_on_loopback_too) {
  StandIn azure{machine()};
  const std::string url =
      "http://127.0.0.1:8080/metadata/identity/oauth2/token?api-version=2018-02-01";
  EXPECT_EQ(azure.send(marked(url + vault_resource_query)).status, 200);
}

TEST(Imds, refuses_a_probe_without_the_header) {
  StandIn azure{machine()};
  const Response response = azure.send(get(imds_url + vault_resource_query));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(text_at(response, {"error"}), "bad_request_102");
}

class ImdsSelects : public testing::TestWithParam<std::string> {};

TEST_P(ImdsSelects, the_user_assigned_identity) {
  StandIn azure{machine()};
  const Response response = azure.send(marked(imds_url + vault_resource_query + GetParam()));
  EXPECT_EQ(text_at(response, {"client_id"}), worker_client);
}

INSTANTIATE_TEST_SUITE_P(each, ImdsSelects,
                         testing::Values("&client_id=" + worker_client,
                                         "&object_id=" + worker_object,
                                         "&msi_res_id=" + worker_resource));

struct MetadataRefusal {
  std::string query;
  std::string error;
  std::string words;
};

class ImdsRefuses : public testing::TestWithParam<MetadataRefusal> {};

TEST_P(ImdsRefuses, with_400) {
  StandIn azure{two_user_assigned()};
  const Response response = azure.send(
      marked("http://169.254.169.254/metadata/identity/oauth2/token" + GetParam().query));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(text_at(response, {"error"}), GetParam().error);
  EXPECT_NE(text_at(response, {"error_description"}).find(GetParam().words), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    each, ImdsRefuses,
    testing::Values(
        MetadataRefusal{"?api-version=2018-02-01" + vault_resource_query, "invalid_request",
                        "Multiple user assigned"},
        MetadataRefusal{"?api-version=2018-02-01&client_id=nobody" + vault_resource_query,
                        "invalid_request", "Identity not found"},
        MetadataRefusal{"?api-version=2018-02-01&client_id=a&object_id=b" + vault_resource_query,
                        "invalid_request", "Only one of"},
        MetadataRefusal{"?api-version=2018-02-01&client_id=" + worker_client, "invalid_request",
                        "audience"},
        MetadataRefusal{
            "?api-version=2018-02-01&resource=https%3A%2F%2Fnowhere.example&client_id=" +
                worker_client,
            "invalid_resource", "AADSTS500011"},
        MetadataRefusal{"?resource=https%3A%2F%2Fvault.azure.net", "bad_request_101",
                        "api-version"}));

TEST(Imds, has_no_identity_where_none_is_managed) {
  StandIn azure;
  const Response response = azure.send(marked(imds_url + vault_resource_query));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(text_at(response, {"error_description"}), "Identity not found");
}

TEST(Imds, takes_the_only_user_assigned_identity_without_a_selector) {
  Config config = small_config();
  config.identities["worker"] = worker();
  StandIn azure{config};
  EXPECT_EQ(text_at(azure.send(marked(imds_url + vault_resource_query)), {"client_id"}),
            worker_client);
}

TEST(Imds, says_which_machine_it_is) {
  StandIn azure{machine()};
  const Response response =
      azure.send(marked("http://169.254.169.254/metadata/instance?api-version=2021-02-01"));
  EXPECT_EQ(text_at(response, {"compute", "azEnvironment"}), "AzurePublicCloud");
}

const std::string app_service_url = "http://127.0.0.1:8080/msi/token?api-version=2019-08-01";
const std::string old_app_service_url = "http://127.0.0.1:8080/msi/token?api-version=2017-09-01";

Request with_secret(StandIn& azure, const std::string& header, const std::string& url) {
  Request request = get(url);
  request.headers.emplace_back(header, azure.azure().identity_header());
  return request;
}

TEST(AppService, answers_2019_with_seconds) {
  StandIn azure{machine()};
  const Response response =
      azure.send(with_secret(azure, "X-IDENTITY-HEADER", app_service_url + vault_resource_query));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(text_at(response, {"expires_on"}), "1800003600");
  EXPECT_EQ(text_at(response, {"client_id"}), client);
  EXPECT_FALSE(has_member(response, {"expires_in"}));
}

TEST(AppService, answers_2017_with_a_date) {
  StandIn azure{machine()};
  const Response response =
      azure.send(with_secret(azure, "secret", old_app_service_url + vault_resource_query));
  EXPECT_EQ(text_at(response, {"expires_on"}), "1/15/2027 09:00:00 +00:00");
}

TEST(AppService, answers_2017_with_seconds_in_azure_ml) {
  Config config = machine();
  config.identities["app"].platform = Platform::azure_ml;
  StandIn azure{config};
  const Response response =
      azure.send(with_secret(azure, "secret", old_app_service_url + vault_resource_query));
  EXPECT_EQ(text_at(response, {"expires_on"}), "1800003600");
}

TEST(AppService, selects_by_the_names_of_each_protocol) {
  StandIn azure{machine()};
  const auto client_of = [&](const std::string& header, const std::string& url) {
    return text_at(azure.send(with_secret(azure, header, url + vault_resource_query)),
                   {"client_id"});
  };
  const std::string header = "X-IDENTITY-HEADER";
  EXPECT_EQ(client_of(header, app_service_url + "&client_id=" + worker_client), worker_client);
  EXPECT_EQ(client_of(header, app_service_url + "&principal_id=" + worker_object), worker_client);
  EXPECT_EQ(client_of(header, app_service_url + "&mi_res_id=" + worker_resource), worker_client);
  EXPECT_EQ(client_of("secret", old_app_service_url + "&clientid=" + worker_client), worker_client);
}

TEST(AppService, refuses_a_missing_or_wrong_header) {
  StandIn azure{machine()};
  Request request = get(app_service_url + vault_resource_query);
  EXPECT_EQ(azure.send(request).status, 401);
  request.headers.emplace_back("X-IDENTITY-HEADER", "guess");
  const Response response = azure.send(request);
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(number_at(response, {"statusCode"}), 401);
  EXPECT_EQ(text_at(response, {"correlationId"}).size(), 36U);
}

TEST(AppService, answers_400_for_an_unknown_identity_and_500_for_an_unknown_resource) {
  StandIn azure{machine()};
  EXPECT_EQ(azure
                .send(with_secret(azure, "X-IDENTITY-HEADER",
                                  app_service_url + "&client_id=nobody" + vault_resource_query))
                .status,
            400);
  EXPECT_EQ(azure
                .send(with_secret(azure, "X-IDENTITY-HEADER",
                                  app_service_url + "&resource=https%3A%2F%2Fnowhere.example"))
                .status,
            500);
}

TEST(ManagedIdentity, is_not_served_over_tls_or_to_other_hosts) {
  StandIn azure{machine()};
  EXPECT_EQ(
      azure.send(marked("http://vault.example/metadata/instance?api-version=2021-02-01")).status,
      404);
  EXPECT_EQ(azure.send(marked("https://127.0.0.1/msi/token?api-version=2019-08-01")).status, 404);
}

}  // namespace
}  // namespace devvault
