#include "compress/compressing_handler.hpp"

#include <string>
#include <variant>

#include "compress/compressor.hpp"
#include "compress/encoded_body.hpp"
#include "compress/encoder.hpp"
#include "compress/file_body.hpp"
#include "compress/rules.hpp"
#include "http/accept_encoding.hpp"

namespace coachwhip::compress {
namespace {

using http::ContentCoding;
using http::HeaderId;
using http::Response;

// That of a source that still comes, and of an answer to HEAD, may be unknown.
std::optional<std::uint64_t> length_of(const Response& response, http::Method method) {
  if (response.content_length || method == http::Method::HEAD) return response.content_length;
  return http::length(response.body);
}

// Could another Accept-Encoding get another answer?
bool depends_on_coding(const Response& response, http::Method method) {
  if (response.is_plain_error || response.status == http::status::partial_content) return false;
  if (http::never_has_content(response.status)) return false;
  const auto length = length_of(response, method);
  return (!length || *length >= content_bytes_min) && may_encode(response.headers);
}

bool lists(Bytes vary, Bytes name) {
  bool is_there = false;
  http::for_each_member(vary, [&](Bytes member) {
    is_there = member == "*" || equal_ignoring_case(member, name);
    return !is_there;
  });
  return is_there;
}

void ensure_vary(http::Headers& headers) {
  constexpr Bytes name = "Accept-Encoding";
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const http::Field field = headers[i];
    if (field.id == HeaderId::vary && lists(field.value, name)) return;
  }
  headers.add(HeaderId::vary, name);
}

void weaken_etag(http::Headers& headers) {
  const auto etag = headers.find(HeaderId::etag);
  if (!etag || etag->starts_with("W/")) return;
  headers.set(HeaderId::etag, "W/" + std::string(*etag));
}

// Of a body that is there whole.
std::optional<Bytes> whole(const http::Body& body) {
  if (const auto* text = std::get_if<std::string>(&body)) return Bytes(*text);
  if (const auto* lease = std::get_if<http::Lease>(&body)) return lease->bytes();
  return std::nullopt;
}

}  // namespace

Task<Response> CompressingHandler::handle(http::Request& request) {
  Response response = co_await next_->handle(request);
  const bool is_not_modified = response.status == http::status::not_modified;
  if (!is_not_modified && !depends_on_coding(response, request.method)) co_return response;
  ensure_vary(response.headers);
  if (!is_not_modified && !is_affordable(response)) co_return response;
  const http::AcceptedCodings accepted(request.headers);
  const ContentCoding coding = accepted.choose([](ContentCoding) { return true; });
  if (coding == ContentCoding::identity) co_return response;
  // A 304 names what a client has by the tag that it was given. Whether GET would become shorter
  // than it is, nobody knows who does not know its length.
  const bool is_unknown = request.method == http::Method::HEAD && !response.content_length;
  if (is_not_modified || is_unknown) {
    weaken_etag(response.headers);
  } else {
    encode(response, coding);
  }
  co_return response;
}

// A file that is sent from its descriptor costs nothing but that, however slow its client is; an
// encoder is memory for each, and work for all of the file at once.
bool CompressingHandler::is_affordable(const Response& response) const {
  const auto* const range = std::get_if<http::FileRange>(&response.body);
  if (range != nullptr && range->count > Compressor::content_bytes_max) return false;
  return whole(response.body) || streams_ < streams_max;
}

void CompressingHandler::encode(Response& response, ContentCoding coding) {
  if (const auto content = whole(response.body)) {
    std::string encoded = encode_whole(coding, Effort::quick, *content);
    if (encoded.size() >= content->size()) return;
    response.body = std::move(encoded);
  } else if (auto* const range = std::get_if<http::FileRange>(&response.body)) {
    auto file = std::make_unique<FileBody>(std::move(*range));
    response.body = std::make_unique<EncodedBody>(std::move(file), coding, loop_, streams_);
  } else if (auto* const source = std::get_if<std::unique_ptr<http::BodySource>>(&response.body)) {
    response.body = std::make_unique<EncodedBody>(std::move(*source), coding, loop_, streams_);
  }
  response.content_length.reset();
  weaken_etag(response.headers);
  response.headers.remove(HeaderId::accept_ranges);
  response.headers.add(HeaderId::content_encoding, http::name(coding));
}

}  // namespace coachwhip::compress
