// Config: everything that an operator can say, validated. Built once, then immutable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "handlers/files/cache_control.hpp"
#include "handlers/files/error_pages.hpp"
#include "handlers/files/sendfile_handler.hpp"
#include "http/limits.hpp"
#include "http/trusted_proxies.hpp"
#include "models/models.hpp"
#include "net/address.hpp"
#include "net/proxy_header.hpp"

namespace coachwhip::config {

enum class TargetKind : std::uint8_t {
  wsgi,     // "module:attribute", "module", "module:factory()"
  scripts,  // a folder of Python files with an `application` each
  files,    // a folder to serve as it is
};

// One thing that answers below a path.
struct Mount {
  std::string path;  // "/" or "/path", never with a slash at its end
  TargetKind kind = TargetKind::wsgi;
  std::string target;  // as written; a folder is absolute
  // Of files only.
  std::string fallback = {};  // a file in the folder; empty: none
  bool lists = false;
};

enum class AccessLogFormat : std::uint8_t { combined, json };

struct AccessLog {
  std::string destination = "off";  // "off", "stdout" or a file's path
  AccessLogFormat format = AccessLogFormat::combined;
};

// What is compressed while it is served.
enum class Compress : std::uint8_t { off, files, all };

struct Config {
  std::vector<net::BindAddress> binds;
  std::vector<Mount> mounts;  // at least one; at most one per path
  std::vector<std::string> indexes;
  std::vector<handlers::files::CacheControl::Rule> cache_rules;
  std::vector<handlers::files::ErrorPage> error_pages;
  std::vector<handlers::files::SendfileRoot> sendfile_roots;
  unsigned workers = 1;  // processes per application
  unsigned threads = 4;  // Python threads per worker
  const models::Model* model = &models::coroutine;
  unsigned front_threads = 1;  // as the model says
  unsigned queue = 1024;       // requests that may wait for a worker, per application
  Duration queue_timeout = std::chrono::seconds(30);  // waiting for a worker; then 503
  Duration drain_timeout = std::chrono::seconds(30);  // when stopping; then open requests are cut
  Duration start_timeout = std::chrono::seconds(60);  // for a worker to import its application
  unsigned backlog = 2048;
  std::size_t connections_max = 768;              // of the front, all together
  std::size_t connections_per_client_max = 1024;  // 0: no bound
  http::TrustedProxies trusted_proxies;
  net::ProxyProtocol proxy_protocol = net::ProxyProtocol::off;
  Compress compress = Compress::files;
  std::uint64_t compressed_bytes_max = std::uint64_t{64} << 20;  // that are kept of files
  std::string python;   // the interpreter's path, found and checked
  std::string app_dir;  // put first on the module search path; absolute
  std::string chdir;    // empty: stay
  std::vector<std::pair<std::string, std::string>> env;  // for the workers
  bool reload = false;
  bool strict_wsgi = false;
  AccessLog access_log;
  log::Level log_level = log::Level::info;
  http::Limits limits;

  bool needs_python() const;
};

}  // namespace coachwhip::config
