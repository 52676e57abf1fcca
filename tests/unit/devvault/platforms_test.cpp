// The endpoints of Cloud Shell, Service Fabric, Azure Arc, and AKS identity bindings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "devvault/azure_arc.hpp"
#include "devvault/client_assertion.hpp"
#include "devvault/identity_binding.hpp"
#include "stand_in.hpp"
#include "tests/unit/process/temporary_directory.hpp"

namespace devvault {
namespace {

using kvlaunch::test::TemporaryDirectory;
using testing::IsEmpty;
using testing::SizeIs;

const std::string resource = "https://vault.azure.net";

Identity managed(const std::string& name, Platform platform) {
  Identity identity;
  identity.name = name;
  identity.client_id = "client-of-" + name;
  identity.object_id = "object-of-" + name;
  identity.resource_id = "/resource/of/" + name;
  identity.managed = true;
  identity.platform = platform;
  return identity;
}

Config with(const std::vector<Identity>& identities) {
  Config config = small_config();
  for (const Identity& identity : identities) {
    config.identities[identity.name] = identity;
    config.identity_order.push_back(identity.name);
  }
  return config;
}

Request with_headers(Request request, std::vector<std::pair<std::string, std::string>> headers) {
  for (auto& header : headers) request.headers.push_back(std::move(header));
  return request;
}

// Whose token a vault takes this for.
std::string reader_of(StandIn& azure, const std::string& token) {
  const Response response = azure.send(with_headers(
      get(vault_url + "/secrets/api-key?api-version=7.4"), {{"Authorization", "Bearer " + token}}));
  return response.status == 200 ? "somebody" : "nobody";
}

// --- Cloud Shell

const std::string shell_url = "http://127.0.0.1:8080/oauth2/token";

TEST(CloudShell, gives_its_identity_to_a_form_with_the_metadata_header) {
  StandIn azure{
      with({managed("m", Platform::virtual_machine), managed("s", Platform::cloud_shell)})};
  const Response response = azure.send(
      with_headers(post_form(shell_url, {{"resource", resource}}), {{"Metadata", "true"}}));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(text_at(response, {"resource"}), resource);
  EXPECT_EQ(text_at(response, {"expires_in"}), "3599");
  EXPECT_EQ(reader_of(azure, text_at(response, {"access_token"})), "somebody");
}

TEST(CloudShell, refuses_in_its_own_shape) {
  StandIn azure{with({managed("s", Platform::cloud_shell)})};
  const auto code_of = [&](const Request& request) {
    return text_at(azure.send(request), {"error", "code"});
  };
  EXPECT_EQ(code_of(post_form(shell_url, {{"resource", resource}})), "bad_request_102");
  EXPECT_EQ(code_of(with_headers(post_form(shell_url, {}), {{"Metadata", "true"}})),
            "invalid_request");
  EXPECT_EQ(azure.send(with_headers(get(shell_url), {{"Metadata", "true"}})).status, 405);
}

TEST(CloudShell, is_not_there_where_no_identity_has_that_platform) {
  StandIn azure{with({managed("m", Platform::app_service)})};
  EXPECT_EQ(azure.send(post_form(shell_url, {{"resource", resource}})).status, 404);
}

// --- Service Fabric

const std::string fabric_url =
    "https://localhost:2377/metadata/identity/oauth2/token?api-version=2019-07-01-preview";

TEST(ServiceFabric, gives_the_identity_whose_variables_are_set_to_its_secret) {
  StandIn azure{with({managed("f", Platform::service_fabric)})};
  const Response response =
      azure.send(with_headers(get(fabric_url + "&resource=https%3A%2F%2Fvault.azure.net"),
                              {{"secret", azure.azure().identity_header()}}));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(number_at(response, {"expires_on"}), 1'800'003'600);
  EXPECT_EQ(reader_of(azure, text_at(response, {"access_token"})), "somebody");
}

TEST(ServiceFabric, refuses_with_its_own_codes) {
  StandIn azure{with({managed("f", Platform::service_fabric)})};
  const std::string asked = "&resource=https%3A%2F%2Fvault.azure.net";
  const auto code_of = [&](const std::string& url, const std::string& secret) {
    return text_at(azure.send(with_headers(get(url), {{"secret", secret}})), {"error", "code"});
  };
  const std::string secret = azure.azure().identity_header();
  EXPECT_EQ(text_at(azure.send(get(fabric_url + asked)), {"error", "code"}),
            "SecretHeaderNotFound");
  EXPECT_EQ(code_of(fabric_url + asked, "guess"), "ManagedIdentityNotFound");
  EXPECT_EQ(code_of(fabric_url, secret), "ArgumentNullOrEmpty");
  EXPECT_EQ(code_of("https://localhost:2377/metadata/identity/oauth2/token?api-version=1" + asked,
                    secret),
            "InvalidApiVersion");
  EXPECT_EQ(code_of(fabric_url + asked + "&principalId=nobody", secret), "ManagedIdentityNotFound");
  EXPECT_EQ(code_of(fabric_url + "&resource=https%3A%2F%2Fnowhere.example", secret),
            "InternalServerError");
}

TEST(ServiceFabric, is_not_served_without_tls) {
  StandIn azure{with({managed("f", Platform::service_fabric)})};
  const Response response =
      azure.send(with_headers(get("http" + fabric_url.substr(5) + "&resource=x"),
                              {{"secret", azure.azure().identity_header()}}));
  EXPECT_EQ(text_at(response, {"error"}), "bad_request_102") << "that is IMDS";
}

// --- Azure Arc

class AzureArcTest : public testing::Test {
 protected:
  AzureArcTest() {
    Identity machine = managed("machine", Platform::azure_arc);
    machine.system_assigned = true;
    config_ = with({machine, managed("worker", Platform::azure_arc)});
  }
  Response ask(const std::string& selector = "", const std::string& authorization = "") {
    Request request = with_headers(
        get("http://127.0.0.1:8080" + std::string{azure_arc_path} +
            "?api-version=2020-06-01&resource=https%3A%2F%2Fvault.azure.net" + selector),
        {{"Metadata", "true"}});
    if (!authorization.empty()) request.headers.emplace_back("Authorization", authorization);
    EXPECT_TRUE(arc_.serves(request));
    return arc_.answer(request);
  }
  static std::string path_in(const Response& challenge) {
    const std::string header = header_of(challenge, "WWW-Authenticate");
    return header.substr(header.find('=') + 1);
  }
  static std::string key_in(const std::string& path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  // The second answer to a client that reads the file.
  Response answer(const std::string& selector = "") {
    return ask(selector, "Basic " + key_in(path_in(ask(selector))));
  }
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{directory_.path()}) {
      names.push_back(entry.path());
    }
    return names;
  }

  TemporaryDirectory directory_;
  Config config_;
  TokenIssuer tokens_{&ManualClock::now, Seconds{3600}, make_signing_key()};
  ArcKeyFiles keys_{directory_.path()};
  AzureArc arc_{config_, tokens_, keys_};
};

TEST_F(AzureArcTest, asks_for_a_key_in_a_file_that_few_can_read) {
  const Response challenge = ask();
  EXPECT_EQ(challenge.status, 401);
  EXPECT_THAT(header_of(challenge, "WWW-Authenticate"), testing::StartsWith("Basic realm=/"));
  struct stat status {};
  ASSERT_EQ(stat(path_in(challenge).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0440U);
  EXPECT_THAT(path_in(challenge), testing::EndsWith(".key"));
}

TEST_F(AzureArcTest, gives_a_token_for_the_key_once) {
  const std::string key = key_in(path_in(ask()));
  EXPECT_EQ(ask("", "Basic " + key).status, 200);
  EXPECT_EQ(ask("", "Basic " + key).status, 401);
  EXPECT_EQ(ask("", "Basic guess").status, 401);
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(AzureArcTest, repeats_the_id_that_was_asked_for) {
  EXPECT_EQ(text_at(answer(), {"client_id"}), "client-of-machine");
  EXPECT_EQ(text_at(answer("&client_id=client-of-worker"), {"client_id"}), "client-of-worker");
  EXPECT_EQ(text_at(answer("&object_id=object-of-worker"), {"object_id"}), "object-of-worker");
  EXPECT_EQ(text_at(answer("&msi_res_id=/resource/of/worker"), {"msi_res_id"}),
            "/resource/of/worker");
  EXPECT_EQ(answer("&client_id=nobody").status, 400);
}

TEST_F(AzureArcTest, keeps_a_few_unused_keys_and_no_more) {
  for (int i = 0; i < 40; ++i) EXPECT_EQ(ask().status, 401);
  EXPECT_THAT(files(), SizeIs(16));
}

TEST(ArcKeyFiles, leave_nothing_behind_and_use_no_directory_on_a_disk) {
  const TemporaryDirectory directory;
  {
    ArcKeyFiles keys{directory.path()};
    EXPECT_TRUE(keys.issue());
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
  ArcKeyFiles on_disk{"/proc/nowhere/tokens"};  // certainly no tmpfs
  const auto prepared = on_disk.prepare();
  ASSERT_FALSE(prepared);
  EXPECT_THAT(prepared.error().message, testing::HasSubstr("is not in memory"));
  EXPECT_THAT(prepared.error().hint, testing::HasSubstr("unshare"));
}

// --- AKS identity bindings

class IdentityBindingTest : public testing::Test {
 protected:
  IdentityBindingTest() {
    Identity pod;
    pod.name = "pod";
    pod.client_id = "client-of-pod";
    pod.identity_binding = true;
    pod.federated.push_back({std::string{own_federation_issuer}, own_federation_subject(pod),
                             std::string{federation_audience}});
    azure_.emplace(with({pod}));
  }
  Response ask(const std::string& origin, const std::string& assertion,
               const std::string& client_id = "client-of-pod") {
    return azure_->send(post_form(
        origin + "/" + tenant + "/oauth2/v2.0/token",
        {{"grant_type", "client_credentials"},
         {"client_id", client_id},
         {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
         {"client_assertion", assertion},
         {"scope", vault_scope}}));
  }

  const std::string proxy_ = "https://127.0.0.1:7443" + std::string{binding_path};
  std::optional<StandIn> azure_;
};

TEST_F(IdentityBindingTest, exchanges_the_pods_token_that_entra_itself_refuses) {
  const std::string assertion = azure_->azure().federated_assertion("pod");
  EXPECT_EQ(entra_code(ask(login_url, assertion)), 700212);
  const Response response = ask(proxy_, assertion);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(reader_of(*azure_, text_at(response, {"access_token"})), "somebody");
}

TEST_F(IdentityBindingTest, takes_no_other_token_and_no_other_identity) {
  EXPECT_EQ(ask(proxy_, "a.b.c").status, 401);
  EXPECT_EQ(ask(proxy_, azure_->azure().federated_assertion("app")).status, 401);
  EXPECT_EQ(ask(proxy_, azure_->azure().federated_assertion("pod"), client).status, 403);
}

}  // namespace
}  // namespace devvault
