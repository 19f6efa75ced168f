#include "config/interpreter.hpp"

#include <array>
#include <optional>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

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

Result<void> try_interpreter(const std::string& path) {
  std::string program = path;
  std::string option = "-c";
  std::string code = "import sys; sys.exit(0 if sys.version_info >= (3, 9) else 9)";
  std::array<char*, 4> arguments{program.data(), option.data(), code.data(), nullptr};
  pid_t child = 0;
  int status = 0;
  const int error = ::posix_spawn(&child, path.c_str(), nullptr, nullptr, arguments.data(),
                                  ::environ);
  if (error != 0) return fail_errno("cannot run '" + path + "'", error);
  if (::waitpid(child, &status, 0) != child) return fail_errno("waitpid", errno);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  const bool is_old = WIFEXITED(status) && WEXITSTATUS(status) == 9;
  return fail(ErrorKind::bad_input, 0,
              "'" + path + (is_old ? "' is older than Python 3.9" : "' is no working Python") +
                  "; name another with --python");
}

}  // namespace coachwhip::config
