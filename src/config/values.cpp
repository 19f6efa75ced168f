#include "config/values.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <unistd.h>

#include "config/target.hpp"
#include "exchange/layout.hpp"
#include "http/headers.hpp"

namespace coachwhip::config {
namespace {

namespace fs = std::filesystem;

// What the record of a request needs in the exchange beside what the limits bound.
constexpr std::uint64_t record_bytes_max = 1024;

// What a front has open beside its addresses, with some to spare for clients.
constexpr std::size_t other_descriptors = 64;

class Values {
 public:
  Values(Settings& settings, Config& config, Faults& faults)
      : settings_(settings), config_(config), faults_(faults) {}

  void store_numbers() {
    for (Key key = 0; key < options.size(); ++key) {
      const Option& option = options[key];
      if (option.store == nullptr) continue;
      const Value* const value = settings_.find(key);
      if (value == nullptr) continue;
      if (const auto number = parse_number(option, value->text)) {
        option.store(config_, *number);
      } else {
        refuse(key, *value, "'" + value->text + "' is not allowed; write " + allowed(option));
      }
    }
  }

  // What is accepted has to fit where applications read it. The path stands there as it was sent
  // and decoded.
  void check_room_for_head() {
    if (!config_.needs_python()) return;
    const http::Limits& limits = config_.limits;
    const std::uint64_t needed = 2 * std::uint64_t{limits.request_line_bytes_max} +
                                 limits.header_bytes_max +
                                 sizeof(http::Headers::Place) * limits.header_fields_max;
    constexpr std::uint64_t room = exchange::request_head_bytes - record_bytes_max;
    if (needed <= room) return;
    Key key = key_of("max-header-size");
    for (const Key other : {key_of("max-request-line"), key_of("max-header-fields")}) {
      if (settings_.find(key)->origin == "default") key = other;
    }
    refuse(key, *settings_.find(key),
           "with an application, 2 x max-request-line + max-header-size + " +
               std::to_string(sizeof(http::Headers::Place)) + " x max-header-fields is at most " +
               std::to_string(room) + " bytes, and here " + std::to_string(needed) +
               "; lower one of them");
  }

  void store_binds() {
    constexpr Key key = key_of("bind");
    for (Value& value : settings_.all(key)) {
      auto address = net::parse_bind_address(value.text);
      if (!address) {
        refuse(key, value, address.error().message);
        continue;
      }
      if (address->kind == net::BindAddress::Kind::unix_path && address->path.front() != '@') {
        address->path = absolute(address->path, value.folder).native();
        value.text = "unix:" + address->path;
      }
      const bool is_repeated = std::ranges::find(config_.binds, address->text,
                                                 &net::BindAddress::text) != config_.binds.end();
      if (is_repeated && !address->text.ends_with(":0")) {
        refuse(key, value, "'" + address->text + "' is written twice");
      }
      config_.binds.push_back(std::move(*address));
    }
  }

  // Each address has two descriptors at the start, and without one for a client it is of no use.
  void check_room_for_clients() {
    const std::size_t most = config_.model->descriptors_max;
    if (most == 0 || 2 * config_.binds.size() + other_descriptors <= most) return;
    constexpr Key key = key_of("model");
    const Value& value = *settings_.find(key);
    refuse(key, value,
           "the model '" + value.text + "' can watch " + std::to_string(most) +
               " descriptors, too few for clients beside " + std::to_string(config_.binds.size()) +
               " addresses; choose another, the nearest is poll");
  }

  void store_env() {
    constexpr Key key = key_of("env");
    for (const Value& value : settings_.all(key)) {
      const std::size_t equals = value.text.find('=');
      if (equals == std::string::npos || equals == 0) {
        refuse(key, value, "'" + value.text + "' is not allowed; write NAME=value");
        continue;
      }
      config_.env.emplace_back(value.text.substr(0, equals), value.text.substr(equals + 1));
    }
  }

  void store_trusted_proxies() {
    constexpr Key key = key_of("trusted-proxies");
    for (const Value& value : settings_.all(key)) {
      http::for_each_member(value.text, [&](Bytes member) {
        if (config_.trusted_proxies.add(member)) return true;
        refuse(key, value,
               "'" + std::string(member) +
                   "' is not allowed; write an address, a network as in 10.0.0.0/8 (no bit set "
                   "behind the prefix), or unix");
        return false;
      });
    }
  }

