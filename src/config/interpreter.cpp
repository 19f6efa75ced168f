#include "config/interpreter.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "base/unique_fd.hpp"
#include "config/target.hpp"

namespace coachwhip::config {
namespace {

bool is_program(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

std::optional<std::filesystem::path> on_path(std::string_view name, std::string_view path) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find(':', begin), path.size());
    const std::filesystem::path folder = path.substr(begin, end - begin);
    if (folder.is_absolute() && is_program(folder / name)) return folder / name;
    begin = end + 1;
  }
  return std::nullopt;
}

// How a Python ends that is asked this; other programs hardly end so by accident.
constexpr int code_old = 109;
constexpr int code_lacking = 110;
constexpr int code_good = 111;
constexpr const char* probe =
    "import sys\n"
    "if sys.version_info < (3, 9): sys.exit(109)\n"
    "from importlib.util import find_spec\n"
    "try: found = find_spec('coachwhip._worker')\n"
    "except ImportError: found = None\n"
    "sys.exit(111 if found else 110)\n";

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (const std::string& string : strings) out.push_back(const_cast<char*>(string.c_str()));
  out.push_back(nullptr);
  return out;
}

// Returns how it ended; nothing if it had to be killed.
Result<std::optional<int>> wait_for(pid_t child, Duration patience) {
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  pollfd waited{process.get(), POLLIN, 0};
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
  int ready = -1;
  do {
    ready = ::poll(&waited, 1, static_cast<int>(ms));
  } while (ready < 0 && errno == EINTR);
  if (ready == 0) ::kill(child, SIGKILL);
  int status = 0;
  if (::waitpid(child, &status, 0) != child) return fail_errno("waitpid", errno);
  if (ready == 0) return std::nullopt;
  return status;
}

Result<std::optional<int>> run_silently(const std::vector<std::string>& arguments,
                                        const std::vector<std::string>& environment,
                                        Duration patience) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    ::posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
  }
  pid_t child = 0;
  const std::string& program = arguments.front();
  const int error = ::posix_spawn(&child, program.c_str(), &actions, nullptr,
                                  pointers(arguments).data(), pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return fail_errno("cannot run '" + program + "' (name a Python interpreter with --python)",
                      error);
  }
  return wait_for(child, patience);
}

}  // namespace

Result<Interpreter> find_interpreter(const InterpreterPlaces& places) {
  for (const char* name : {"python", "python3"}) {
    if (is_program(places.executable_folder / name)) {
      return Interpreter{places.executable_folder / name, "beside coachwhip"};
    }
  }
  if (!places.virtual_env.empty()) {
    const auto program = std::filesystem::path(places.virtual_env) / "bin" / "python";
    if (is_program(program)) return Interpreter{program, "of VIRTUAL_ENV"};
  }
  for (const char* name : {"python3", "python"}) {
    if (auto program = on_path(name, places.path)) return Interpreter{*program, "on PATH"};
  }
  return fail(
      ErrorKind::bad_input, 0,
      "no Python: none beside coachwhip, in VIRTUAL_ENV or on PATH; install one, or name it "
      "with --python");
}

Result<std::filesystem::path> find_named_interpreter(std::string_view name,
                                                     const std::filesystem::path& folder,
                                                     std::string_view path) {
  const bool is_path = name.find('/') != std::string_view::npos;
  const auto program = is_path ? absolute(name, folder) : on_path(name, path);
  if (program && is_program(*program)) return *program;
  return fail(ErrorKind::bad_input, 0,
              "'" + std::string(name) + "' is no program" + (is_path ? "" : " on PATH") +
                  "; write the path of a Python interpreter, as in .venv/bin/python");
}

Result<void> try_interpreter(const std::string& path, const std::vector<std::string>& environment,
                             Duration patience) {
  const auto status = run_silently({path, "-c", probe}, environment, patience);
  if (!status) return std::unexpected(status.error());
  const int code = *status && WIFEXITED(**status) ? WEXITSTATUS(**status) : -1;
  if (code == code_good) return {};
  std::string why = "is no Python interpreter; name one with --python, as in .venv/bin/python";
  if (code == code_old) why = "is older than Python 3.9; name another one with --python";
  if (code == code_lacking) {
    why = "has no coachwhip; install it there (" + path +
          " -m pip install coachwhip), or name another Python with --python";
  }
  return fail(ErrorKind::bad_input, 0, "'" + path + "' " + why);
}

}  // namespace coachwhip::config
