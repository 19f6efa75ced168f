// Site: the tree of handlers that a configuration asks for, for one loop.
#pragma once

#include <memory>
#include <vector>

#include "compress/compressor.hpp"
#include "exchange/lane.hpp"
#include "front/front.hpp"
#include "http/handler.hpp"

namespace coachwhip::front {

struct Site {
  std::vector<std::unique_ptr<exchange::Lane>> lanes;  // one per application; outlive the tree
  std::unique_ptr<http::Handler> root;
};

// `lane` is the number of the loop's thread. The compressor, or nullptr, and the loop outlive the
// site.
Result<Site> build_site(const Setup& setup, std::size_t lane, loop::Loop& loop,
                        compress::Compressor* compressor);

}  // namespace coachwhip::front
