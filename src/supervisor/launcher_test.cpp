#include "supervisor/launcher.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace coachwhip::supervisor {
namespace {

using Texts = std::vector<std::string>;

config::Config make_config() {
  config::Config config;
  config.python = "/venv/bin/python";
  config.app_dir = "/srv/site";
  config.workers = 2;
  config.threads = 3;
  return config;
}

const config::Mount wsgi_mount{"/shop", config::TargetKind::wsgi, "shop.wsgi:application"};
const WorkerDescriptors descriptors{7, {{10, 11}, {12, 13}}, 9};
const WorkerPlace place{4, 17, "shop.wsgi:application worker 2"};

std::string joined(const Texts& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : " ") + text;
  return out;
}

TEST(LauncherTest, NamesEverythingThatAWorkerNeeds) {
  EXPECT_EQ(joined(worker_arguments(make_config(), wsgi_mount, descriptors, place)),
            "/venv/bin/python -m coachwhip.worker --exchange 7 --lanes 10:11,12:13 --cell 4 "
            "--incarnation 17 --threads 3 --workers 2 --ready 9 --mount /shop --kind wsgi "
            "--target shop.wsgi:application --app-dir /srv/site --log-level info "
            "--name shop.wsgi:application worker 2");
}

TEST(LauncherTest, PassesTheFlagsAndTheKindOfAScriptFolder) {
  config::Config config = make_config();
  config.reload = true;
  config.strict_wsgi = true;
  const config::Mount scripts{"/", config::TargetKind::scripts, "/srv/scripts"};
  const std::string line = joined(worker_arguments(config, scripts, descriptors, place));
  EXPECT_TRUE(line.ends_with(" --strict-wsgi --reload"));
  EXPECT_NE(line.find(" --kind scripts --target /srv/scripts "), std::string::npos);
}

TEST(LauncherTest, InheritsTheDescriptorsThatTheArgumentsName) {
  auto all = descriptors.all();
  std::ranges::sort(all);
  EXPECT_EQ(all, (std::vector<int>{7, 9, 10, 11, 12, 13}));
}

TEST(LauncherTest, PutsTheConfiguredEnvironmentOverTheInheritedOne) {
  config::Config config = make_config();
  config.env = {{"MODE", "production"}, {"EMPTY", ""}};
  EXPECT_EQ(worker_environment(config, {"HOME=/root", "MODE=test", "MODEL=x"}, ""),
            (Texts{"HOME=/root", "MODE=production", "MODEL=x", "EMPTY="}));
}

TEST(LauncherTest, PutsTheBuiltPackageFirstOnPythonpath) {
  config::Config config = make_config();
  EXPECT_EQ(worker_environment(config, {}, "/build/python"), (Texts{"PYTHONPATH=/build/python"}));
  EXPECT_EQ(worker_environment(config, {"PYTHONPATH=/a:/b"}, "/build/python"),
            (Texts{"PYTHONPATH=/build/python:/a:/b"}));
  config.env = {{"PYTHONPATH", "/c"}};
  EXPECT_EQ(worker_environment(config, {"PYTHONPATH=/a"}, "/build/python"),
            (Texts{"PYTHONPATH=/build/python:/c"}));
  EXPECT_EQ(worker_environment(config, {"PYTHONPATH=/a"}, ""), (Texts{"PYTHONPATH=/c"}));
}

}  // namespace
}  // namespace coachwhip::supervisor
