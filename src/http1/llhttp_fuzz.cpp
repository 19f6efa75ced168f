// Any bytes: our reader and llhttp find the same requests in them. Where they differ, a rule below
// says why. A difference without one may be a way to smuggle a request past one of two servers.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "http1/llhttp_reading.hpp"

using namespace coachwhip;
using http1::LlhttpReading;
using http1::Message;
using http1::Reading;
using http1::Refusal;

namespace {

// What we refuse and llhttp serves: it leaves much to the program that uses it.
struct Strictness {
  Refusal refusal;
  const char* reason;
};

constexpr std::array strictnesses{
    Strictness{Refusal::several_empty_lines, "RFC 9112 2.2: one may be skipped"},
    Strictness{Refusal::bad_request_line, "RFC 9112 3: three parts, a blank between"},
    Strictness{Refusal::bad_version, "RFC 9112 2.3: RTSP and ICE are other protocols"},
    Strictness{Refusal::unsupported_version, "RFC 9110 15.6.6: 505"},
    Strictness{Refusal::bad_target, "RFC 9112 3.2: one of four forms"},
    Strictness{Refusal::bad_target_character, "RFC 9112 3.2: a fragment is no part of it"},
    Strictness{Refusal::https_target, "RFC 9110 7.4: MUST be rejected"},
    Strictness{Refusal::target_too_long, "RFC 9112 3: 414"},
    Strictness{Refusal::connect_method, "RFC 9110 9.3.6: an origin server need not tunnel"},
    Strictness{Refusal::missing_host, "RFC 9112 3.2: MUST be refused"},
    Strictness{Refusal::several_hosts, "RFC 9112 3.2: MUST be refused"},
    Strictness{Refusal::bad_host, "RFC 9112 3.2: MUST be refused"},
    Strictness{Refusal::two_hosts, "RFC 9112 3.2.2: else it is of two sites"},
    Strictness{Refusal::fields_too_large, "RFC 9110 5.4: 4xx"},
    Strictness{Refusal::too_many_fields, "RFC 9110 5.4: 4xx"},
    Strictness{Refusal::several_content_types, "RFC 9110 5.3: sent once"},
    Strictness{Refusal::unknown_expectation, "RFC 9110 10.1.1: 417"},
    Strictness{Refusal::unknown_transfer_coding, "RFC 9112 6.1: 501"},
    Strictness{Refusal::transfer_encoding_in_http10, "RFC 9112 6.1: faulty framing"},
    Strictness{Refusal::chunk_size_too_large, "RFC 9112 7.1: ought to be bounded, zeros too"},
    Strictness{Refusal::bad_chunk_extension, "RFC 9112 7.1.1: names are not empty"},
    Strictness{Refusal::chunk_extensions_too_large, "RFC 9112 7.1.1: ought to be bounded"},
    Strictness{Refusal::forbidden_trailer, "RFC 9110 6.5.1: framing has no place there"},
};

bool is_for(const Reading& reading, Refusal refusal) {
  return reading.refusal == http1::refuse(refusal).error().message;
}

std::string list(const Message& message, Bytes field_name) {
  std::string members;
  for (const auto& [name, value] : message.fields) {
    if (equal_ignoring_case(name, field_name)) members.append(value).append(",");
  }
  return members;
}

// RFC 9112 section 6.1: "chunked" is the last of the codings. Of others llhttp does not even read
// the names; we serve none.
bool has_other_codings(const Message& message) {
  return !equal_ignoring_case(list(message, "Transfer-Encoding"), "chunked,");
}

bool is_our_strictness(const Reading& ours, const Message& served, Bytes raw) {
  // RFC 9112 section 2.2: one CRLF may be skipped before the request line.
  const bool begins_with_line = raw.starts_with('\r') || raw.starts_with('\n');
  const bool is_http09 = served.minor_version == 9;  // RFC 9112 section 2.3
  if (is_for(ours, Refusal::bare_carriage_return)) return begins_with_line;
  if (is_for(ours, Refusal::bare_line_feed)) return begins_with_line || is_http09;
  if (is_for(ours, Refusal::bad_transfer_encoding)) return has_other_codings(served);
  return std::ranges::any_of(strictnesses,
                             [&](const Strictness& one) { return is_for(ours, one.refusal); });
}

// RFC 9110 section 9.1: any token may be a method. llhttp has a list.
bool has_method_of_its_own(const Message& message) {
  constexpr std::array known{
#define METHOD_NAME(number, name, text) std::string_view(#text),
      HTTP_METHOD_MAP(METHOD_NAME)
#undef METHOD_NAME
  };
  return std::ranges::find(known, message.method) == known.end();
}

// RFC 9110 section 2.5: a later minor version is read as the highest that is known.
bool has_later_version(Bytes raw) {
  const std::size_t at = raw.find(" HTTP/1.");
  return at + 8 < raw.size() && raw[at + 8] >= '2';
}

// RFC 9112 section 7.1.1: blanks may stand around ";" and "=".
bool has_blank_in_extension(Bytes raw) {
  const auto has = [raw](Bytes text) { return raw.find(text) != Bytes::npos; };
  return has(" ;") || has("\t;") || has("; ") || has(";\t") || has(" =") || has("\t=") ||
         has("= ") || has("=\t");
}

// What llhttp refuses and we serve.
bool is_their_strictness(const LlhttpReading& theirs, const Message& served, Bytes raw) {
  if (served.method == "PRI") return true;  // RFC 9113 section 3.4: it is HTTP/2's with "*" only
  switch (theirs.error) {
    case HPE_INVALID_METHOD:
    case HPE_INVALID_CONSTANT:
      return has_method_of_its_own(served);
    case HPE_INVALID_VERSION:
      return has_later_version(raw);
    case HPE_INVALID_TRANSFER_ENCODING:  // RFC 9110 section 5.5: HTAB around a value is dropped
      return !has_other_codings(served) && raw.find('\t') != Bytes::npos;
    case HPE_STRICT:
    case HPE_INVALID_CHUNK_SIZE:
      return has_blank_in_extension(raw);
    default:
      return false;
  }
}

// RFC 9112 section 9.3: "close" wins over "keep-alive". For llhttp it does so from HTTP/1.1 on.
bool is_closed_by_http10(const Message& message) {
  bool says_close = false;
  http::for_each_member(list(message, "Connection"), [&](Bytes option) {
    says_close = says_close || equal_ignoring_case(option, "close");
    return true;
  });
  return message.minor_version == 0 && says_close;
}

std::string describe(const Message& message) {
  std::string text = message.method + " <" + message.target + "> 1." +
                     std::to_string(message.minor_version) +
                     (message.keep_alive ? " goes on\n" : " closes\n");
  // RFC 9112 section 3.2.2: a host in the target is put in the place of the field.
  const bool is_absolute = !message.target.starts_with('/');
  for (const auto& [name, value] : message.fields) {
    if (is_absolute && equal_ignoring_case(name, "Host")) continue;
    text += name + ": <" + value + ">\n";
  }
  return text + "<" + message.content + "> ends at " + std::to_string(message.end) + "\n";
}

void check(bool is_right, const char* what, const Reading& ours, const Reading& theirs) {
  if (is_right) return;
  std::fprintf(stderr, "%s\n", what);
  for (const Reading* reading : {&ours, &theirs}) {
    std::fprintf(stderr, "---- %s\n", reading == &ours ? "ours" : "llhttp");
    for (const Message& message : reading->messages) {
      std::fprintf(stderr, "%s", describe(message).c_str());
    }
    std::fprintf(stderr, "then: %s\n", reading->refusal.c_str());
  }
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(reinterpret_cast<const char*>(data), size);
  const Reading ours = http1::read_requests(input, http::Limits{});
  LlhttpReading theirs = http1::LlhttpReader().read(input);
  const std::size_t common = std::min(ours.messages.size(), theirs.messages.size());
  std::size_t begin = 0;
  for (std::size_t i = 0; i < common; ++i) {
    const Message& message = ours.messages[i];
    if (is_closed_by_http10(message)) theirs.messages[i].keep_alive = false;
    check(describe(message) == describe(theirs.messages[i]), "they differ", ours, theirs);
    if (!message.keep_alive) return 0;
    begin = message.end;
  }
  if (theirs.messages.size() > common) {
    check(is_our_strictness(ours, theirs.messages[common], input.substr(begin)),
          "llhttp alone serves a message", ours, theirs);
  }
  if (ours.messages.size() > common) {
    const Message& served = ours.messages[common];
    check(is_their_strictness(theirs, served, input.substr(begin, served.end - begin)),
          "we alone serve a message", ours, theirs);
  }
  return 0;
}
