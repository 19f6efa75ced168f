// MessageRules: what the fields of one head say about the message itself: its host, the framing of
// its body (RFC 9112 section 6), whether the connection persists (section 9.3) and what the client
// expects.
#pragma once

#include "base/bytes.hpp"
#include "http1/refusal.hpp"
#include "http1/request_head.hpp"

namespace coachwhip::http1 {

class MessageRules {
 public:
  // Called with each field in order. The value is not kept. `head` has the version.
  Refusal take(http::HeaderId id, Bytes value, RequestHead& head);
  // Called after the last field: all that needs more than one of them.
  Refusal finish(RequestHead& head) const;

 private:
  Refusal take_host(Bytes value);
  Refusal take_content_length(Bytes value, RequestHead& head);
  Refusal take_transfer_encoding(Bytes value, const RequestHead& head);
  Refusal take_expect(Bytes value);
  void take_connection(Bytes value);

  bool has_host_ = false;
  bool has_content_length_ = false;
  bool has_content_type_ = false;
  bool is_chunked_ = false;  // the last coding is
  bool has_unknown_coding_ = false;
  bool expects_continue_ = false;
  bool asks_to_close_ = false;
  bool asks_to_keep_alive_ = false;
};

}  // namespace coachwhip::http1
