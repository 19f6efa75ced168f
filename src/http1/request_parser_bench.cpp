// What the head of a browser's request costs, without I/O: a GET with twelve fields.
#include <benchmark/benchmark.h>
#include <string_view>

#include "base/assert.hpp"
#include "http1/request_parser.hpp"

namespace coachwhip::http1 {
namespace {

constexpr std::string_view browser_request =
    "GET /articles/2026/growing-a-server?page=2&sort=new HTTP/1.1\r\n"
    "Host: www.example.org\r\n"
    "Connection: keep-alive\r\n"
    "sec-ch-ua: \"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\"\r\n"
    "sec-ch-ua-mobile: ?0\r\n"
    "Upgrade-Insecure-Requests: 1\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;"
    "q=0.8\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
    "Referer: https://www.example.org/articles/\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n"
    "Cookie: session=Zk3v9QxT7cW1bN5mR8sL2pJ6; theme=dark\r\n"
    "\r\n";

void parse_browser_request(benchmark::State& state) {
  const http::Limits limits;
  RequestParser parser(limits);
  for (auto _ : state) {
    const auto size = parser.parse(browser_request);
    COACHWHIP_ASSERT(size && *size == browser_request.size());
    benchmark::DoNotOptimize(parser.head());
    parser.reset();
  }
}
BENCHMARK(parse_browser_request);

}  // namespace
}  // namespace coachwhip::http1
