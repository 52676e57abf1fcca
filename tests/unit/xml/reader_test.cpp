#include "launcher/xml/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kvlaunch::xml {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string nested(int depth) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += "<a>";
  for (int i = 0; i < depth; ++i) text += "</a>";
  return text;
}

std::string refusal(std::string_view text) {
  const auto root = parse(text);
  return root ? "(read)" : root.error().message;
}

std::string escaped(std::string_view text) {
  SecretWriter out;
  return append_escaped(out, text) ? std::string{out.reveal()} : "(refused)";
}

TEST(Xml, knows_elements_by_namespace_whatever_their_prefix) {
  const auto root = parse(R"(<x:a xmlns:x="urn:1"><b xmlns="urn:1" k="v"/><b/></x:a>)");
  ASSERT_TRUE(root.ok());
  EXPECT_TRUE(root->is({"urn:1", "a"}));
  ASSERT_NE(root->child({"urn:1", "b"}), nullptr);
  EXPECT_EQ(root->child({"urn:1", "b"})->attribute({{}, "k"}), "v");
  EXPECT_EQ(root->all({"", "b"}).size(), 1U);
}

TEST(Xml, tells_attributes_with_a_prefix_from_those_without) {
  const auto root = parse(R"(<a xmlns:u="urn:u" Id="plain" u:Id="named"/>)");
  EXPECT_EQ(root->attribute({{}, "Id"}), "plain");
  EXPECT_EQ(root->attribute({"urn:u", "Id"}), "named");
}

TEST(Xml, says_where_an_element_begins_and_ends) {
  const std::string text = "<?xml version='1.0'?>\n<a> <b  k = 'v'>x&amp;y</b > <c/></a>\n";
  const auto root = parse(text);
  ASSERT_TRUE(root.ok());
  const auto cut = [&](const Element& e) { return text.substr(e.begin, e.end - e.begin); };
  const auto content = [&](const Element& e) {
    return text.substr(e.content_begin, e.content_end - e.content_begin);
  };
  EXPECT_EQ(cut(root->children[0]), "<b  k = 'v'>x&amp;y</b >");
  EXPECT_EQ(content(root->children[0]), "x&amp;y");
  EXPECT_EQ(cut(root->children[1]), "<c/>");
  EXPECT_EQ(content(root->children[1]), "");
  EXPECT_EQ(content(*root), " <b  k = 'v'>x&amp;y</b > <c/>");
}

TEST(Xml, resolves_the_references_of_xml_itself_and_cdata) {
  const auto root = parse("<a>1 &lt; 2 &#38; <![CDATA[<3>]]></a>");
  EXPECT_EQ(root->text, "1 < 2 & <3>");
}

TEST(Xml, trims_text_only_when_asked) {
  const auto root = parse("<a>\n x \n</a>");
  EXPECT_EQ(root->text, "\n x \n");
  EXPECT_EQ(root->trimmed_text(), "x");
}

TEST(Xml, finds_the_nearest_descendant) {
  const auto root = parse("<a><b><t>deep</t></b><t>near</t></a>");
  EXPECT_EQ(root->descendant({"", "t"})->text, "near");
}

TEST(Xml, keeps_names_but_no_text_of_what_is_sealed) {
  Options options;
  options.sealed = Name{"", "secret"};
  const auto root = parse("<a>open<secret k='1'>x<b k='2'>MARKED</b></secret></a>", options);
  ASSERT_TRUE(root.ok());
  EXPECT_EQ(root->text, "open");
  const Element& sealed = root->children[0];
  EXPECT_EQ(sealed.text, "");
  EXPECT_EQ(sealed.children[0].local, "b");
  EXPECT_EQ(sealed.children[0].text, "");
  EXPECT_TRUE(sealed.children[0].attributes.empty());
}

TEST(Xml, refuses_a_doctype_and_with_it_entities_and_external_files) {
  EXPECT_EQ(refusal("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"), "the XML has a DOCTYPE");
  EXPECT_EQ(refusal("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), "the XML has a DOCTYPE");
  EXPECT_THAT(refusal("<a>&undeclared;</a>"), HasSubstr("not well-formed"));
}

TEST(Xml, refuses_a_doctype_that_would_grow_without_end) {
  std::string text = "<!DOCTYPE a [<!ENTITY e0 'ha'>";
  for (int i = 1; i < 20; ++i) {
    const std::string last = "&e" + std::to_string(i - 1) + ";";
    text += "<!ENTITY e" + std::to_string(i) + " '" + last + last + "'>";
  }
  EXPECT_EQ(refusal(text + "]><a>&e19;</a>"), "the XML has a DOCTYPE");
}

TEST(Xml, reads_64_levels_and_refuses_one_more) {
  EXPECT_EQ(refusal(nested(64)), "(read)");
  EXPECT_EQ(refusal(nested(65)), "the XML is nested too deeply");
}

TEST(Xml, refuses_more_elements_than_any_description_has) {
  std::string text = "<a>";
  for (std::size_t i = 0; i < max_elements; ++i) text += "<b/>";
  EXPECT_EQ(refusal(text + "</a>"), "the XML has too many elements");
}

TEST(Xml, refuses_more_attributes_than_any_element_has) {
  std::string text = "<a";
  for (std::size_t i = 0; i <= max_attributes_of_one; ++i) text += " a" + std::to_string(i) + "=''";
  EXPECT_EQ(refusal(text + "/>"), "the XML has too many attributes");
}

TEST(Xml, refuses_every_truncation) {
  const std::string whole = "<a k='v'><b>text</b><!-- c --></a>";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT(refusal(whole.substr(0, size)), HasSubstr("not well-formed")) << size;
  }
}

TEST(Xml, refuses_what_is_not_utf8_or_has_no_namespace_for_a_prefix) {
  EXPECT_EQ(refusal("<a>\xff</a>"), "the XML is not UTF-8");
  EXPECT_EQ(refusal(std::string_view{"<\0a\0/\0>\0", 8}), "the XML is not UTF-8");
  EXPECT_THAT(refusal("<x:a/>"), HasSubstr("not well-formed"));
  EXPECT_THAT(refusal("<html><br></html>"), HasSubstr("not well-formed (line 1)"));
}

TEST(Xml, reads_utf8_whatever_the_text_declares) {
  const auto root = parse("<?xml version='1.0' encoding='iso-8859-1'?><a>\xc3\xa4</a>");
  ASSERT_TRUE(root.ok());
  EXPECT_EQ(root->text, "\xc3\xa4");
}

TEST(Xml, says_nothing_of_the_text_in_an_error) {
  EXPECT_THAT(refusal("<a>MARKED<b></a>"), Not(HasSubstr("MARKED")));
}

TEST(Xml, escapes_so_that_reading_gives_the_same_text_back) {
  const std::string text = "a<b>&\"'\t\r\n]]>\xc3\xa4";
  const auto root = parse("<a k=\"" + escaped(text) + "\">" + escaped(text) + "</a>");
  ASSERT_TRUE(root.ok());
  EXPECT_EQ(root->text, text);
  EXPECT_EQ(root->attribute({{}, "k"}), text);
}

TEST(Xml, refuses_to_write_what_xml_cannot_carry) {
  EXPECT_EQ(escaped(std::string_view{"a\0b", 3}), "(refused)");
  EXPECT_EQ(escaped("\x01"), "(refused)");
  EXPECT_EQ(escaped("\xff"), "(refused)");
}

}  // namespace
}  // namespace kvlaunch::xml
