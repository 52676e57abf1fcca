// The token endpoints with client secrets: who gets a token, and every refusal.
#include <gtest/gtest.h>

#include "devvault/jwt.hpp"
#include "stand_in.hpp"

namespace devvault {
namespace {

using Form = std::map<std::string, std::string>;

const std::string v2_endpoint = login_url + "/" + tenant + "/oauth2/v2.0/token";
const std::string v1_endpoint = login_url + "/" + tenant + "/oauth2/token";

Form good_form() {
  return {{"grant_type", "client_credentials"},
          {"client_id", client},
          {"client_secret", "dev+secret/"},
          {"scope", vault_scope}};
}

Form with(Form form, const std::string& name, const std::string& value) {
  form[name] = value;
  return form;
}

Form without(Form form, const std::string& name) {
  form.erase(name);
  return form;
}

std::string claims_text(const Response& response) {
  const auto jwt = split_jwt(text_at(response, {"access_token"}));
  return jwt ? jwt->payload : "";
}

std::string claim(const Response& response, std::string_view name) {
  const std::string payload = claims_text(response);
  const auto json = kvlaunch::Json::parse(payload);
  return json && json->member(name) ? std::string{json->member(name)->raw()} : "";
}

TEST(Entra, gives_a_token_for_the_right_secret) {
  StandIn azure;
  const Response response = azure.send(post_form(v2_endpoint, good_form()));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(text_at(response, {"token_type"}), "Bearer");
  EXPECT_EQ(number_at(response, {"expires_in"}), 3599);
  EXPECT_EQ(number_at(response, {"ext_expires_in"}), 3599);
}

TEST(Entra, puts_audience_tenant_and_application_into_the_token) {
  StandIn azure;
  const Response response = azure.send(post_form(v2_endpoint, good_form()));
  EXPECT_EQ(claim(response, "aud"), "\"https://vault.azure.net\"");
  EXPECT_EQ(claim(response, "iss"), "\"https://sts.windows.net/" + tenant + "/\"");
  EXPECT_EQ(claim(response, "tid"), "\"" + tenant + "\"");
  EXPECT_EQ(claim(response, "appid"), "\"" + client + "\"");
  EXPECT_EQ(claim(response, "idtyp"), "\"app\"");
  EXPECT_EQ(claim(response, "exp"), "1800003600");
  EXPECT_EQ(claim(response, "nbf"), "1799999700");
}

TEST(Entra, keeps_the_slash_of_a_scope_with_two) {
  StandIn azure;
  const auto form = with(good_form(), "scope", "https://management.core.windows.net//.default");
  EXPECT_EQ(claim(azure.send(post_form(v2_endpoint, form)), "aud"),
            "\"https://management.core.windows.net/\"");
}

TEST(Entra, ignores_fields_it_does_not_know) {
  StandIn azure;
  const auto form = with(with(good_form(), "client_info", "1"), "x-client-SKU", "MSAL");
  EXPECT_EQ(azure.send(post_form(v2_endpoint, form)).status, 200);
}

TEST(Entra, decodes_field_names_and_plus_signs) {
  StandIn azure;
  Request request = post_form(v2_endpoint, without(good_form(), "grant_type"));
  request.body += "&grant%5Ftype=client_credentials&claims=a+b";
  EXPECT_EQ(azure.send(request).status, 200);
}

TEST(Entra, answers_v1_with_strings) {
  StandIn azure;
  const auto form = with(without(good_form(), "scope"), "resource", "https://vault.azure.net");
  const Response response = azure.send(post_form(v1_endpoint, form));
  EXPECT_EQ(text_at(response, {"expires_in"}), "3599");
  EXPECT_EQ(text_at(response, {"expires_on"}), "1800003600");
  EXPECT_EQ(text_at(response, {"resource"}), "https://vault.azure.net");
}

TEST(Entra, takes_adfs_for_the_configured_tenant) {
  StandIn azure;
  const Response response =
      azure.send(post_form("https://localhost:8443/adfs/oauth2/token", good_form()));
  EXPECT_EQ(claim(response, "tid"), "\"" + tenant + "\"");
}

TEST(Entra, knows_the_login_hosts_of_every_cloud) {
  StandIn azure;
  EXPECT_EQ(
      azure
          .send(post_form("https://login.microsoftonline.us/" + tenant + "/oauth2/v2.0/token",
                          with(good_form(), "scope", "https://vault.usgovcloudapi.net/.default")))
          .status,
      200);
  EXPECT_EQ(azure
                .send(post_form("https://login.chinacloudapi.cn/" + tenant + "/oauth2/v2.0/token",
                                with(good_form(), "scope", "https://vault.azure.cn/.default")))
                .status,
            200);
}

TEST(Entra, knows_a_resource_in_its_own_cloud_only) {
  StandIn azure;
  const auto form = with(good_form(), "scope", "https://vault.azure.cn/.default");
  EXPECT_EQ(entra_code(azure.send(post_form(v2_endpoint, form))), 500011);
}

struct Refusal {
  const char* name;
  std::string url;
  Form form;
  int status;
  std::int64_t code;
  const char* error;
};

class EntraRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(EntraRefuses, with_the_code_and_status_of_the_real_one) {
  StandIn azure;
  const Response response = azure.send(post_form(GetParam().url, GetParam().form));
  EXPECT_EQ(response.status, GetParam().status);
  EXPECT_EQ(entra_code(response), GetParam().code);
  EXPECT_EQ(text_at(response, {"error"}), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    each, EntraRefuses,
    testing::Values(
        Refusal{"wrong_secret", v2_endpoint, with(good_form(), "client_secret", "other"), 401,
                7000215, "invalid_client"},
        Refusal{"no_secret", v2_endpoint, without(good_form(), "client_secret"), 401, 7000218,
                "invalid_client"},
        Refusal{"unknown_application", v2_endpoint, with(good_form(), "client_id", tenant), 400,
                700016, "unauthorized_client"},
        Refusal{"unknown_tenant", login_url + "/" + client + "/oauth2/v2.0/token", good_form(), 400,
                90002, "invalid_request"},
        Refusal{"malformed_tenant", login_url + "/nonsense/oauth2/v2.0/token", good_form(), 400,
                900023, "invalid_request"},
        Refusal{"common", login_url + "/common/oauth2/v2.0/token", good_form(), 400, 50194,
                "invalid_request"},
        Refusal{"organizations", login_url + "/organizations/oauth2/token", good_form(), 400, 50194,
                "invalid_request"},
        Refusal{"bad_scope", v2_endpoint, with(good_form(), "scope", "https://vault.azure.net"),
                400, 70011, "invalid_scope"},
        Refusal{"two_scopes", v2_endpoint,
                with(good_form(), "scope", "openid https://vault.azure.net/.default"), 400, 70011,
                "invalid_scope"},
        Refusal{"no_scope", v2_endpoint, without(good_form(), "scope"), 400, 900144,
                "invalid_request"},
        Refusal{"resource_on_v2", v2_endpoint, with(good_form(), "resource", "x"), 400, 901002,
                "invalid_request"},
        Refusal{"unknown_resource", v2_endpoint,
                with(good_form(), "scope", "https://nowhere.example/.default"), 400, 500011,
                "invalid_resource"},
        Refusal{"no_grant", v2_endpoint, without(good_form(), "grant_type"), 400, 900144,
                "invalid_request"},
        Refusal{"other_grant", v2_endpoint, with(good_form(), "grant_type", "implicit"), 400, 70003,
                "unsupported_grant_type"}),
    [](const auto& each) { return std::string{each.param.name}; });

TEST(Entra, words_a_refusal_as_the_real_one) {
  StandIn azure;
  Request request = post_form(v2_endpoint, with(good_form(), "client_secret", "other"));
  request.headers.emplace_back("client-request-id", "my-request");
  const Response response = azure.send(request);
  const std::string text = text_at(response, {"error_description"});
  EXPECT_EQ(text.substr(0, 48), "AADSTS7000215: Invalid client secret provided. E");
  EXPECT_NE(text.find("\r\nTrace ID: " + text_at(response, {"trace_id"})), std::string::npos);
  EXPECT_NE(text.find("\r\nCorrelation ID: my-request\r\nTimestamp: 2027-01-15 08:00:00Z"),
            std::string::npos);
  EXPECT_EQ(text_at(response, {"timestamp"}), "2027-01-15 08:00:00Z");
  EXPECT_EQ(text_at(response, {"correlation_id"}), "my-request");
  EXPECT_EQ(text_at(response, {"error_uri"}), login_url + "/error?code=7000215");
}

TEST(Entra, never_repeats_the_secret_that_was_sent) {
  StandIn azure;
  const Response response =
      azure.send(post_form(v2_endpoint, with(good_form(), "client_secret", "oddly-specific")));
  EXPECT_EQ(response.body.find("oddly-specific"), std::string::npos);
}

TEST(Entra, refuses_anything_but_post) {
  StandIn azure;
  EXPECT_EQ(entra_code(azure.send(get(v2_endpoint))), 900561);
}

TEST(Entra, does_not_know_an_application_outside_its_tenants) {
  Config config = small_config();
  config.identities["app"].tenants = {tenant};
  config.vaults.begin()->second.tenant_id = "44444444-4444-4444-4444-444444444444";
  StandIn azure{config};
  const std::string other = login_url + "/44444444-4444-4444-4444-444444444444/oauth2/v2.0/token";
  EXPECT_EQ(entra_code(azure.send(post_form(other, good_form()))), 700016);
}

}  // namespace
}  // namespace devvault
