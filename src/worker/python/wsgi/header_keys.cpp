#include "worker/python/wsgi/header_keys.hpp"

#include <array>

#include "worker/python/text.hpp"

namespace coachwhip::python::wsgi {
namespace {

constexpr std::size_t names_max = 512;
constexpr std::size_t name_bytes_max = 64;

// What browsers, tools and proxies send. Each also in lower case, as many libraries write them.
constexpr std::array<Bytes, 34> usual_names{"Accept",
                                            "Accept-Charset",
                                            "Accept-Encoding",
                                            "Accept-Language",
                                            "Authorization",
                                            "Cache-Control",
                                            "Connection",
                                            "Content-Length",
                                            "Content-Type",
                                            "Cookie",
                                            "DNT",
                                            "Expect",
                                            "Forwarded",
                                            "Host",
                                            "If-Match",
                                            "If-Modified-Since",
                                            "If-None-Match",
                                            "Origin",
                                            "Pragma",
                                            "Priority",
                                            "Range",
                                            "Referer",
                                            "Sec-Fetch-Dest",
                                            "Sec-Fetch-Mode",
                                            "Sec-Fetch-Site",
                                            "Sec-Fetch-User",
                                            "Transfer-Encoding",
                                            "Upgrade-Insecure-Requests",
                                            "User-Agent",
                                            "Via",
                                            "X-Forwarded-For",
                                            "X-Forwarded-Proto",
                                            "X-Real-IP",
                                            "X-Requested-With"};

HeaderUse use_of(Bytes name) {
  // "Content_Length" would become the same key as "Content-Length".
  if (name.find('_') != Bytes::npos) return HeaderUse::dropped;
  // HTTP_PROXY names the proxy to be used by libraries in the process ("httpoxy").
  if (equal_ignoring_case(name, "Proxy")) return HeaderUse::dropped;
  if (equal_ignoring_case(name, "Cookie")) return HeaderUse::cookie;
  if (equal_ignoring_case(name, "Content-Type")) return HeaderUse::content_type;
  if (equal_ignoring_case(name, "Content-Length")) return HeaderUse::content_length;
  if (equal_ignoring_case(name, "Transfer-Encoding")) return HeaderUse::transfer_encoding;
  return HeaderUse::list;
}

// "HTTP_" and the name in capitals, with underscores for hyphens.
Ref make_key(Gil gil, Bytes name) {
  std::string key = "HTTP_";
  for (const char c : name) {
    const bool is_lower = c >= 'a' && c <= 'z';
    key += is_lower ? static_cast<char>(c - ('a' - 'A')) : c == '-' ? '_' : c;
  }
  PyObject* text = make_text(gil, key).release();
  if (text != nullptr) PyUnicode_InternInPlace(&text);
  return Ref::steal(text);
}

}  // namespace

HeaderKeys::HeaderKeys(Gil gil) {
  known_.reserve(2 * usual_names.size());
  for (const Bytes name : usual_names) {
    std::string lower(name);
    for (char& c : lower) c = to_lower(c);
    if (find(gil, name) == nullptr || find(gil, lower) == nullptr) PyErr_Clear();
  }
}

const HeaderKey* HeaderKeys::find(Gil gil, Bytes name) {
  const auto found = known_.find(name);
  if (found != known_.end()) return &found->second;
  HeaderKey made{{}, use_of(name)};
  if (made.use != HeaderUse::dropped) {
    made.key = make_key(gil, name);
    if (!made.key) return nullptr;
  }
  if (known_.size() < names_max && name.size() <= name_bytes_max) {
    return &known_.emplace(name, std::move(made)).first->second;
  }
  unknown_ = std::move(made);
  return &unknown_;
}

}  // namespace coachwhip::python::wsgi
