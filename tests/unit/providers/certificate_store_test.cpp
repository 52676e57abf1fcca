#include "providers/certificate_store.hpp"

#include <gmock/gmock.h>

#include "tests/unit/providers/made_certificate.hpp"
#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Store = CertificateSearch::Store;

const std::string dotnet = "/home/me/.dotnet/corefx/cryptography/x509stores/my/";
const std::string own = "/home/me/.config/kvlaunch/certs/";
const std::string machine = "/etc/kvlaunch/certs/";

FileStatus status(mode_t mode, uid_t owner = 0) {
  auto made = FakeFiles::safe_file();
  made.mode = mode;
  made.owner = owner;
  return made;
}

struct StoreScene : Scene {
  StoreScene() : Scene{{"HOME", "/home/me"}} { owner.effective_user = 1000; }

  Result<std::vector<StoredCertificate>> find(const CertificateSearch& search) {
    return find_certificates(search, context(Usage::alone), fake.deadline());
  }
  std::vector<std::string> paths(const CertificateSearch& search) {
    const auto found = find(search);
    if (!found) return {found.error().message};
    std::vector<std::string> paths;
    for (const auto& stored : *found) paths.push_back(stored.path);
    return paths;
  }
};

CertificateSearch by_thumbprint(const MadeCertificate& made, Store store = Store::current_user) {
  return {store, sha1_hex(made.certificate_der()), ""};
}
CertificateSearch by_subject(const std::string& subject) {
  return {Store::current_user, "", subject};
}

std::string pem_of(const MadeCertificate& made) {
  return made.key_pem() + made.certificate_pem();
}

TEST(CertificateStore, finds_what_dotnet_keeps_in_the_users_store) {
  StoreScene scene;
  const auto& made = MadeCertificate::shared();
  scene.fake.files.put(dotnet + "A.pfx", made.pkcs12(""), status(0600, 1000));
  const auto found = scene.find(by_thumbprint(made));
  ASSERT_TRUE(found.ok());
  ASSERT_THAT(*found, SizeIs(1));
  EXPECT_EQ(found->front().path, dotnet + "A.pfx");
  EXPECT_EQ(found->front().thumbprint, sha1_hex(made.certificate_der()));
}

TEST(CertificateStore, opens_pkcs12_with_the_ciphers_of_windows) {
  for (const auto cipher : {MadeCertificate::Cipher::rc2, MadeCertificate::Cipher::triple_des}) {
    StoreScene scene;
    const auto& made = MadeCertificate::shared();
    scene.fake.files.put(dotnet + "A.pfx",
                         made.pkcs12("", cipher, MadeCertificate::EmptyPassword::as_nothing),
                         status(0600, 1000));
    EXPECT_THAT(scene.paths(by_thumbprint(made)), ElementsAre(dotnet + "A.pfx"));
  }
}

TEST(CertificateStore, has_a_directory_of_its_own_that_takes_pem_too) {
  StoreScene scene;
  const auto& made = MadeCertificate::shared();
  scene.fake.files.put(own + "app.pem", pem_of(made), status(0600, 1000));
  EXPECT_THAT(scene.paths(by_thumbprint(made)), ElementsAre(own + "app.pem"));
  EXPECT_THAT(scene.paths(by_subject("app")), ElementsAre(own + "app.pem"));
}

TEST(CertificateStore, knows_a_certificate_by_its_sha256_as_well) {
  StoreScene scene;
  const auto& made = MadeCertificate::shared();
  scene.fake.files.put(own + "app.pem", pem_of(made), status(0600, 1000));
  std::string digits;
  for (const char c : sha256(made.certificate_der())) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    digits += {hex[byte >> 4U], hex[byte & 15U]};
  }
  EXPECT_THAT(scene.paths({Store::current_user, digits, ""}), ElementsAre(own + "app.pem"));
}

TEST(CertificateStore, gives_the_newest_first_and_each_once) {
  StoreScene scene;
  const auto& base = MadeCertificate::shared();
  const MadeCertificate::Subject subject{{"O", "Contoso"}, {"CN", "app"}};
  const auto older = base.reissued(subject, std::chrono::hours{-48});
  const auto newer = base.reissued(subject, std::chrono::hours{-1});
  scene.fake.files.put(dotnet + "a.pfx", older.pkcs12(""), status(0600, 1000));
  scene.fake.files.put(own + "b.pem", pem_of(newer), status(0600, 1000));
  scene.fake.files.put(own + "c.pem", pem_of(older), status(0600, 1000));
  EXPECT_THAT(scene.paths(by_subject("CN=app, O=Contoso")),
              ElementsAre(own + "b.pem", dotnet + "a.pfx"));
}

