#include "front/access_log.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <mutex>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/stat.h>
#include <utility>

#include "base/log.hpp"

namespace coachwhip::front {
namespace {

constexpr std::size_t portion = 64 * 1024;
constexpr std::size_t waiting_max = 4 << 20;
constexpr Duration retry_interval = std::chrono::milliseconds(20);

std::string format_time(WallTime time, const char* format) {
  const std::time_t seconds = WallClock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

// Quotes, backslashes, control and non-ASCII bytes as \xHH: no input can forge a line or a column.
void append_quoted(std::string& line, Bytes text) {
  static constexpr char digits[] = "0123456789abcdef";
  line += '"';
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet >= 0x7f || c == '"' || c == '\\') {
      line += "\\x";
      line += digits[octet >> 4];
      line += digits[octet & 15];
    } else {
      line += c;
    }
  }
  line += '"';
}

std::int64_t microseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

}  // namespace

Result<UniqueFd> open_access_log(const config::AccessLog& access_log) {
  if (access_log.destination == "off") return UniqueFd();
  if (access_log.destination == "stdout") return UniqueFd(::fcntl(1, F_DUPFD_CLOEXEC, 3));
  UniqueFd file(
      ::open(access_log.destination.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
  if (!file) return fail_errno("cannot open the access log " + access_log.destination, errno);
  return file;
}

// Of a request that was none, `text` is what came of it, and much is not known.
struct AccessLog::Line {
  const http::Endpoints& endpoints;
  std::string text;  // the request line
  http::Status status = 0;
  std::uint64_t bytes = 0;
  const http::Request* request = nullptr;
  Duration duration{};
  bool complete = true;
  std::string_view why = {};

  Bytes field(http::HeaderId id) const {
    return request == nullptr ? Bytes() : request->headers.find(id).value_or(Bytes());
  }
};

AccessLog::AccessLog(loop::Loop& loop, int file, config::AccessLogFormat format)
    : loop_(loop), file_(file), format_(format) {
  struct stat status{};
  is_pipe_ = ::fstat(file_, &status) == 0 && !S_ISREG(status.st_mode);
  loop_.add_hook(*this);
}

AccessLog::~AccessLog() {
  write_out();
  loop_.remove_hook(*this);
}

void AccessLog::on_exchange(const http::Request& request, const http::Exchanged& exchanged) {
  std::string text(request.method_text);
  text.append(" ").append(request.target);
  text.append(request.minor_version == 0 ? " HTTP/1.0" : " HTTP/1.1");
  append({.endpoints = request.endpoints,
          .text = std::move(text),
          .status = exchanged.status,
          .bytes = exchanged.body_bytes,
          .request = &request,
          .duration = exchanged.duration,
          .complete = exchanged.complete});
}

void AccessLog::on_refusal(const http::Refused& refused) {
  append({.endpoints = refused.endpoints,
          .text = std::string(refused.line),
          .status = refused.status,
          .bytes = refused.body_bytes,
          .why = refused.why});
}

void AccessLog::append(const Line& line) {
  if (lines_.size() >= waiting_max) {
    ++lost_;
    return;
  }
  if (format_ == config::AccessLogFormat::json) {
    append_json(line);
  } else {
    append_combined(line);
  }
  if (lines_.size() >= portion) write_out();
}

void AccessLog::append_combined(const Line& line) {
  const auto or_hyphen = [](Bytes text) { return text.empty() ? Bytes("-") : text; };
  lines_ += line.endpoints.peer_host;
  lines_ += " - - [" + format_time(loop_.wall_now(), "%d/%b/%Y:%H:%M:%S +0000") + "] ";
  append_quoted(lines_, or_hyphen(line.text));
  lines_ += ' ' + std::to_string(line.status) + ' ' + std::to_string(line.bytes) + ' ';
  append_quoted(lines_, or_hyphen(line.field(http::HeaderId::referer)));
  lines_ += ' ';
  append_quoted(lines_, or_hyphen(line.field(http::HeaderId::user_agent)));
  lines_ += '\n';
}

void AccessLog::append_json(const Line& line) {
  nlohmann::ordered_json row;
  row["time"] = format_time(loop_.wall_now(), "%Y-%m-%dT%H:%M:%SZ");
  if (const http::Request* const request = line.request) {
    row["request_id"] = http::format_request_id(request->id);
    row["client"] = line.endpoints.peer_host;
    row["method"] = request->method_text;
    row["host"] = request->host;
    row["target"] = request->target;
    row["version"] = request->minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1";
  } else {
    row["client"] = line.endpoints.peer_host;
    row["refused"] = line.why;
    row["line"] = line.text;
  }
  row["status"] = line.status;
  row["bytes"] = line.bytes;
  row["duration_us"] = microseconds(line.duration);
  row["complete"] = line.complete;
  row["referer"] = line.field(http::HeaderId::referer);
  row["user_agent"] = line.field(http::HeaderId::user_agent);
  lines_ += row.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + '\n';
}

Duration AccessLog::before_sleep() {
  if (!lines_.empty()) write_out();
  return lines_.empty() ? forever : retry_interval;
}

void AccessLog::write_out() {
  std::size_t done = 0;
  while (done < lines_.size()) {
    const std::size_t count = write_some(Bytes(lines_).substr(done));
    if (count == 0) break;
    done += count;
  }
  lines_.erase(0, done);
  if (done > 0 && lost_ > 0) {
    log::warning("the reader of the access log was too slow: " +
                 std::to_string(std::exchange(lost_, 0)) + " lines are lost");
  }
}

// Of a pipe only so much as fits for certain: a write would wait, and the descriptor, which others
// share, may not be made non-blocking. A portion ends with a line, so that the lines of several
// loops do not mix. Returns how much is done with; 0: no more now.
std::size_t AccessLog::write_some(Bytes lines) {
  static std::mutex one_writer;
  const std::lock_guard lock(one_writer);
  if (is_pipe_) {
    pollfd asked{.fd = file_, .events = POLLOUT, .revents = 0};
    if (::poll(&asked, 1, 0) != 1) return 0;
    lines = lines.substr(0, PIPE_BUF);
    if (const std::size_t end = lines.rfind('\n'); end != Bytes::npos) {
      lines = lines.substr(0, end + 1);
    }
  }
  const ssize_t written = ::write(file_, lines.data(), lines.size());
  if (written >= 0) {
    has_failed_ = false;
    return static_cast<std::size_t>(written);
  }
  if (errno == EINTR) return 0;
  if (!std::exchange(has_failed_, true)) {
    log::error(std::string("the access log cannot be written, lines are lost: ") +
               std::strerror(errno));
  }
  return lines.size();
}

}  // namespace coachwhip::front
