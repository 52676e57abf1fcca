#include "launcher/base/base64.hpp"

#include <gtest/gtest.h>

namespace kvlaunch {
namespace {

TEST(Base64, follows_the_vectors_of_rfc_4648) {
  EXPECT_EQ(base64_encode("", Base64::standard), "");
  EXPECT_EQ(base64_encode("f", Base64::standard), "Zg==");
  EXPECT_EQ(base64_encode("fo", Base64::standard), "Zm8=");
  EXPECT_EQ(base64_encode("foobar", Base64::standard), "Zm9vYmFy");
  EXPECT_EQ(base64_encode("\xFB\xFF", Base64::url), "-_8");
}

TEST(Base64, is_decoded_with_and_without_padding) {
  EXPECT_EQ(base64_decode("Zm8", Base64::url), "fo");
  EXPECT_EQ(base64_decode("Zm8=", Base64::standard), "fo");
  EXPECT_FALSE(base64_decode("Z", Base64::url));
}

TEST(Base64, keeps_its_alphabets_apart_unless_either_will_do) {
  EXPECT_FALSE(base64_decode("Zm+/", Base64::url));
  EXPECT_FALSE(base64_decode("Zm-_", Base64::standard));
  EXPECT_EQ(base64_decode("Zm+/", Base64::either), base64_decode("Zm-_", Base64::either));
}

TEST(Base64, of_a_secret_stays_one) {
  EXPECT_TRUE(base64_encode_secret("user:pass", Base64::standard).equals("dXNlcjpwYXNz"));
  EXPECT_TRUE(base64_decode_secret("dXNlcjpwYXNz", Base64::standard)->equals("user:pass"));
  EXPECT_FALSE(base64_decode_secret("dXNlcjp*YXNz", Base64::standard));
}

}  // namespace
}  // namespace kvlaunch
