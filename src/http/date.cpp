#include "http/date.hpp"

#include <array>
#include <span>

#include "http/characters.hpp"

namespace coachwhip::http {
namespace {

using std::chrono::floor;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

constexpr std::array<Bytes, 7> day_names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<Bytes, 7> long_day_names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                              "Thursday", "Friday", "Saturday"};
constexpr std::array<Bytes, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void put_number(char* at, unsigned number, int width) {
  for (char* digit = at + width; digit != at; number /= 10) {
    *--digit = static_cast<char>('0' + number % 10);
  }
}

void put_text(char* at, Bytes text) { std::copy(text.begin(), text.end(), at); }

// Reads a date from left to right; once something is wrong it stays wrong.
class Scanner {
 public:
  explicit Scanner(Bytes text) : rest_(text) {}

  void literal(Bytes text) { drop(rest_.starts_with(text), text.size()); }
  unsigned number(std::size_t width) {
    const Bytes text = rest_.substr(0, width);
    if (!drop(text.size() == width && digits.has_all(text), width)) return 0;
    unsigned value = 0;
    for (const char c : text) value = value * 10 + static_cast<unsigned>(c - '0');
    return value;
  }
  // The index of the name that comes next.
  unsigned name(std::span<const Bytes> names) {
    for (unsigned i = 0; i < names.size(); ++i) {
      if (rest_.starts_with(names[i])) {
        rest_.remove_prefix(names[i].size());
        return i;
      }
    }
    is_right_ = false;
    return 0;
  }
  bool next_is(char c) const { return rest_.starts_with(c); }
  bool is_done() const { return is_right_ && rest_.empty(); }

 private:
  bool drop(bool is_right, std::size_t count) {
    is_right_ = is_right_ && is_right;
    if (is_right_) rest_.remove_prefix(count);
    return is_right_;
  }

  Bytes rest_;
  bool is_right_ = true;
};

struct Moment {
  unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

void scan_time(Scanner& scanner, Moment& moment) {
  moment.hour = scanner.number(2);
  scanner.literal(":");
  moment.minute = scanner.number(2);
  scanner.literal(":");
  moment.second = scanner.number(2);
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
bool scan_fixdate(Scanner scanner, Moment& moment) {
  scanner.name(day_names);
  scanner.literal(", ");
  moment.day = scanner.number(2);
  scanner.literal(" ");
  moment.month = scanner.name(month_names) + 1;
  scanner.literal(" ");
  moment.year = scanner.number(4);
  scanner.literal(" ");
  scan_time(scanner, moment);
  scanner.literal(" GMT");
  return scanner.is_done();
}

unsigned current_year() {
  const std::chrono::year_month_day today(floor<std::chrono::days>(WallClock::now()));
  return static_cast<unsigned>(static_cast<int>(today.year()));
}

// "Sunday, 06-Nov-94 08:49:37 GMT"; a year that seems more than 50 years ahead is one of the past.
bool scan_rfc850(Scanner scanner, Moment& moment) {
  scanner.name(long_day_names);
  scanner.literal(", ");
  moment.day = scanner.number(2);
  scanner.literal("-");
  moment.month = scanner.name(month_names) + 1;
  scanner.literal("-");
  const unsigned short_year = scanner.number(2);
  scanner.literal(" ");
  scan_time(scanner, moment);
  scanner.literal(" GMT");
  const unsigned now = current_year();
  moment.year = now - now % 100 + short_year;
  if (moment.year > now + 50) moment.year -= 100;
  return scanner.is_done();
}

// "Sun Nov  6 08:49:37 1994"
bool scan_asctime(Scanner scanner, Moment& moment) {
  scanner.name(day_names);
  scanner.literal(" ");
  moment.month = scanner.name(month_names) + 1;
  scanner.literal(" ");
  const bool is_padded = scanner.next_is(' ');
  if (is_padded) scanner.literal(" ");
  moment.day = scanner.number(is_padded ? 1 : 2);
  scanner.literal(" ");
  scan_time(scanner, moment);
  scanner.literal(" ");
  moment.year = scanner.number(4);
  return scanner.is_done();
}

std::optional<WallTime> to_wall_time(const Moment& moment) {
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(moment.year)),
                                         std::chrono::month(moment.month),
                                         std::chrono::day(moment.day));
  // The 60th second is a leap second.
  if (!date.ok() || moment.hour > 23 || moment.minute > 59 || moment.second > 60) {
    return std::nullopt;
  }
  const sys_seconds time = sys_days(date) + std::chrono::hours(moment.hour) +
                           std::chrono::minutes(moment.minute) + seconds(moment.second);
  // The wall clock counts nanoseconds and reaches from 1677 to 2262; dates beyond are moved to its
  // ends.
  return std::clamp(time, std::chrono::ceil<seconds>(WallTime::min()),
                    floor<seconds>(WallTime::max()));
}

}  // namespace

std::string format_date(WallTime time) {
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(floor<seconds>(time) - day);

  std::string text = "Sun, 00 Nov 0000 00:00:00 GMT";
  put_text(&text[0], day_names[std::chrono::weekday(day).c_encoding()]);
  put_number(&text[5], static_cast<unsigned>(date.day()), 2);
  put_text(&text[8], month_names[static_cast<unsigned>(date.month()) - 1]);
  put_number(&text[12], static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put_number(&text[17], static_cast<unsigned>(clock.hours().count()), 2);
  put_number(&text[20], static_cast<unsigned>(clock.minutes().count()), 2);
  put_number(&text[23], static_cast<unsigned>(clock.seconds().count()), 2);
  return text;
}

std::optional<WallTime> parse_date(Bytes text) {
  const Scanner scanner(text);
  Moment moment;
  if (scan_fixdate(scanner, moment) || scan_rfc850(scanner, moment) ||
      scan_asctime(scanner, moment)) {
    return to_wall_time(moment);
  }
  return std::nullopt;
}

Bytes DateCache::date(WallTime now) {
  const std::int64_t second = floor<seconds>(now).time_since_epoch().count();
  if (second != second_ || text_.empty()) {
    text_ = format_date(now);
    second_ = second;
  }
  return text_;
}

}  // namespace coachwhip::http
