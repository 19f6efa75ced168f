#include "http/body.hpp"

namespace coachwhip::http {
namespace {

struct LengthOf {
  using Length = std::optional<std::uint64_t>;

  Length operator()(std::monostate) const { return 0; }
  Length operator()(const std::string& text) const { return text.size(); }
  Length operator()(const Lease& lease) const { return lease.bytes().size(); }
  Length operator()(const FileRange& range) const { return range.count; }
  Length operator()(const std::unique_ptr<BodySource>& source) const { return source->length(); }
};

}  // namespace

std::optional<std::uint64_t> length(const Body& body) { return std::visit(LengthOf(), body); }

}  // namespace coachwhip::http
