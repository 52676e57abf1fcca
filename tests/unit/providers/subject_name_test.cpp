#include "providers/subject_name.hpp"

#include <gtest/gtest.h>

#include "tests/unit/providers/made_certificate.hpp"

namespace kvlaunch::test {
namespace {

std::string certificate_of(const MadeCertificate::Subject& subject) {
  return MadeCertificate::shared().reissued(subject, std::chrono::seconds{-60}).certificate_der();
}

// In the order of the certificate: from the widest to the narrowest.
const MadeCertificate::Subject contoso{{"C", "US"}, {"O", "Contoso"}, {"OU", "Web"}, {"CN", "app"}};

TEST(SubjectName, is_the_name_as_dotnet_writes_it) {
  EXPECT_TRUE(is_subject_of("CN=app, OU=Web, O=Contoso, C=US", certificate_of(contoso)));
}

TEST(SubjectName, is_the_name_in_the_order_of_the_certificate_too) {
  EXPECT_TRUE(is_subject_of("C = US, O = Contoso, OU = Web, CN = app", certificate_of(contoso)));
}

TEST(SubjectName, ignores_case_and_blanks) {
  EXPECT_TRUE(is_subject_of("cn=APP,ou= web ,o=contoso,c=us", certificate_of(contoso)));
  EXPECT_TRUE(is_subject_of("CN=my  app", certificate_of({{"CN", "My App"}})));
}

TEST(SubjectName, may_be_the_common_name_alone) {
  EXPECT_TRUE(is_subject_of(" App", certificate_of(contoso)));
  EXPECT_FALSE(is_subject_of("Contoso", certificate_of(contoso)));
}

TEST(SubjectName, is_the_whole_name_and_no_part_of_it) {
  EXPECT_FALSE(is_subject_of("CN=app", certificate_of(contoso)));
  EXPECT_FALSE(is_subject_of("CN=app, O=Contoso, OU=Web, C=US", certificate_of(contoso)));
  EXPECT_FALSE(is_subject_of("app2", certificate_of(contoso)));
}

TEST(SubjectName, knows_the_spellings_of_types) {
  const auto certificate = certificate_of(
      {{"ST", "WA"}, {"emailAddress", "a@b.example"}, {"GN", "Worker"}, {"CN", "x"}});
  EXPECT_TRUE(is_subject_of("CN=x, G=Worker, E=a@b.example, S=WA", certificate));
  EXPECT_TRUE(is_subject_of(
      "OID.2.5.4.3=x, givenName=Worker, 1.2.840.113549.1.9.1=a@b.example, ST=WA", certificate));
}

TEST(SubjectName, undoes_quotes_and_escapes) {
  const auto certificate = certificate_of({{"O", "Contoso, \"Ltd\""}, {"CN", "a+b"}});
  EXPECT_TRUE(is_subject_of("CN=\"a+b\", O=\"Contoso, \"\"Ltd\"\"\"", certificate));
  EXPECT_TRUE(is_subject_of("CN=a\\+b, O=Contoso\\2C \\\"Ltd\\\"", certificate));
}

TEST(SubjectName, keeps_other_alphabets) {
  EXPECT_TRUE(is_subject_of("CN=Bücher", certificate_of({{"CN", "Bücher"}})));
}

TEST(SubjectName, that_is_none_matches_nothing) {
  EXPECT_FALSE(is_subject_of("", certificate_of(contoso)));
  EXPECT_FALSE(is_subject_of("CN=\"app", certificate_of({{"CN", "app"}})));
  EXPECT_FALSE(is_subject_of("CN=app, rest", certificate_of({{"CN", "app"}})));
  EXPECT_FALSE(is_subject_of("CN=app", "no certificate"));
}

}  // namespace
}  // namespace kvlaunch::test
