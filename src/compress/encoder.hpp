// Encoder: turns content into a content coding (RFC 9110 section 8.4.1), piece by piece.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "http/accept_encoding.hpp"

namespace coachwhip::compress {

// How much processor time a byte is worth.
enum class Effort : std::uint8_t {
  quick,     // a client waits, and so does everybody else of its loop
  thorough,  // once, for all who ask for the same
};

struct EncoderOptions {
  Effort effort = Effort::quick;
  std::optional<std::uint64_t> size;  // of the whole content, if it is known: saves memory
};

class Encoder {
 public:
  enum class Then : std::uint8_t {
    go_on,   // keep back what more content may help to say shorter
    flush,   // give out all: what is there by now decodes to all the content so far
    finish,  // the content is complete
  };

  // `coding` is not identity. Throws std::bad_alloc.
  static std::unique_ptr<Encoder> make(http::ContentCoding coding, const EncoderOptions& options);
  virtual ~Encoder() = default;

  // Appends to `out` what is there of the encoded form; nothing more after `finish`. Content is not
  // kept and may be empty. A quick encoder holds at most two megabytes, a thorough one some more.
  virtual void encode(Bytes content, Then then, std::string& out) = 0;
};

// All at once.
std::string encode_whole(http::ContentCoding coding, Effort effort, Bytes content);

}  // namespace coachwhip::compress
