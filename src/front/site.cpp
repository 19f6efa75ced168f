#include "front/site.hpp"

#include "compress/compressing_handler.hpp"
#include "config/cpus.hpp"
#include "config/open_files.hpp"
#include "handlers/app/app_handler.hpp"
#include "handlers/files/error_pages.hpp"
#include "handlers/files/files_handler.hpp"
#include "handlers/files/sendfile_handler.hpp"
#include "router/router.hpp"

namespace coachwhip::front {
namespace {

using handlers::files::ErrorPages;
using handlers::files::FilesHandler;
using handlers::files::SendfileHandler;

// A folder has a cache of open files; an application one for each folder that it may send from.
std::size_t files_of_each_cache(const config::Config& config) {
  std::size_t caches = 0;
  for (const config::Mount& mount : config.mounts) {
    const bool is_folder = mount.kind == config::TargetKind::files;
    caches += is_folder ? 1 : config.sendfile_roots.size();
  }
  return config::cached_files_for(config, config::open_files_max(), caches);
}

Result<std::unique_ptr<FilesHandler>> make_files(const config::Config& config,
                                                 const config::Mount& mount, std::size_t files_max,
                                                 compress::Compressor* compressor) {
  return FilesHandler::make(
      mount.target, {.indexes = config.indexes,
                     .fallback = mount.fallback,
                     .lists = mount.lists,
                     .cache_control = {mount.path == "/" ? "" : mount.path, config.cache_rules},
                     .cache = {.files_max = files_max},
                     .compressor = compressor});
}

}  // namespace

Result<Site> build_site(const Setup& setup, std::size_t lane, loop::Loop& loop,
                        compress::Compressor* compressor) {
  Site site;
  const std::size_t files_max = files_of_each_cache(setup.config);
  std::vector<router::Mount> mounts;
  for (const config::Mount& mount : setup.config.mounts) {
    std::unique_ptr<http::Handler> handler;
    if (mount.kind == config::TargetKind::files) {
      auto files = make_files(setup.config, mount, files_max, compressor);
      if (!files) return pass(std::move(files.error()));
      handler = std::move(*files);
    } else {
      AppLink& app = setup.apps[site.lanes.size()];
      const exchange::LaneOptions options{.queue_max = setup.config.queue,
                                          .queue_timeout = setup.config.queue_timeout,
                                          .cells = exchange::cells_for(setup.config.workers),
                                          .files = app.file_sockets[lane],
                                          .wakes_early = config::usable_cpus() > 1};
      site.lanes.push_back(std::make_unique<exchange::Lane>(app.segment, lane, loop, options));
      handler = std::make_unique<handlers::app::AppHandler>(*site.lanes.back(), mount.target);
      if (!setup.config.sendfile_roots.empty()) {
        auto sending = SendfileHandler::make(setup.config.sendfile_roots, files_max,
                                             std::move(handler));
        if (!sending) return pass(std::move(sending.error()));
        handler = std::move(*sending);
      }
      if (setup.config.compress == config::Compress::all) {
        handler = std::make_unique<compress::CompressingHandler>(std::move(handler), loop);
      }
    }
    mounts.push_back({mount.path, std::move(handler)});
  }
  site.root = std::make_unique<router::Router>(std::move(mounts));
  if (!setup.config.error_pages.empty()) {
    site.root = std::make_unique<ErrorPages>(setup.config.error_pages, std::move(site.root));
  }
  return site;
}

}  // namespace coachwhip::front
