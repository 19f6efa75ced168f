#include "lab/test_site.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <string_view>

namespace coachwhip::lab {
namespace {

constexpr std::size_t small_bytes = 1024;
constexpr std::size_t page_bytes = std::size_t{51} * 1024;

constexpr std::string_view application = R"(import time
from urllib.parse import parse_qs


def app(environ, start_response):
    milliseconds = parse_qs(environ["QUERY_STRING"]).get("ms", ["100"])[0]
    time.sleep(float(milliseconds) / 1000)
    body = b"slept\n"
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]
)";

// Exactly `size` bytes of valid HTML.
std::string page(std::size_t size) {
  std::string text =
      "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>A page</title>\n<p>\n";
  constexpr std::string_view line = "The coachwhip is a long, fast snake that hunts by sight.\n";
  while (text.size() + line.size() <= size) text += line;
  text.resize(size - 1, '.');
  return text + '\n';
}

Result<void> write(const std::filesystem::path& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) return fail_errno("cannot write " + path.string(), errno);
  return {};
}

Result<void> fill(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directory(folder / "public", failure);
  if (failure) return fail_errno("cannot make " + folder.string() + "/public", failure.value());
  auto written = write(folder / "public/small.html", page(small_bytes));
  if (written) written = write(folder / "public/page.html", page(page_bytes));
  if (written) written = write(folder / "app.py", application);
  return written;
}

}  // namespace

Result<TestSite> TestSite::make() {
  std::error_code failure;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(failure);
  if (failure) {
    return fail(ErrorKind::io, failure.value(),
                "TMPDIR names no folder; set it to one that can be written to");
  }
  std::string folder = parent / "coachwhip-lab-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return fail_errno("cannot make " + folder, errno);
  TestSite site(std::move(folder));
  auto filled = fill(site.folder_);
  if (!filled) return pass(std::move(filled.error()));
  return site;
}

TestSite::TestSite(TestSite&& other) noexcept : folder_(std::move(other.folder_)) {
  other.folder_.clear();
}

TestSite::~TestSite() {
  if (folder_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::vector<std::string> TestSite::arguments() const {
  return {"./public", "--chdir", folder_, "--app-dir", folder_, "--mount", "/app=app:app"};
}

}  // namespace coachwhip::lab
