#include "http/response.hpp"

namespace coachwhip::http {

Response make_error(Status status, std::string_view detail) {
  std::string text = std::to_string(status);
  if (const Bytes phrase = reason(status); !phrase.empty()) text.append(" ").append(phrase);
  text += '\n';
  if (!detail.empty()) text.append(detail).append("\n");

  Response response;
  response.status = status;
  response.is_plain_error = true;
  response.headers.add(HeaderId::content_type, "text/plain; charset=utf-8");
  response.body = std::move(text);
  return response;
}

Response make_unavailable(std::string_view detail) {
  Response response = make_error(status::service_unavailable, detail);
  response.headers.add("Retry-After", "1");
  return response;
}

Response make_redirect(std::string_view location) {
  Response response = make_error(status::permanent_redirect, location);
  response.headers.add(HeaderId::location, location);
  return response;
}

}  // namespace coachwhip::http
