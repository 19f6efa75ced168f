#include "compress/encoded_content.hpp"

#include <algorithm>
#include <zlib.h>

namespace coachwhip::compress {
namespace {

// What the access log and the write timeout see of a slow client advances by so much.
constexpr std::size_t portion_bytes = std::size_t{128} * 1024;

class Portions final : public http::BodySource {
 public:
  Portions(std::shared_ptr<const EncodedContent> content, http::ByteRange range)
      : content_(std::move(content)),
        rest_(content_->bytes().substr(range.first, range.count)),
        length_(range.count) {}

  Task<Result<Bytes>> read() override {
    const Bytes portion = rest_.substr(0, portion_bytes);
    rest_.remove_prefix(portion.size());
    co_return portion;
  }
  std::optional<std::uint64_t> length() const override { return length_; }

 private:
  std::shared_ptr<const EncodedContent> content_;
  Bytes rest_;
  std::uint64_t length_;
};

std::uint32_t checksum_of(Bytes bytes) {
  const auto* const data = reinterpret_cast<const Bytef*>(bytes.data());
  return static_cast<std::uint32_t>(::crc32_z(0, data, bytes.size()));
}

}  // namespace

EncodedContent::EncodedContent(std::string bytes)
    : bytes_(std::move(bytes)), checksum_(checksum_of(bytes_)) {}

http::Body make_body(std::shared_ptr<const EncodedContent> content, http::ByteRange range) {
  return std::make_unique<Portions>(std::move(content), range);
}

}  // namespace coachwhip::compress
