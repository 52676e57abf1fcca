#include <gmock/gmock.h>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* endpoint = "http://localhost:40342/metadata/identity/oauth2/token";
constexpr const char* key_file = "/var/opt/azcmagent/tokens/4c1f.key";
constexpr const char* any_request = "GET http://localhost:40342";

IdentitySpec managed() {
  IdentitySpec spec;
  spec.type = IdentitySpec::Type::managed_identity;
  return spec;
}

class AzureArc : public ::testing::Test {
 protected:
  Scene scene{{"IDENTITY_ENDPOINT", endpoint}, {"IMDS_ENDPOINT", "http://localhost:40342"}};

  void challenge(const std::string& header) {
    scene.answer(any_request, 401, "", {{"WWW-Authenticate", header}});
  }
  // The agent: a challenge for those without the key, `body` for those with it.
  void agent_answers(const std::string& body, int status = 200) {
    scene.fake.files.put(key_file, "key-text");
    scene.fake.transport.on(any_request, [=](const HttpRequest& request) -> Result<HttpResponse> {
      for (const auto& header : request.headers) {
        if (header.name == "Authorization" && header.value.equals("Basic key-text")) {
          return FakeTransport::response(status, body);
        }
      }
      return FakeTransport::response(
          401, "", {{"WWW-Authenticate", std::string{"Basic realm="} + key_file}});
    });
  }
  Outcome acquire(const IdentitySpec& spec = managed(), Usage usage = Usage::alone) {
    return scene.acquire(make_managed_identity, spec, usage);
  }
};

TEST_F(AzureArc, is_shown_the_key_that_it_asks_for) {
  agent_answers(R"({"access_token":"t","expires_in":"86400"})");
  const auto outcome = acquire();
  EXPECT_EQ(token_of(outcome), "t");
  EXPECT_EQ(std::get<AccessToken>(outcome).refresh_at,
            scene.fake.clock.wall() + std::chrono::hours{12});
  const std::string asked = std::string{"GET "} + endpoint +
                            "?api-version=2020-06-01&resource=https%3A%2F%2Fvault.azure.net";
  EXPECT_THAT(scene.fake.transport.requests(), ElementsAre(asked, asked));
  EXPECT_EQ(scene.header_of(0, "Authorization"), "(none)");
  EXPECT_EQ(scene.header_of(0, "Metadata"), "true");
  EXPECT_EQ(scene.header_of(1, "Metadata"), "true");
  EXPECT_EQ(scene.fake.transport.request(1).proxy, ProxyUse::never);
}

TEST_F(AzureArc, is_found_by_its_agents_files_and_then_asked_at_its_usual_port) {
  for (const char* agent : {"/opt/azcmagent/bin/himds", "/var/opt/azcmagent/bin/himds"}) {
    Scene bare;
    bare.fake.files.put(agent, "");
    (void)bare.acquire(make_managed_identity, managed());
    EXPECT_THAT(
        bare.fake.transport.requests().front(),
        HasSubstr("GET http://127.0.0.1:40342/metadata/identity/oauth2/token?api-version=2020"));
  }
}

TEST_F(AzureArc, has_its_key_read_anew_for_every_token) {
  agent_answers(R"({"access_token":"t","expires_in":60})");
  const auto provider = make_managed_identity(managed(), scene.context(Usage::alone));
  EXPECT_EQ(token_of(provider->acquire(scene.request, scene.fake.deadline())), "t");
  EXPECT_EQ(token_of(provider->acquire(scene.request, scene.fake.deadline())), "t");
  EXPECT_THAT(scene.fake.files.reads(), ElementsAre(key_file, key_file));
}

TEST_F(AzureArc, gets_no_file_but_a_key_of_its_own_directory) {
  for (const char* path :
       {"/etc/shadow", "/var/opt/azcmagent/tokens/../secret.key", "/etc/a.key",
        "/var/opt/azcmagent/tokens/sub/a.key", "/var/opt/azcmagent/tokens/a.txt",
        "/var/opt/azcmagent/tokens/.key", "/var/opt/azcmagent/tokens/", "/var/opt/azcmagent/tokens",
        "/var/opt/azcmagent//tokens/a.key", "var/opt/azcmagent/tokens/a.key",
        "/var/opt/azcmagent/tokens/a .key", "/var/opt/azcmagent/tokensx/a.key",
        "/VAR/opt/azcmagent/tokens/a.key", ""}) {
    challenge(std::string{"Basic realm="} + path);
    const auto error = error_of(acquire());
    EXPECT_EQ(error.code, Code::response_malformed) << path;
  }
  EXPECT_THAT(scene.fake.files.reads(), IsEmpty());
}

TEST_F(AzureArc, is_believed_only_in_its_own_words) {
  for (const char* header : {"Bearer realm=/var/opt/azcmagent/tokens/4c1f.key", "Basic",
                             "Basic realm=/var/opt/azcmagent/tokens/4c1f.key=", "basic /x",
                             "Basic realm=\"/var/opt/azcmagent/tokens/4c1f.key\"",
                             "Basic realm=/var/opt/azcmagent/tokens/4c1f.key, charset=UTF-8"}) {
    challenge(header);
    EXPECT_EQ(error_of(acquire()).code, Code::response_malformed) << header;
  }
  scene.answer(any_request, 401, "");
  EXPECT_EQ(error_of(acquire()).code, Code::response_malformed);
  EXPECT_THAT(scene.fake.files.reads(), IsEmpty());
}

