#include "launcher/resolve/failures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kvlaunch {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

Error failure(Code code, const std::string& reference, const std::string& vault = "v") {
  Error error{.code = code, .message = "it broke", .notes = {"needed for " + reference}};
  error.reference = reference;
  error.vault = vault;
  error.location = Location{.file = "kvlaunch.yaml", .line = 1};
  return error;
}

TEST(Failures, of_a_vault_are_reported_once_with_every_reference) {
  const Errors merged =
      merge_failures({failure(Code::dns_not_found, "kv:a"), failure(Code::dns_not_found, "kv:b"),
                      failure(Code::dns_not_found, "kv:a")});
  ASSERT_THAT(merged, SizeIs(1));
  EXPECT_THAT(merged[0].notes, ElementsAre("needed for kv:a", "needed for kv:b"));
  EXPECT_EQ(merged[0].reference, "");
  EXPECT_EQ(merged[0].vault, "v");
  EXPECT_FALSE(merged[0].location);
}

TEST(Failures, of_one_reference_keep_their_place_and_their_reference) {
  const Errors merged = merge_failures({failure(Code::dns_not_found, "kv:a")});
  ASSERT_THAT(merged, SizeIs(1));
  EXPECT_EQ(merged[0].reference, "kv:a");
  EXPECT_TRUE(merged[0].location);
}

TEST(Failures, of_single_secrets_stay_apart) {
  EXPECT_THAT(merge_failures(
                  {failure(Code::secret_disabled, "kv:a"), failure(Code::secret_disabled, "kv:b")}),
              SizeIs(2));
}

TEST(Failures, of_an_identity_are_one_even_across_vaults) {
  const Errors merged = merge_failures(
      {failure(Code::identity_refused, "kv:a", "v"), failure(Code::identity_refused, "kv:b", "w")});
  ASSERT_THAT(merged, SizeIs(1));
  EXPECT_EQ(merged[0].vault, "");
}

TEST(Failures, that_say_different_things_stay_apart_in_their_order) {
  Error other = failure(Code::connect_failure, "kv:b");
  other.message = "it broke otherwise";
  const Errors merged =
      merge_failures({failure(Code::connect_failure, "kv:a"), other,
                      failure(Code::tls_failure, "kv:c"), failure(Code::connect_failure, "kv:d")});
  ASSERT_THAT(merged, SizeIs(3));
  EXPECT_THAT(merged[0].notes, ElementsAre("needed for kv:a", "needed for kv:d"));
  EXPECT_EQ(merged[1].message, "it broke otherwise");
  EXPECT_EQ(merged[2].code, Code::tls_failure);
}

}  // namespace
}  // namespace kvlaunch
