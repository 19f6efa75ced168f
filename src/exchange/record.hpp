// Records: a request's head and an answer's head as flat bytes in a slot. Numbers and lengths,
// never pointers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "http/headers.hpp"
#include "http/request.hpp"

namespace coachwhip::exchange {

// A request's head as the worker reads it, in place: views into the slot, valid until the answer is
// finished.
struct RequestView {
  http::Method method = http::Method::GET;
  std::uint8_t minor_version = 1;
  bool is_tls = false;
  std::uint16_t peer_port = 0;
  std::uint16_t server_port = 0;
  std::uint64_t id = 0;
  // The length of the body: known from Content-Length, or because the front has collected a chunked
  // body whole. nullopt: a chunked body that is still coming.
  std::optional<std::uint64_t> content_length;
  std::uint32_t mount_size = 0;  // of `path`: SCRIPT_NAME, with what a proxy took off before it
  Bytes method_text;
  Bytes target;
  Bytes path;  // decoded
  Bytes query;
  Bytes peer_host;
  Bytes server_host;
  Bytes header_block;  // the fields as they came; equal blocks have equal `places`
  std::span<const http::Headers::Place> places;  // fields: offsets into header_block

  http::Field field(std::size_t index) const {
    const auto& place = places[index];
    return {header_block.substr(place.name_begin, place.name_size),
            header_block.substr(place.value_begin, place.value_size), place.id};
  }
};

// Writes the head of a request. Error (limit): it does not fit.
Result<std::size_t> write_request(std::span<char> into, const http::Request& request,
                                  std::optional<std::uint64_t> content_length);
// For workers, which trust the front: reads what write_request wrote.
RequestView read_request(Bytes record);

enum class ReplyKind : std::uint8_t {
  bytes,  // the body flows through the reply ring
  file,   // the body is a range of the file whose descriptor was passed; nothing flows
};

// An answer's head as the worker states it.
struct ReplyHead {
  std::uint16_t status = 200;
  ReplyKind kind = ReplyKind::bytes;
  // The application's declared length, or the computed one; nullopt: unknown, it ends with the
  // flow.
  std::optional<std::uint64_t> content_length = std::nullopt;
  std::uint64_t file_offset = 0;
  std::uint64_t file_count = 0;
  Bytes reason = {};        // without the code; may be empty
  Bytes header_block = {};  // "Name: value\r\n" each, without framing fields
};

// `hints_end` is where the body begins in the ring: interim answers lie before it. Error (limit):
// it does not fit.
Result<std::size_t> write_reply(std::span<char> into, const ReplyHead& head,
                                std::uint64_t hints_end = 0);

// An answer's head as the front takes it: copied and checked.
struct Reply {
  std::uint16_t status = 200;
  ReplyKind kind = ReplyKind::bytes;
  std::optional<std::uint64_t> content_length;
  std::uint64_t file_offset = 0;
  std::uint64_t file_count = 0;
  std::uint64_t hints_end = 0;  // position of the body in the ring
  std::string reason;
  http::Headers headers;
  bool close_after = false;  // the application said Connection: close
};

// For the front: `record` may hold anything and may change while it is read, so it is copied first.
// Fields that belong to the connection (Connection, Keep-Alive, Transfer-Encoding, Upgrade, …) are
// left out. Error (bad_input): what is wrong.
Result<Reply> read_reply(Bytes record);
// The same for the fields of an interim answer; `block` is a copy already.
Result<http::Headers> read_hints(Bytes block);

// read_reply() with a memory: applications answer with the same head over and over, and a head that
// is equal to the last good one needs no second check.
class ReplyReader {
 public:
  // Valid until the next call.
  Result<const Reply*> read(Bytes record);

 private:
  std::string last_record_;
  Reply last_;
};

}  // namespace coachwhip::exchange