TEST_F(AzureArc, must_ask_for_the_key_before_it_gives_a_token) {
  scene.give_token(any_request);
  const auto error = error_of(acquire());
  EXPECT_EQ(error.code, Code::response_malformed);
  EXPECT_THAT(error.message, HasSubstr("without asking for the key file"));
}

TEST_F(AzureArc, gets_no_key_through_a_symbolic_link) {
  agent_answers("{}");
  scene.fake.files.put_link(key_file, "key-text");
  const auto error = error_of(acquire());
  EXPECT_EQ(error.code, Code::credential_file);
  EXPECT_THAT(error.message, HasSubstr("symbolic link"));
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(1));
}

TEST_F(AzureArc, gets_no_key_from_a_file_that_is_too_large_or_no_file_or_no_text) {
  const auto error_with = [&](const std::string& bytes, bool regular = true) {
    agent_answers("{}");
    auto status = FakeFiles::safe_file();
    status.regular = regular;
    scene.fake.files.put(key_file, bytes, status);
    return error_of(acquire());
  };
  EXPECT_THAT(error_with(std::string(4097, 'k')).message, HasSubstr("too large"));
  EXPECT_THAT(error_with("key", false).message, HasSubstr("no regular file"));
  EXPECT_THAT(error_with("").message, HasSubstr("empty"));
  EXPECT_THAT(error_with("k\r\nX-Injected: 1").message, HasSubstr("one line"));
  EXPECT_EQ(error_with("k\n").code, Code::credential_file);
  EXPECT_THAT(error_with("k\n").message, Not(HasSubstr("\n")));
}

TEST_F(AzureArc, takes_a_key_of_the_largest_size) {
  const std::string key(4096, 'k');
  challenge(std::string{"Basic realm="} + key_file);
  scene.fake.files.put(key_file, key);
  (void)acquire();
  EXPECT_EQ(scene.header_of(1, "Authorization"), "Basic " + key);
}

TEST_F(AzureArc, sends_who_may_not_read_the_key_to_the_group_himds) {
  agent_answers("{}");
  scene.fake.files.put_unreadable(key_file);
  const auto error = error_of(acquire(managed(), Usage::chained));
  EXPECT_EQ(error.code, Code::credential_file);
  EXPECT_THAT(error.hint, HasSubstr("usermod -aG himds"));
  EXPECT_THAT(error.hint, HasSubstr("SupplementaryGroups=himds"));
}

TEST_F(AzureArc, says_that_a_container_needs_its_directory) {
  challenge(std::string{"Basic realm="} + key_file);
  EXPECT_THAT(error_of(acquire()).hint, HasSubstr("container"));
}

TEST_F(AzureArc, that_refuses_its_own_key_is_said_to) {
  agent_answers(R"({"error":"unauthorized"})", 401);
  const auto error = error_of(acquire());
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_THAT(error.message, HasSubstr("did not accept the key file"));
}

struct Selector {
  std::string IdentitySpec::*member;
  const char* parameter;
};
const Selector each_selector[] = {{&IdentitySpec::client_id, "client_id"},
                                  {&IdentitySpec::object_id, "object_id"},
                                  {&IdentitySpec::resource_id, "msi_res_id"}};

TEST_F(AzureArc, names_identities_by_each_kind_of_id_and_wants_it_echoed) {
  for (const auto& [member, parameter] : each_selector) {
    auto spec = managed();
    spec.*member = "Some-Id";
    agent_answers(R"({"access_token":"t","expires_in":60,")" + std::string{parameter} +
                  R"(":"some-id"})");
    EXPECT_EQ(token_of(acquire(spec)), "t") << parameter;
    EXPECT_THAT(scene.fake.transport.requests().back(),
                HasSubstr("&" + std::string{parameter} + "=Some-Id"));
  }
}

TEST_F(AzureArc, with_an_older_agent_never_passes_the_machines_identity_for_the_named_one) {
  for (const char* echo : {"", R"(,"client_id":"other")", R"(,"client_id":7)"}) {
    for (const auto& [member, parameter] : each_selector) {
      auto spec = managed();
      spec.*member = "mine";
      agent_answers(R"({"access_token":"t","expires_in":60)" + std::string{echo} + "}");
      const auto error = error_of(acquire(spec));
      EXPECT_EQ(error.code, Code::identity_refused) << echo << parameter;
      EXPECT_THAT(error.hint, HasSubstr("update the agent"));
    }
  }
}

TEST_F(AzureArc, stops_the_chain_when_its_agent_is_down) {
  scene.fake.transport.on(any_request, [](const HttpRequest&) -> Result<HttpResponse> {
    return Error{.code = Code::connect_failure, .message = "connection refused"};
  });
  const auto error = error_of(acquire(managed(), Usage::chained));
  EXPECT_EQ(error.code, Code::connect_failure);
  EXPECT_THAT(error.hint, HasSubstr("azcmagent show"));
}

}  // namespace
}  // namespace kvlaunch::test
