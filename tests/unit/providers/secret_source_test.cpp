#include "providers/secret_source.hpp"

#include <gmock/gmock.h>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Kind = SecretSource::Kind;

FileStatus with_mode(mode_t mode) {
  FileStatus status = FakeFiles::safe_file();
  status.mode = mode;
  return status;
}

std::string read(Scene& scene, Kind kind, const std::string& name) {
  const auto secret =
      read_secret_source({kind, name}, scene.context(Usage::alone), scene.fake.deadline());
  return secret ? std::string{secret->reveal()} : std::string{name_of(secret.error().code)};
}

TEST(SecretSource, reads_variables_as_they_are) {
  Scene scene{{"A", " x\n"}, {"EMPTY", ""}};
  EXPECT_EQ(read(scene, Kind::environment, "A"), " x\n");
  EXPECT_EQ(read(scene, Kind::environment, "EMPTY"), "identity-configuration");
  EXPECT_EQ(read(scene, Kind::environment, "NONE"), "identity-configuration");
}

TEST(SecretSource, reads_files_without_one_line_end) {
  Scene scene;
  scene.fake.files.put("/s", "value\r\n", with_mode(0600));
  EXPECT_EQ(read(scene, Kind::file, "/s"), "value");
  scene.fake.files.put("/two", "value\n\n", with_mode(0600));
  EXPECT_EQ(read(scene, Kind::file, "/two"), "value\n");
  EXPECT_THAT(scene.fake.log.warnings(), IsEmpty());
}

TEST(SecretSource, reports_files_that_are_missing_or_empty) {
  Scene scene;
  scene.fake.files.put("/empty", "\n", with_mode(0600));
  EXPECT_EQ(read(scene, Kind::file, "/none"), "credential-file");
  EXPECT_EQ(read(scene, Kind::file, "/empty"), "credential-file");
}

TEST(SecretSource, names_a_file_that_it_cannot_read_once) {
  Scene scene;
  const auto secret =
      read_secret_source({Kind::file, "/none"}, scene.context(Usage::alone), scene.fake.deadline());
  EXPECT_EQ(secret.error().message, "/none cannot be read: No such file or directory");
}

TEST(SecretSource, reads_systemd_credentials_by_bare_name) {
  Scene scene{{"CREDENTIALS_DIRECTORY", "/run/credentials/app.service"}};
  scene.fake.files.put("/run/credentials/app.service/pw", "value", with_mode(0400));
  EXPECT_EQ(read(scene, Kind::credential, "pw"), "value");
  for (const char* name : {"../pw", "a/b", "..", ""}) {
    EXPECT_EQ(read(scene, Kind::credential, name), "identity-configuration") << name;
  }
}

TEST(SecretSource, tells_how_to_get_credentials_outside_systemd) {
  Scene scene;
  const auto secret = read_secret_source({Kind::credential, "pw"}, scene.context(Usage::alone),
                                         scene.fake.deadline());
  EXPECT_THAT(secret.error().hint, HasSubstr("LoadCredential=pw"));
}

TEST(CredentialFile, warns_when_everybody_can_read_it) {
  Scene scene;
  scene.fake.files.put("/s", "v", with_mode(0644));
  EXPECT_EQ(read(scene, Kind::file, "/s"), "v");
  EXPECT_THAT(scene.fake.log.warnings(),
              ElementsAre("/s can be read by every user of this machine / chmod o-r /s"));
}

TEST(CredentialFile, does_not_warn_on_memory_backed_file_systems) {
  Scene scene;
  auto status = with_mode(0644);
  status.memory_backed = true;
  scene.fake.files.put("/s", "v", status);
  EXPECT_EQ(read(scene, Kind::file, "/s"), "v");
  EXPECT_THAT(scene.fake.log.warnings(), IsEmpty());
}

TEST(CredentialFile, with_a_federated_token_may_be_read_but_not_written_by_others) {
  Scene scene;
  const auto read_token_file = [&](mode_t mode) {
    scene.fake.files.put("/t", "jwt", with_mode(mode));
    return read_credential_file("/t", FileUse::federated_token, scene.context(Usage::alone),
                                scene.fake.deadline())
        .ok();
  };
  EXPECT_TRUE(read_token_file(0644));
  EXPECT_FALSE(read_token_file(0646));
  EXPECT_THAT(scene.fake.log.warnings(), IsEmpty());
}

TEST(CredentialFile, is_refused_when_others_can_write_it) {
  Scene scene;
  for (const mode_t mode : {0602U, 0620U, 0660U}) {
    scene.fake.files.put("/s", "v", with_mode(mode));
    EXPECT_EQ(read(scene, Kind::file, "/s"), "credential-file") << mode;
  }
}

TEST(CredentialFile, may_be_writable_by_the_users_private_group) {
  Scene scene;
  scene.owner = {.effective_user = 1000, .effective_group = 1000, .group_is_private = true};
  auto status = with_mode(0660);
  status.group = 1000;
  scene.fake.files.put("/own", "v", status);
  EXPECT_EQ(read(scene, Kind::file, "/own"), "v");
  status.group = 100;
  scene.fake.files.put("/shared", "v", status);
  EXPECT_EQ(read(scene, Kind::file, "/shared"), "credential-file");
}

TEST(CredentialFile, on_a_read_only_mount_cannot_be_written_whatever_its_mode) {
  Scene scene;
  auto status = with_mode(0666);
  status.read_only_mount = true;
  status.memory_backed = true;
  scene.fake.files.put("/s", "v", status);
  EXPECT_EQ(read(scene, Kind::file, "/s"), "v");
}

TEST(CredentialFile, is_refused_when_it_is_huge) {
  Scene scene;
  scene.fake.files.put("/s", std::string(largest_credential_file + 1, 'x'), with_mode(0600));
  EXPECT_EQ(read(scene, Kind::file, "/s"), "credential-file");
}

}  // namespace
}  // namespace kvlaunch::test
