// Bodies: the content of a message, as a value or as a source that is pulled.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "task/task.hpp"

namespace coachwhip::http {

// Content that comes in portions. Not pulling is the back-pressure.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // The next portion; empty at the end. Valid until the next read() or the end of the source.
  virtual Task<Result<Bytes>> read() = 0;
  // The length when it is known beforehand.
  virtual std::optional<std::uint64_t> length() const = 0;
  // Bytes that read() would give at once, without waiting: lets a writer gather before it writes.
  // Empty if there are none at the moment.
  virtual Bytes ready() { return {}; }
};

// Bytes that somebody else keeps until the lease ends.
class Lease {
 public:
  class Owner {
   public:
    virtual void end_lease(std::uint64_t token) = 0;

   protected:
    ~Owner() = default;
  };

  Lease(Bytes bytes, Owner& owner, std::uint64_t token)
      : bytes_(bytes), owner_(&owner), token_(token) {}
  Lease(Lease&& other) noexcept
      : bytes_(other.bytes_), owner_(std::exchange(other.owner_, nullptr)), token_(other.token_) {}
  Lease& operator=(Lease&& other) noexcept {
    end();
    bytes_ = other.bytes_;
    owner_ = std::exchange(other.owner_, nullptr);
    token_ = other.token_;
    return *this;
  }
  ~Lease() { end(); }

  Bytes bytes() const { return bytes_; }

 private:
  void end() {
    if (owner_ != nullptr) std::exchange(owner_, nullptr)->end_lease(token_);
  }

  Bytes bytes_;
  Owner* owner_;
  std::uint64_t token_;
};

// A part of an open file, for sendfile. The owner keeps the descriptor open.
struct FileRange {
  int file = -1;
  std::uint64_t offset = 0;
  std::uint64_t count = 0;
  std::shared_ptr<const void> owner;
};

using Body = std::variant<std::monostate, std::string, Lease, FileRange,
                          std::unique_ptr<BodySource>>;

// nullopt: a source that does not know.
std::optional<std::uint64_t> length(const Body& body);

// The source of a message without content.
class EmptyBody final : public BodySource {
 public:
  Task<Result<Bytes>> read() override { co_return Bytes{}; }
  std::optional<std::uint64_t> length() const override { return 0; }
};

}  // namespace coachwhip::http
