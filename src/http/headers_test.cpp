#include "http/headers.hpp"

#include <array>
#include <gtest/gtest.h>
#include <string>

namespace coachwhip::http {
namespace {

constexpr std::array all_names{
#define COACHWHIP_HEADER(id, name) Bytes(name),
#include "http/tables/headers.def"
#undef COACHWHIP_HEADER
};

std::string in_case(Bytes text, int (*convert)(int)) {
  std::string converted(text);
  for (char& c : converted) c = static_cast<char>(convert(c));
  return converted;
}

TEST(HeaderId, EveryKnownNameIsFoundInAnyCase) {
  for (std::size_t i = 0; i < all_names.size(); ++i) {
    const auto id = static_cast<HeaderId>(i);
    EXPECT_EQ(name(id), all_names[i]);
    EXPECT_EQ(find_header_id(all_names[i]), id) << all_names[i];
    EXPECT_EQ(find_header_id(in_case(all_names[i], std::tolower)), id) << all_names[i];
    EXPECT_EQ(find_header_id(in_case(all_names[i], std::toupper)), id) << all_names[i];
  }
}

TEST(HeaderId, NothingElseIsFound) {
  for (const Bytes name : {"", "H", "Hos", "Hosts", "Hxst", "X-Custom", "Content_Length",
                           "Content\rLength", "Content-Lengtg"}) {
    EXPECT_EQ(find_header_id(name), HeaderId::other) << name;
  }
  EXPECT_EQ(name(HeaderId::other), "");
}

TEST(Headers, AreWrittenInTheOrderTheyWereAdded) {
  Headers headers;
  headers.add(HeaderId::content_type, "text/plain");
  headers.add("X-One", "1");
  headers.add("set-cookie", "a=b");
  headers.add("X-One", "");
  EXPECT_EQ(headers.block(),
            "Content-Type: text/plain\r\nX-One: 1\r\nset-cookie: a=b\r\nX-One: \r\n");
  ASSERT_EQ(headers.size(), 4u);
  EXPECT_EQ(headers[1].name, "X-One");
  EXPECT_EQ(headers[1].value, "1");
  EXPECT_EQ(headers[0].id, HeaderId::content_type);
}

TEST(Headers, AreFoundByIdAndByNameInAnyCase) {
  Headers headers;
  headers.add("content-TYPE", "text/html");
  headers.add("X-One", "1");
  headers.add("x-one", "2");
  EXPECT_EQ(headers.find(HeaderId::content_type), "text/html");
  EXPECT_EQ(headers.find("Content-Type"), "text/html");
  EXPECT_EQ(headers.find("X-ONE"), "1");
  EXPECT_EQ(headers.find(HeaderId::date), std::nullopt);
  EXPECT_EQ(headers.find("X-Two"), std::nullopt);
  EXPECT_EQ(headers.count(HeaderId::content_type), 1u);
  EXPECT_EQ(headers.count(HeaderId::other), 2u);
}

TEST(Headers, SetReplacesEveryFieldOfTheName) {
  Headers headers;
  headers.add("server", "a");
  headers.add("X-One", "1");
  headers.add("SERVER", "b");
  headers.set(HeaderId::server, "c");
  EXPECT_EQ(headers.block(), "X-One: 1\r\nServer: c\r\n");
  headers.remove(HeaderId::server);
  headers.remove(HeaderId::server);
  EXPECT_EQ(headers.block(), "X-One: 1\r\n");
  EXPECT_EQ(headers.find("x-one"), "1");
}

TEST(Headers, OfABlockKeepTheirSpellingUntilTheyAreCleared) {
  Headers headers("A:1\r\nDate:   now \r\n",
                  {{0, 2, 1, 1, HeaderId::other}, {5, 13, 3, 4, HeaderId::date}});
  EXPECT_EQ(headers.find("a"), "1");
  EXPECT_EQ(headers.find(HeaderId::date), "now");
  headers.remove(HeaderId::date);
  EXPECT_EQ(headers.find("a"), "1");
  EXPECT_EQ(headers.size(), 1u);
  headers.clear();
  EXPECT_TRUE(headers.empty());
  EXPECT_EQ(headers.block(), "");
}

TEST(Headers, BorrowTheBlockOfSomebodyElse) {
  const std::string block = "Host: x\r\n";
  Headers headers;
  headers.borrow(block);
  headers.add_place({0, 6, 1, 4, HeaderId::host});
  EXPECT_EQ(headers.find(HeaderId::host)->data(), block.data() + 6);
}

TEST(Headers, WhatIsKeptOfBorrowedFieldsIsOwned) {
  std::string block = "A: 1\r\nB:2\r\nA:  3\r\n";
  Headers headers;
  headers.borrow(block);
  headers.add_place(
      {.name_begin = 0, .value_begin = 3, .value_size = 1, .name_size = 1, .id = HeaderId::other});
  headers.add_place(
      {.name_begin = 6, .value_begin = 8, .value_size = 1, .name_size = 1, .id = HeaderId::other});
  headers.add_place({.name_begin = 11,
                     .value_begin = 15,
                     .value_size = 1,
                     .name_size = 1,
                     .id = HeaderId::other});
  headers.keep_if([](const Field& field) { return field.name == "A"; });
  block.assign(block.size(), 'x');
  EXPECT_EQ(headers.block(), "A: 1\r\nA: 3\r\n");
  ASSERT_EQ(headers.size(), 2U);
  EXPECT_EQ(headers[1].value, "3");
  headers.keep_if([](const Field&) { return false; });
  EXPECT_TRUE(headers.empty());
  EXPECT_EQ(headers.block(), "");
}

TEST(FieldSyntax, TokensAndValues) {
  EXPECT_TRUE(is_token("X-a_b.c!#$%&'*+^`|~9"));
  for (const Bytes text : {"", "a b", "a:", "a\"", "(a)", "a,", "a/b", "\x80", "a\t", "{", "@"}) {
    EXPECT_FALSE(is_token(text)) << text;
  }
  EXPECT_TRUE(is_field_value(""));
  EXPECT_TRUE(is_field_value("a \t ~\xff\x80"));
  for (int c = 0; c < 256; ++c) {
    const std::string text(1, static_cast<char>(c));
    EXPECT_EQ(is_field_value(text), c == '\t' || (c >= 32 && c != 127)) << c;
  }
}

TEST(FieldSyntax, EmptyMembersOfAListDoNotCount) {
  std::string seen;
  for_each_member(" a ,, b,\t", [&](Bytes member) {
    seen.append(member).append("|");
    return true;
  });
  EXPECT_EQ(seen, "a|b|");
}

}  // namespace
}  // namespace coachwhip::http
