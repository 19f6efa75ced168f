#include "handlers/files/listing.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <regex>
#include <sys/stat.h>

#include "handlers/files/test_files.hpp"

namespace coachwhip::handlers::files {
namespace {

using http::HeaderId;
using http::Method;
using http::Response;

class ListingTest : public Files {
 protected:
  void SetUp() override { handler_ = *FilesHandler::make(folder_.path(), {.lists = true}); }

  Response list(const std::string& path, const std::string& accepted, Method method = Method::GET) {
    return ask({.path = path, .method = method, .other_fields = {{"Accept", accepted}}});
  }
  nlohmann::json json(const std::string& path) {
    return nlohmann::json::parse(content(list(path, "application/json")));
  }
  std::vector<std::string> names(const std::string& path) {
    std::vector<std::string> found;
    const nlohmann::json listing = json(path);
    for (const auto& entry : listing["entries"]) found.push_back(entry["name"]);
    return found;
  }
};

TEST_F(ListingTest, HasFilesAndFoldersInOrder) {
  folder_.write("b.txt", "four");
  folder_.write("a b.txt", "");
  folder_.write("sub/c", "c");
  folder_.date("b.txt", 1'000'000'000);
  const nlohmann::json root = json("/");
  EXPECT_EQ(root["path"], "/");
  EXPECT_EQ(root["complete"], true);
  EXPECT_EQ(names("/"), (std::vector<std::string>{"a b.txt", "b.txt", "sub"}));
  EXPECT_EQ(root["entries"][0]["href"], "a%20b.txt");
  EXPECT_EQ(root["entries"][1], nlohmann::json({{"name", "b.txt"},
                                                {"href", "b.txt"},
                                                {"type", "file"},
                                                {"size", 4},
                                                {"modified", "2001-09-09T01:46:40Z"}}));
  EXPECT_EQ(root["entries"][2]["href"], "sub/");
  EXPECT_EQ(root["entries"][2]["type"], "folder");
  EXPECT_EQ(names("/sub/"), std::vector<std::string>{"c"});
  const std::string page = content(list("/sub/", "text/html"));
  EXPECT_NE(page.find("<a href=\"../\">"), std::string::npos);
  EXPECT_NE(page.find("<a href=\"c\">c</a><td>1<td>"), std::string::npos);
}

TEST_F(ListingTest, HasNothingThatWouldNotBeServed) {
  const TestFolder outside;
  outside.write("secret", "s");
  for (const char* name : {"shown", ".hidden", "page~", "page.bak", "coachwhip.toml", "sub/x"}) {
    folder_.write(name, name);
  }
  folder_.link("link-in", "shown");
  folder_.link("link-sub", "sub");
  folder_.link("link-out", outside.path("secret"));
  folder_.link("link-hidden", ".hidden");
  folder_.link("link-nowhere", "none");
  ASSERT_EQ(::mkfifo(folder_.path("fifo").c_str(), 0644), 0);
  EXPECT_EQ(names("/"), (std::vector<std::string>{"link-in", "link-sub", "shown", "sub"}));
  folder_.link("sub/up", "../shown");
  folder_.link("sub/out", "../../x");
  EXPECT_EQ(names("/sub/"), (std::vector<std::string>{"up", "x"}));
}

TEST_F(ListingTest, NamesMayHoldAnyBytes) {
  const std::vector<std::string> odd = {"<b>&\"'.txt", "a:b", "line\nbreak", "\xE4.txt",
                                        "\xC3\xA4"};
  for (const std::string& name : odd) folder_.write(name, name);
  EXPECT_EQ(names("/"), (std::vector<std::string>{"<b>&\"'.txt", "a:b",
                                                  "line\xEF\xBF\xBD"
                                                  "break",
                                                  "\xC3\xA4", "\xEF\xBF\xBD.txt"}));
  const std::string page = content(list("/", "text/html"));
  EXPECT_NE(page.find("<a href=\"%3Cb%3E%26%22%27.txt\">&lt;b&gt;&amp;&quot;&#39;.txt</a>"),
            std::string::npos);
  EXPECT_NE(page.find("<a href=\"a%3Ab\">a:b</a>"), std::string::npos);
  EXPECT_NE(page.find("<a href=\"%E4.txt\">\xEF\xBF\xBD.txt</a>"), std::string::npos);
  EXPECT_NE(page.find("<a href=\"line%0Abreak\">"), std::string::npos);
}

TEST_F(ListingTest, OfALargeFolderSaysThatItIsNotAll) {
  for (int i = 0; i < 10'003; ++i) {
    const UniqueFd made(::open(folder_.path(std::to_string(i)).c_str(), O_CREAT | O_WRONLY, 0644));
    ASSERT_TRUE(made);
  }
  const nlohmann::json root = json("/");
  EXPECT_EQ(root["entries"].size(), listed_names_max);
  EXPECT_EQ(root["complete"], false);
  EXPECT_NE(content(list("/", "text/html")).find("There is more"), std::string::npos);
}

TEST_F(ListingTest, LongNamesAreBoundedByTheirBytes) {
  for (int i = 0; i < 3000; ++i) folder_.write(std::string(240, 'x') + std::to_string(i), "");
  const nlohmann::json root = json("/");
  EXPECT_LT(root["entries"].size() * 240, listed_bytes_max);
  EXPECT_GT(root["entries"].size() * 250, listed_bytes_max);
  EXPECT_EQ(root["complete"], false);
}

TEST_F(ListingTest, HasTheFormThatIsAskedFor) {
  folder_.write("a", "a");
  const std::string html = "text/html; charset=utf-8";
  for (const auto& [accepted, type] : std::vector<std::pair<std::string, std::string>>{
           {"text/html,application/xhtml+xml,*/*;q=0.8", html},
           {"*/*", html},
           {"image/png", html},
           {"application/json", "application/json"},
           {"application/json, */*", "application/json"},
           {"application/json;q=0.5, text/html", html},
           {"application/json;q=0, */*", html}}) {
    const Response response = list("/", accepted);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(field(response, HeaderId::content_type), type) << accepted;
    EXPECT_EQ(field(response, HeaderId::vary), "Accept");
  }
  EXPECT_TRUE(std::holds_alternative<std::monostate>(list("/", "*/*", Method::HEAD).body));
}

TEST_F(ListingTest, IsOfFoldersWithoutAnIndexThatArePublic) {
  folder_.write("with/index.html", "index");
  folder_.write(".git/config", "secret");
  folder_.write("sub/a", "a");
  EXPECT_EQ(content(get("/with/")), "index");
  EXPECT_EQ(status("/sub"), 308);
  for (const char* path : {"/.git/", "/none/", "//", "/sub//", "/sub/a/", "/../"}) {
    EXPECT_EQ(status(path), 404) << path;
  }
  handler_ = *FilesHandler::make(folder_.path());
  EXPECT_EQ(status("/sub/"), 404);
}

}  // namespace
}  // namespace coachwhip::handlers::files