TEST(CertificateStore, of_the_machine_belongs_to_root_with_its_directory) {
  StoreScene scene;
  const auto& made = MadeCertificate::shared();
  const auto search = by_thumbprint(made, Store::local_machine);
  scene.fake.files.put(machine + "app.pem", pem_of(made), status(0600));
  EXPECT_THAT(scene.paths(search), ElementsAre(machine + "app.pem"));
  scene.fake.files.put(machine + "app.pem", pem_of(made), status(0600, 1000));
  EXPECT_FALSE(scene.find(search).ok());
  auto directory = FakeFiles::safe_directory();
  directory.owner = 1000;
  scene.fake.files.put(machine + "app.pem", pem_of(made), status(0600), directory);
  const auto found = scene.find(search);
  ASSERT_FALSE(found.ok());
  EXPECT_THAT(notes_of(found.error()), HasSubstr("does not belong to root"));
}

TEST(CertificateStore, of_the_user_is_not_that_of_the_machine) {
  StoreScene scene;
  const auto& made = MadeCertificate::shared();
  scene.fake.files.put(machine + "app.pem", pem_of(made), status(0600));
  EXPECT_FALSE(scene.find(by_thumbprint(made)).ok());
}

TEST(CertificateStore, refuses_keys_that_others_may_read) {
  const auto& made = MadeCertificate::shared();
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U}) {
    StoreScene scene;
    scene.fake.files.put(own + "app.pem", pem_of(made), status(mode, 1000));
    const auto found = scene.find(by_thumbprint(made));
    ASSERT_FALSE(found.ok()) << mode;
    EXPECT_EQ(found.error().code, Code::credential_file);
    EXPECT_THAT(notes_of(found.error()), HasSubstr("app.pem is not used: others may"));
  }
}

TEST(CertificateStore, refuses_keys_of_somebody_else) {
  StoreScene scene;
  const auto& made = MadeCertificate::shared();
  scene.fake.files.put(own + "app.pem", pem_of(made), status(0600, 1001));
  EXPECT_THAT(notes_of(scene.find(by_thumbprint(made)).error()),
              HasSubstr("belongs to somebody else"));
}

TEST(CertificateStore, passes_over_what_it_cannot_read_and_says_so_when_nothing_matches) {
  StoreScene scene;
  const auto& made = MadeCertificate::shared();
  scene.fake.files.put(own + "a.pfx", "no certificate", status(0600, 1000));
  scene.fake.files.put(own + "b.pfx", made.pkcs12("password"), status(0600, 1000));
  scene.fake.files.put(own + "c.pem", made.certificate_pem(), status(0600, 1000));
  scene.fake.files.put(own + "README", "certificates", status(0644, 1000));
  const auto found = scene.find(by_thumbprint(made));
  ASSERT_FALSE(found.ok());
  EXPECT_THAT(found.error().message, HasSubstr("CurrentUser store has no certificate"));
  const auto notes = notes_of(found.error());
  EXPECT_THAT(notes, HasSubstr("a.pfx: neither PEM nor PKCS#12"));
  EXPECT_THAT(notes, HasSubstr("b.pfx: it has a password"));
  EXPECT_THAT(notes, HasSubstr("c.pem: no private key in it"));
  EXPECT_THAT(notes, HasSubstr("certs: 3 files"));
  scene.fake.files.put(own + "d.pem", pem_of(made), status(0600, 1000));
  EXPECT_THAT(scene.paths(by_thumbprint(made)), ElementsAre(own + "d.pem"));
}

TEST(CertificateStore, does_not_show_what_was_looked_for) {
  StoreScene scene;
  const auto error = scene.find(by_subject("hunter2")).error();
  EXPECT_EQ((error.message + error.hint + notes_of(error)).find("hunter2"), std::string::npos);
}

TEST(CertificateStore, takes_its_home_from_the_environment_alone) {
  for (const char* const home : {"", "relative"}) {
    StoreScene scene;
    scene.fake.environment.set("HOME", home);
    const auto found = scene.find(by_subject("app"));
    ASSERT_FALSE(found.ok());
    EXPECT_EQ(found.error().code, Code::identity_configuration);
    EXPECT_THAT(found.error().message, HasSubstr("HOME"));
  }
}

TEST(CertificateStore, opens_no_more_files_than_it_can_in_time) {
  StoreScene scene;
  for (int i = 0; i < 300; ++i) {
    scene.fake.files.put(own + std::to_string(i) + ".pem", "x", status(0600, 1000));
  }
  const auto found = scene.find(by_subject("app"));
  ASSERT_FALSE(found.ok());
  EXPECT_THAT(notes_of(found.error()), HasSubstr("too many files"));
  EXPECT_THAT(scene.fake.files.reads(), SizeIs(0));
}

TEST(CertificateStore, stops_at_the_deadline) {
  StoreScene scene;
  scene.fake.files.put(own + "app.pem", "x", status(0600, 1000));
  const auto deadline = scene.fake.deadline();
  scene.fake.clock.advance(Milliseconds{90'000});
  const auto found = find_certificates(by_subject("app"), scene.context(Usage::alone), deadline);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, Code::deadline);
}

}  // namespace
}  // namespace kvlaunch::test
