// From targets and Host headers to requests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "devvault/request_target.hpp"

namespace devvault {
namespace {

using testing::ElementsAre;
using testing::Pair;

RequestHead head(const std::string& method, const std::string& target, const std::string& host) {
  RequestHead made;
  made.method = method;
  made.target = target;
  if (!host.empty()) made.headers.emplace_back("Host", host);
  return made;
}

TEST(RequestTarget, takes_host_and_port_from_the_host_header) {
  const auto request = origin_request(head("GET", "/a", "Contoso.Vault.Azure.Net.:8443"), "https");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->host, "contoso.vault.azure.net");
  EXPECT_EQ(request->port, 8443);
  EXPECT_EQ(request->origin(), "https://contoso.vault.azure.net:8443");
}

TEST(RequestTarget, gives_the_scheme_s_own_port_where_none_is_said) {
  EXPECT_EQ(origin_request(head("GET", "/", "h"), "https")->port, 443);
  EXPECT_EQ(origin_request(head("GET", "/", "[::1]"), "http")->port, 80);
}

TEST(RequestTarget, decodes_names_and_values_of_the_query_but_not_the_path) {
  const auto request =
      origin_request(head("GET", "//secrets/a%2Db/?api%2Dversion=7.4&x=a+b%26&flag", "h"), "https");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->path, "//secrets/a%2Db/");
  EXPECT_THAT(request->query,
              ElementsAre(Pair("api-version", "7.4"), Pair("x", "a b&"), Pair("flag", "")));
}

TEST(RequestTarget, refuses_a_missing_or_odd_host_and_a_broken_query) {
  EXPECT_FALSE(origin_request(head("GET", "/", ""), "http"));
  EXPECT_FALSE(origin_request(head("GET", "/", "a/b"), "http"));
  EXPECT_FALSE(origin_request(head("GET", "/", "h:0"), "http"));
  EXPECT_FALSE(origin_request(head("GET", "/", "h:70000"), "http"));
  EXPECT_FALSE(origin_request(head("GET", "/", "[::1"), "http"));
  EXPECT_FALSE(origin_request(head("GET", "/?a=%zz", "h"), "http"));
}

TEST(RequestTarget, lets_an_absolute_url_win_over_host) {
  const auto request = absolute_request(head("GET", "http://169.254.169.254?a=b", "other.example"));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->host, "169.254.169.254");
  EXPECT_EQ(request->path, "/");
  EXPECT_EQ(request->query_value("a"), "b");
}

TEST(RequestTarget, takes_no_other_scheme_and_no_user_in_an_absolute_url) {
  EXPECT_FALSE(absolute_request(head("GET", "ftp://h/", "h")));
  EXPECT_FALSE(absolute_request(head("GET", "http://user@h/", "h")));
  EXPECT_FALSE(absolute_request(head("GET", "h/", "h")));
}

TEST(RequestTarget, tells_the_four_forms_apart) {
  EXPECT_EQ(form_of(head("GET", "/x", "")), TargetForm::origin);
  EXPECT_EQ(form_of(head("GET", "http://h/", "")), TargetForm::absolute);
  EXPECT_EQ(form_of(head("CONNECT", "h:443", "")), TargetForm::authority);
  EXPECT_EQ(form_of(head("OPTIONS", "*", "")), TargetForm::asterisk);
}

}  // namespace
}  // namespace devvault
