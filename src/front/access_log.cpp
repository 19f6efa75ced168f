#include "front/access_log.hpp"

#include <array>
#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <nlohmann/json.hpp>

#include "base/log.hpp"

namespace coachwhip::front {
namespace {

constexpr std::size_t portion = 64 * 1024;

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

std::string request_line(const http::Request& request) {
  std::string line(request.method_text);
  line.append(" ").append(request.target).append(" HTTP/1.");
  line += static_cast<char>('0' + request.minor_version);
  return line;
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

AccessLog::AccessLog(loop::Loop& loop, int file, config::AccessLogFormat format)
    : loop_(loop), file_(file), format_(format) {
  loop_.add_hook(*this);
}

AccessLog::~AccessLog() {
  write_out();
  loop_.remove_hook(*this);
}

void AccessLog::on_exchange(const http::Request& request, const http::Exchanged& exchanged) {
  if (format_ == config::AccessLogFormat::json) {
    append_json(request, exchanged);
  } else {
    append_combined(request, exchanged);
  }
  if (lines_.size() >= portion) write_out();
}

void AccessLog::append_combined(const http::Request& request, const http::Exchanged& exchanged) {
  lines_ += request.endpoints.peer_host;
  lines_ += " - - [" + format_time(loop_.wall_now(), "%d/%b/%Y:%H:%M:%S +0000") + "] ";
  append_quoted(lines_, request_line(request));
  lines_ += ' ' + std::to_string(exchanged.status) + ' ' + std::to_string(exchanged.body_bytes) +
            ' ';
  append_quoted(lines_, request.headers.find(http::HeaderId::referer).value_or("-"));
  lines_ += ' ';
  append_quoted(lines_, request.headers.find(http::HeaderId::user_agent).value_or("-"));
  lines_ += '\n';
}

void AccessLog::append_json(const http::Request& request, const http::Exchanged& exchanged) {
  nlohmann::ordered_json line;
  line["time"] = format_time(loop_.wall_now(), "%Y-%m-%dT%H:%M:%SZ");
  line["request_id"] = http::format_request_id(request.id);
  line["client"] = request.endpoints.peer_host;
  line["method"] = request.method_text;
  line["host"] = request.host;
  line["target"] = request.target;
  line["version"] = request.minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1";
  line["status"] = exchanged.status;
  line["bytes"] = exchanged.body_bytes;
  line["duration_us"] = microseconds(exchanged.duration);
  line["complete"] = exchanged.complete;
  line["referer"] = request.headers.find(http::HeaderId::referer).value_or("");
  line["user_agent"] = request.headers.find(http::HeaderId::user_agent).value_or("");
  lines_ += line.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + '\n';
}

Duration AccessLog::before_sleep() {
  if (!lines_.empty()) write_out();
  return forever;
}

void AccessLog::write_out() {
  Bytes rest = lines_;
  while (!rest.empty()) {
    const ssize_t written = ::write(file_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      log::error("the access log cannot be written: lines are lost");
      break;
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  lines_.clear();
}

}  // namespace coachwhip::front