  void store_proxy_protocol() {
    constexpr Key key = key_of("proxy-protocol");
    const Value& value = *settings_.find(key);
    constexpr std::array<std::string_view, 4> names{"off", "v1", "v2", "any"};
    const auto* const found = std::ranges::find(names, value.text);
    if (found == names.end()) {
      return refuse(key, value, "'" + value.text + "' is not allowed; write off, v1, v2 or any");
    }
    config_.proxy_protocol = static_cast<net::ProxyProtocol>(found - names.begin());
  }

  void store_compress() {
    constexpr Key key = key_of("compress");
    const Value& value = *settings_.find(key);
    constexpr std::array<std::string_view, 3> names{"off", "files", "all"};
    const auto* const found = std::ranges::find(names, value.text);
    if (found == names.end()) {
      return refuse(key, value, "'" + value.text + "' is not allowed; write off, files or all");
    }
    config_.compress = static_cast<Compress>(found - names.begin());
  }

  void store_model() {
    constexpr Key key = key_of("model");
    const Value& value = *settings_.find(key);
    const models::Model* const model = models::find(value.text);
    if (model == nullptr) {
      return refuse(key, value,
                    "'" + value.text + "' is not a model; write one of " + models::names());
    }
    config_.model = model;
    if (const auto poller = model->make_poller(); !poller) {
      refuse(key, value,
             "this system refuses the model '" + value.text + "': " + poller.error().message +
                 "; choose another, the nearest is epoll-et");
    }
    if (config_.front_threads > 1 && model->seats == models::Seats::one) {
      constexpr Key threads = key_of("front-threads");
      refuse(threads, *settings_.find(threads),
             "the model '" + value.text + "' has one thread; write 1, or choose --model coroutine");
    }
  }

  void store_log_level() {
    constexpr Key key = key_of("log-level");
    const Value& value = *settings_.find(key);
    if (const auto level = log::parse_level(value.text)) {
      config_.log_level = *level;
    } else {
      refuse(key, value, level.error().message);
    }
  }

  void store_access_log_format() {
    constexpr Key key = key_of("access-log-format");
    const Value& value = *settings_.find(key);
    if (value.text == "json") {
      config_.access_log.format = AccessLogFormat::json;
    } else if (value.text != "combined") {
      refuse(key, value, "'" + value.text + "' is not allowed; write combined or json");
    }
  }

  void store_access_log() {
    constexpr Key key = key_of("access-log");
    Value& value = *settings_.find(key);
    if (value.text != "off" && value.text != "stdout") {
      // A mere word is more likely a mistake than the name of a file.
      if (value.text.find_first_of("./") == std::string::npos) {
        return refuse(key, value,
                      "'" + value.text + "' is not allowed; write off, stdout or ./FILE");
      }
      value.text = absolute(value.text, value.folder).native();
      if (const auto writable = check_writable(value.text); !writable) {
        return refuse(key, value, writable.error().message);
      }
    }
    config_.access_log.destination = value.text;
  }

 private:
  static Result<void> check_writable(const fs::path& file) {
    std::error_code ignored;
    const bool is_folder = fs::is_directory(file, ignored);
    const fs::path written = fs::exists(file, ignored) ? file : file.parent_path();
    if (!is_folder && ::access(written.c_str(), W_OK) == 0) return {};
    return fail(ErrorKind::bad_input, 0,
                "cannot write '" + file.native() +
                    "': " + (is_folder ? "it is a folder" : std::strerror(errno)) +
                    "; name a file in a folder that exists and may be written");
  }

  void refuse(Key key, const Value& value, std::string_view why) {
    faults_.push_back(fault(key, value, why));
  }

  Settings& settings_;
  Config& config_;
  Faults& faults_;
};

}  // namespace

void store_values(Settings& settings, Config& config, Faults& faults) {
  Values values(settings, config, faults);
  values.store_numbers();
  values.check_room_for_head();
  values.store_model();
  values.store_binds();
  values.check_room_for_clients();
  values.store_env();
  values.store_trusted_proxies();
  values.store_proxy_protocol();
  values.store_compress();
  values.store_log_level();
  values.store_access_log_format();
  values.store_access_log();
}

}  // namespace coachwhip::config
