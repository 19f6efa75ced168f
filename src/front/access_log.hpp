// AccessLog: a line for every request, as the combined format or JSON, written in portions.
#pragma once

#include <string>

#include "base/unique_fd.hpp"
#include "config/config.hpp"
#include "http/observer.hpp"
#include "loop/loop.hpp"

namespace coachwhip::front {

// One per loop. Lines are gathered and leave at the end of a loop's turn, or when 64 KiB are there;
// each write holds whole lines only, so that several loops and processes can share a file.
class AccessLog final : public http::Observer, public loop::TurnHook {
 public:
  // `file` is borrowed and outlives the log.
  AccessLog(loop::Loop& loop, int file, config::AccessLogFormat format);
  ~AccessLog();

  void on_exchange(const http::Request& request, const http::Exchanged& exchanged) override;

  bool collect() override { return false; }
  Duration before_sleep() override;
  void after_sleep() override {}

 private:
  void append_combined(const http::Request& request, const http::Exchanged& exchanged);
  void append_json(const http::Request& request, const http::Exchanged& exchanged);
  void write_out();

  loop::Loop& loop_;
  int file_;
  config::AccessLogFormat format_;
  std::string lines_;
};

// Standard output or the file, opened for appending; nothing if the log is off.
Result<UniqueFd> open_access_log(const config::AccessLog& access_log);

}  // namespace coachwhip::front
