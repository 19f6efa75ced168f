// SendfileHandler: sends the files that an application names in X-Accel-Redirect or X-Sendfile, in
// the place of what it answered.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "handlers/files/open_file_cache.hpp"
#include "http/handler.hpp"

namespace coachwhip::handlers::files {

// A folder of which applications may name files.
struct SendfileRoot {
  std::string name;    // X-Accel-Redirect: /name/file, percent-encoded; "/" or no slash at its end
  std::string folder;  // X-Sendfile: /folder/file, as it is on the disk; absolute
};

// What is hidden in a folder or leads out of it is not there for an application either. The file
// brings its own validators, so that conditions and ranges are those of a file; the application's
// other fields stay, but for those about the content that it sent.
class SendfileHandler final : public http::Handler {
 public:
  // Keeps at most `files_max` files of each folder open. Fails with a message for the operator if a
  // folder cannot be served.
  static Result<std::unique_ptr<http::Handler>> make(const std::vector<SendfileRoot>& roots,
                                                     std::size_t files_max,
                                                     std::unique_ptr<http::Handler> next);

  Task<http::Response> handle(http::Request& request) override;

 private:
  struct Root {
    SendfileRoot where;
    OpenFileCache files;
  };
  // A file that was named: its folder, and its path in it, which begins with '/'.
  struct Place {
    Root* root;
    std::string path;
  };

  explicit SendfileHandler(std::unique_ptr<http::Handler> next) : next_(std::move(next)) {}
  http::Response replace(const http::Request& request, http::Response response);
  static Result<ServedFile*> open(const Place& place, TimePoint now);
  std::optional<Place> find_redirected(Bytes uri);
  std::optional<Place> find_on_disk(Bytes path);

  std::unique_ptr<http::Handler> next_;
  std::vector<Root> roots_;  // the longest name first
};

}  // namespace coachwhip::handlers::files
