// Any Range of a file from memory or from the disk: what is sent are the bytes that its heads say,
// and never more than the file.
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include "base/assert.hpp"
#include "handlers/files/file_answer.hpp"

using namespace coachwhip;
using namespace coachwhip::handlers::files;

namespace {

constexpr std::array<std::size_t, 6> sizes{0, 1, 300, 5'000, 40'000, 200'000};
constexpr std::size_t in_memory_max = 8'000;

// Of each size a file, whose bytes tell where they stand.
struct Site {
  Site() {
    std::string path = "/tmp/byte_ranges_fuzz_XXXXXX";
    COACHWHIP_ASSERT(::mkdtemp(path.data()) != nullptr);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      while (contents[i].size() < sizes[i]) contents[i] += std::to_string(contents[i].size()) + ",";
      contents[i].resize(sizes[i]);
      std::ofstream(path + "/" + std::to_string(i)) << contents[i];
    }
    const Folder folder = *Folder::open(path);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      files[i] = *OpenFile::open(folder, std::to_string(i), http::ContentCoding::identity,
                                 in_memory_max);
    }
    std::filesystem::remove_all(path);
  }
  std::array<std::string, sizes.size()> contents;
  std::array<std::shared_ptr<OpenFile>, sizes.size()> files;
};

std::string read(http::Body& body) {
  if (const auto* lease = std::get_if<http::Lease>(&body)) return std::string(lease->bytes());
  if (const auto* range = std::get_if<http::FileRange>(&body)) {
    std::string text(range->count, '\0');
    const ssize_t count = ::pread(range->file, text.data(), text.size(),
                                  static_cast<off_t>(range->offset));
    COACHWHIP_ASSERT(count == static_cast<ssize_t>(text.size()));
    return text;
  }
  auto* const source = std::get_if<std::unique_ptr<http::BodySource>>(&body);
  COACHWHIP_ASSERT(source != nullptr);
  std::string text;
  for (;;) {
    Task<Result<Bytes>> reading = (*source)->read();
    reading.start();
    const Result<Bytes> piece = reading.take();
    COACHWHIP_ASSERT(piece);
    if (piece->empty()) break;
    text += *piece;
  }
  COACHWHIP_ASSERT(text.size() == (*source)->length());
  return text;
}

// Takes "bytes first-last/size" from the front, and what it says of the content.
Bytes named_by(Bytes content_range, Bytes whole) {
  constexpr Bytes unit = "bytes ";
  COACHWHIP_ASSERT(content_range.starts_with(unit));
  std::size_t first = 0;
  std::size_t last = 0;
  const char* const end = content_range.data() + content_range.size();
  auto parsed = std::from_chars(content_range.data() + unit.size(), end, first);
  COACHWHIP_ASSERT(parsed.ec == std::errc() && *parsed.ptr == '-');
  parsed = std::from_chars(parsed.ptr + 1, end, last);
  COACHWHIP_ASSERT(parsed.ec == std::errc() && *parsed.ptr == '/');
  COACHWHIP_ASSERT(first <= last && last < whole.size());
  return whole.substr(first, last - first + 1);
}

void check_parts(Bytes text, Bytes type, Bytes whole) {
  const std::string mark = "--" + std::string(type.substr(type.find('=') + 1));
  std::size_t parts = 0;
  for (; text.starts_with(mark + "\r\n"); ++parts) {
    constexpr Bytes field = "Content-Range: ";
    const std::size_t head_size = text.find("\r\n\r\n") + 4;
    const std::size_t begin = text.find(field) + field.size();
    COACHWHIP_ASSERT(begin < head_size);
    const Bytes expected = named_by(text.substr(begin), whole);
    COACHWHIP_ASSERT(text.substr(head_size).starts_with(expected));
    text.remove_prefix(head_size + expected.size());
    COACHWHIP_ASSERT(text.starts_with("\r\n"));
    text.remove_prefix(2);
  }
  COACHWHIP_ASSERT(parts > 1 && text == mark + "--\r\n");
}

}  // namespace

// The first byte chooses the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
  static Site site;
  if (length == 0) return 0;
  const std::size_t place = data[0] % sizes.size();
  const Bytes value(reinterpret_cast<const char*>(data) + 1, length - 1);
  if (!http::is_field_value(value)) return 0;
  http::Headers headers;
  headers.add(http::HeaderId::range, "bytes=" + std::string(value));
  http::EmptyBody none;
  const http::Endpoints endpoints;
  const http::Request request{.method_text = {},
                              .target = {},
                              .raw_path = {},
                              .query = {},
                              .path = {},
                              .host = {},
                              .headers = headers,
                              .body = none,
                              .endpoints = endpoints,
                              .began = {}};
  http::Response response = answer_with(*site.files[place], request);
  const Bytes whole = site.contents[place];
  if (response.status == 416) return 0;
  const std::string body = read(response.body);
  COACHWHIP_ASSERT(body.size() <= whole.size());
  if (response.status == 200) {
    COACHWHIP_ASSERT(body == whole);
    return 0;
  }
  COACHWHIP_ASSERT(response.status == 206);
  const auto one = response.headers.find(http::HeaderId::content_range);
  if (one) {
    COACHWHIP_ASSERT(body == named_by(*one, whole));
  } else {
    check_parts(body, *response.headers.find(http::HeaderId::content_type), whole);
  }
  return 0;
}
