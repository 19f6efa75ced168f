// AccessLog: a line for every request, as the combined format or JSON, written in portions.
//
// The log never holds the server up: while a pipe's reader is slow, lines wait in memory, and when
// too many wait, further ones are lost; how many were is said when there is room again.
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
  void on_refusal(const http::Refused& refused) override;

  bool collect() override { return false; }
  Duration before_sleep() override;
  void after_sleep() override {}

 private:
  // The parts of a line, for a request and for what was none.
  struct Line;
  void append(const Line& line);
  void append_combined(const Line& line);
  void append_json(const Line& line);
  std::size_t write_some(Bytes lines);
  void write_out();

  loop::Loop& loop_;
  int file_;
  config::AccessLogFormat format_;
  bool is_pipe_;
  std::string lines_;
  std::size_t lost_ = 0;     // lines, since something could be written
  bool has_failed_ = false;  // which was said
};

// Standard output or the file, opened for appending; nothing if the log is off.
Result<UniqueFd> open_access_log(const config::AccessLog& access_log);

}  // namespace coachwhip::front
