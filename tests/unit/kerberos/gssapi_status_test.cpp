#include "launcher/kerberos/gssapi_status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kvlaunch::gss {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr Status unspecified = 13U << 16U;  // GSS_S_FAILURE

struct Case {
  std::int32_t minor;
  Code code;
  const char* message;
  const char* hint;
};

Error of_minor(std::int32_t minor) {
  return explain(unspecified, static_cast<Status>(minor), "its words", "sts.corp.example");
}

class KerberosFailure : public ::testing::TestWithParam<Case> {};

TEST_P(KerberosFailure, has_its_own_message_and_hint) {
  const Error error = of_minor(GetParam().minor);
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_THAT(error.message, HasSubstr(GetParam().message));
  EXPECT_THAT(error.hint, HasSubstr(GetParam().hint));
  EXPECT_THAT(error.notes, ElementsAre("Kerberos says: its words"));
}

INSTANTIATE_TEST_SUITE_P(
    , KerberosFailure,
    ::testing::Values(
        Case{-1765328378, Code::identity_refused, "does not know the user", "kinit"},
        Case{-1765328377, Code::identity_configuration, "no service HTTP at sts.corp.example",
             "setspn"},
        Case{-1765328366, Code::identity_refused, "locked or disabled", "administrator"},
        Case{-1765328352, Code::identity_unavailable, "has expired", "kinit"},
        Case{-1765328351, Code::identity_temporary, "not valid yet", "clocks"},
        Case{-1765328347, Code::identity_temporary, "clocks", "5 minutes"},
        Case{-1765328243, Code::identity_unavailable, "no Kerberos ticket", "KRB5CCNAME"},
        Case{-1765328230, Code::identity_configuration, "no KDC is known", "[realms]"},
        Case{-1765328228, Code::identity_temporary, "cannot be reached", "port 88"},
        Case{-1765328164, Code::identity_configuration, "cannot be looked up", "DNS"},
        Case{39756032, Code::identity_unavailable, "no Kerberos ticket", "kinit"},
        Case{39756034, Code::identity_unavailable, "no Kerberos ticket", "kinit"},
        Case{39756044, Code::identity_unavailable, "no Kerberos ticket", "kinit"}));

TEST(KerberosStatus, falls_back_to_what_gssapi_itself_says) {
  EXPECT_THAT(explain(no_credentials << 16U, 0, "", "").message, HasSubstr("no Kerberos ticket"));
  EXPECT_THAT(explain(credentials_expired << 16U, 0, "", "").message, HasSubstr("expired"));
}

TEST(KerberosStatus, gives_an_unknown_failure_the_library_s_own_words) {
  const Error error = explain(unspecified, 4711, "something odd", "sts.corp.example");
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_THAT(error.message, HasSubstr("sts.corp.example"));
  EXPECT_THAT(error.notes, ElementsAre("Kerberos says: something odd"));
}

TEST(KerberosStatus, tells_errors_from_continuation) {
  EXPECT_FALSE(failed(complete));
  EXPECT_FALSE(failed(continue_needed));
  EXPECT_TRUE(failed(unspecified));
}

}  // namespace
}  // namespace kvlaunch::gss
