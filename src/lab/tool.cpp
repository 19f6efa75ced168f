#include "lab/tool.hpp"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <poll.h>
#include <sstream>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "base/child.hpp"

namespace coachwhip::lab {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> environment() {
  std::vector<std::string> variables;
  for (char** entry = ::environ; *entry != nullptr; ++entry) variables.emplace_back(*entry);
  return variables;
}

std::string text_of(int file) {
  std::string text;
  char piece[4096];
  for (;;) {
    const ssize_t count = ::pread(file, piece, sizeof piece, static_cast<off_t>(text.size()));
    if (count <= 0) return text;
    text.append(piece, static_cast<std::size_t>(count));
  }
}

// Until it has ended by itself; else it is killed.
bool wait_for(pid_t pid, Duration patience, Interrupt& interrupt) {
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  pollfd waited[] = {{process.get(), POLLIN, 0}, {interrupt.descriptor(), POLLIN, 0}};
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
  ::poll(waited, 2, static_cast<int>(ms));
  const bool has_ended = (waited[0].revents & POLLIN) != 0;
  if (!has_ended) ::kill(pid, SIGKILL);
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  return has_ended;
}

Result<std::string> output_of(const std::vector<std::string>& command, Duration patience,
                              Interrupt& interrupt) {
  const UniqueFd output(::memfd_create("output", MFD_CLOEXEC));
  if (!output) return fail_errno("a file in memory", errno);
  const int file = output.get();
  const std::vector<std::string> variables = environment();
  const auto pid = start_child({file}, [&] {
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    return execute(command, variables, {});
  });
  if (!pid) return std::unexpected(pid.error());
  if (!wait_for(*pid, patience, interrupt)) {
    return fail(ErrorKind::timed_out, 0, command.front() + " did not end in time");
  }
  return text_of(file);
}

std::string url_of(std::uint16_t port, std::string_view path) {
  return "http://127.0.0.1:" + std::to_string(port) + std::string(path);
}

// The number that follows the text; `rest` is what comes after it.
std::optional<double> number_after(std::string_view output, std::string_view text,
                                   std::string_view* rest = nullptr) {
  const std::size_t at = output.find(text);
  if (at == std::string_view::npos) return std::nullopt;
  output.remove_prefix(at + text.size());
  output.remove_prefix(std::min(output.find_first_not_of(" \t"), output.size()));
  double number = 0;
  const auto read = std::from_chars(output.data(), output.data() + output.size(), number);
  if (read.ec != std::errc{}) return std::nullopt;
  if (rest != nullptr) *rest = {read.ptr, output.data() + output.size()};
  return number;
}

void keep(ToolValues& values, const char* name, std::optional<double> number) {
  if (number) values[name] = *number;
}

}  // namespace

std::optional<std::string> find_tool(std::string_view name) {
  const char* path = std::getenv("PATH");
  if (path == nullptr) return std::nullopt;
  std::istringstream folders(path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::filesystem::path program = std::filesystem::path(folder) / name;
    if (program.is_absolute() && ::access(program.c_str(), X_OK) == 0) return program.string();
  }
  return std::nullopt;
}

Result<ToolValues> run_ab(const std::string& program, std::uint16_t port, std::string_view path,
                          Duration patience, Interrupt& interrupt) {
  const auto output = output_of({program, "-q", "-n", "500", "-c", "500", url_of(port, path)},
                                patience, interrupt);
  if (!output) return std::unexpected(output.error());
  ToolValues values = read_ab(*output);
  if (values.contains("seconds")) return values;
  return fail(ErrorKind::io, 0, "ab: " + output->substr(0, output->find('\n')));
}

Result<ToolValues> run_wrk(const std::string& program, std::uint16_t port, std::string_view path,
                           std::size_t connections, unsigned seconds, Interrupt& interrupt) {
  const auto output = output_of({program, "--latency", "-t1", "-c" + std::to_string(connections),
                                 "-d" + std::to_string(seconds) + "s", url_of(port, path)},
                                std::chrono::seconds(seconds + 10), interrupt);
  if (!output) return std::unexpected(output.error());
  ToolValues values = read_wrk(*output);
  if (values.contains("rps")) return values;
  return fail(ErrorKind::io, 0, "wrk: " + output->substr(0, output->find('\n')));
}

ToolValues read_ab(std::string_view output) {
  ToolValues values;
  keep(values, "seconds", number_after(output, "Time taken for tests:"));
  keep(values, "failed", number_after(output, "Failed requests:"));
  keep(values, "p99_ms", number_after(output, "\n  99%"));
  return values;
}

ToolValues read_wrk(std::string_view output) {
  ToolValues values;
  keep(values, "rps", number_after(output, "Requests/sec:"));
  std::string_view unit;
  if (auto time = number_after(output, " 99% ", &unit)) {
    if (unit.starts_with("us")) *time /= 1000;
    if (unit.starts_with("s")) *time *= 1000;
    values["p99_ms"] = *time;
  }
  return values;
}

}  // namespace coachwhip::lab
