#include "front/site.hpp"

#include "compress/compressing_handler.hpp"
#include "config/cpus.hpp"
#include "handlers/app/app_handler.hpp"
#include "handlers/files/files_handler.hpp"
#include "router/router.hpp"

namespace coachwhip::front {

Result<Site> build_site(const Setup& setup, std::size_t lane, loop::Loop& loop,
                        compress::Compressor* compressor) {
  Site site;
  std::vector<router::Mount> mounts;
  for (const config::Mount& mount : setup.config.mounts) {
    std::unique_ptr<http::Handler> handler;
    if (mount.kind == config::TargetKind::files) {
      auto files = handlers::files::FilesHandler::make(mount.target, {.compressor = compressor});
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
      if (setup.config.compress == config::Compress::all) {
        handler = std::make_unique<compress::CompressingHandler>(std::move(handler), loop);
      }
    }
    mounts.push_back({mount.path, std::move(handler)});
  }
  site.root = std::make_unique<router::Router>(std::move(mounts));
  return site;
}

}  // namespace coachwhip::front
