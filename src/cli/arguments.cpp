#include "cli/arguments.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

#include "config/nearest.hpp"

namespace coachwhip::cli {
namespace {

using config::Faults;
using config::Given;
using config::Key;
using config::Kind;

// Collects text alone: what it means is not the concern of the command line.
class Parser {
 public:
  Parser() {
    app_.set_help_flag();
    app_.allow_extras();
    targets_ = app_.add_option("TARGET", texts_)->expected(0, many);
    help_ = app_.add_flag("-h,--help");
    version_ = app_.add_flag("--version");
    markdown_ = app_.add_flag("--options-markdown");
    for (Key key = 0; key < config::options.size(); ++key) add(key);
  }

  std::expected<Command, Faults> parse(std::span<const std::string> arguments) {
    if (auto fault = empty_value(arguments)) return std::unexpected(Faults{*fault});
    try {
      app_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ArgumentMismatch&) {
      // Only an option at the very end finds no value.
      return std::unexpected(Faults{arguments.back() + " needs a value; see coachwhip --help"});
    } catch (const CLI::ParseError& error) {
      return std::unexpected(Faults{std::string(error.what()) + "; see coachwhip --help"});
    }
    if (auto faults = unknown_options(); !faults.empty()) return std::unexpected(std::move(faults));
    return command();
  }

 private:
  static constexpr int many = 1000;

  void add(Key key) {
    const config::Option& option = config::options[key];
    if (option.positional()) return;
    const std::string name = argument_name(option);
    rows_[key] = option.kind == Kind::flag
                     ? app_.add_flag(name, texts_)
                     : app_.add_option(name, texts_)->expected(1)->allow_extra_args(false);
    rows_[key]->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }

  // The library would take the next argument as the value of "--option=".
  static std::optional<std::string> empty_value(std::span<const std::string> arguments) {
    for (const std::string& argument : arguments) {
      if (argument == "--") break;
      if (argument.starts_with("--") && argument.find('=') == argument.size() - 1) {
        return argument + " needs a value; see coachwhip --help";
      }
    }
    return std::nullopt;
  }

  Faults unknown_options() const {
    Faults faults;
    for (const std::string& argument : app_.remaining()) {
      if (argument == "--") continue;
      const std::string name = argument.substr(0, argument.find('='));
      const config::Option& nearest = config::nearest_option(
          name.substr(std::min(name.find_first_not_of('-'), name.size())));
      faults.push_back("unknown option '" + name + "'; the nearest is " + argument_name(nearest) +
                       ", all are in coachwhip --help");
    }
    return faults;
  }

  std::expected<Command, Faults> command() const {
    Command command;
    std::vector<std::string> targets = targets_->results();
    if (!targets.empty() && targets.front() == "check") {
      command.action = Action::check;
      targets.erase(targets.begin());
    }
    if (!targets.empty() && targets.front() == "models") {
      return std::unexpected(
          Faults{"'models' is a command of its own and comes first: coachwhip models --help; an "
                 "application "
                 "of that name is written models:app"});
    }
    if (help_->count() > 0) command.action = Action::help;
    if (version_->count() > 0) command.action = Action::version;
    if (markdown_->count() > 0) command.action = Action::options_markdown;
    if (targets.size() > 1) {
      return std::unexpected(Faults{"there is one TARGET, '" + targets[0] + "'; what is '" +
                                    targets[1] +
                                    "'? further ones are written --mount /path=TARGET"});
    }
    for (const std::string& target : targets) give(command, config::key_of("app"), target);
    for (Key key = 0; key < rows_.size(); ++key) {
      if (rows_[key] == nullptr) continue;
      for (const std::string& text : rows_[key]->results()) give(command, key, text);
    }
    return command;
  }

  static void give(Command& command, Key key, const std::string& text) {
    command.given.push_back(
        {key, {.text = text, .origin = argument_name(config::options[key]), .folder = {}}});
  }

  CLI::App app_;
  std::vector<std::string> texts_;  // where the library insists to put them; results() has them too
  std::array<CLI::Option*, config::options.size()> rows_{};
  CLI::Option* targets_;
  CLI::Option* help_;
  CLI::Option* version_;
  CLI::Option* markdown_;
};

}  // namespace

std::expected<Command, Faults> parse_arguments(std::span<const std::string> arguments) {
  return Parser().parse(arguments);
}

}  // namespace coachwhip::cli
