#include "config/loader.hpp"

#include <gtest/gtest.h>

#include "config/effective.hpp"
#include "config/test_folder.hpp"

namespace coachwhip::config {
namespace {

using namespace std::chrono_literals;

// A project folder with a Python beside the executable, and what is said to coachwhip there.
class LoaderTest : public testing::Test {
 protected:
  LoaderTest() {
    folder_.write_program("bin/python", "#!/bin/sh\n");
    invocation_.folder = folder_.path();
    invocation_.executable_folder = folder_.path() / "bin";
    invocation_.cpus = 8;
  }

  void say(std::string_view name, const std::string& text) {
    const Key key = find_key(name).value();
    invocation_.arguments.push_back(
        {key, {.text = text, .origin = argument_name(options[key]), .folder = {}}});
  }

  Config loaded() {
    auto result = load(invocation_);
    if (!result) ADD_FAILURE() << result.error().front();
    return result ? result->config : Config{};
  }

  Faults faults() {
    const auto result = load(invocation_);
    return result ? Faults{} : result.error();
  }

  std::string only_fault() {
    const Faults all = faults();
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? "" : all.front();
  }

  TestFolder folder_;
  Invocation invocation_;
};

TEST_F(LoaderTest, ConnectionsFitTheOpenFiles) {
  say("app", "app:app");
  for (const auto& [files, connections] : {std::pair{1024U, 768U}, {20'000U, 15'904U}}) {
    invocation_.open_files = files;
    EXPECT_EQ(loaded().connections_max, connections);
  }
  say("max-connections", "15904");
  EXPECT_EQ(loaded().connections_max, 15'904U);
  say("max-connections", "15905");
  EXPECT_EQ(only_fault(),
            "--max-connections: there may be 20000 open files (ulimit -n), which leaves 15904 for "
            "connections beside files and logs; raise that limit, or lower this one");
  invocation_.open_files = 20;
  EXPECT_EQ(only_fault(),
            "there may be 20 open files (ulimit -n), too few for connections; raise that limit");
}

TEST_F(LoaderTest, SelectHasNoMoreConnectionsThanItCanWatch) {
  say("app", "app:app");
  say("model", "select");
  invocation_.open_files = 20'000;
  EXPECT_EQ(loaded().connections_max, 768U);
}

TEST_F(LoaderTest, DefaultsFitTheMachine) {
  say("app", "app:app");
  const Config config = loaded();
  EXPECT_EQ(config.workers, 8U);
  EXPECT_EQ(config.threads, 4U);
  EXPECT_EQ(config.front_threads, 2U);
  ASSERT_EQ(config.binds.size(), 1U);
  EXPECT_EQ(config.binds[0].text, "127.0.0.1:8000");
  EXPECT_EQ(config.python, folder_.text("bin/python"));
  EXPECT_EQ(config.app_dir, folder_.path());
  EXPECT_EQ(config.chdir, "");
  EXPECT_TRUE(config.needs_python());
}

TEST_F(LoaderTest, TheDefaultsOfTheTableAreThoseOfTheStructures) {
  say("app", "app:app");
  const http::Limits limits = loaded().limits;
  const http::Limits expected;
  EXPECT_EQ(limits.request_line_bytes_max, expected.request_line_bytes_max);
  EXPECT_EQ(limits.header_bytes_max, expected.header_bytes_max);
  EXPECT_EQ(limits.header_fields_max, expected.header_fields_max);
  EXPECT_EQ(limits.body_bytes_max, expected.body_bytes_max);
  EXPECT_EQ(limits.requests_per_connection_max, expected.requests_per_connection_max);
  EXPECT_EQ(limits.header_timeout, expected.header_timeout);
  EXPECT_EQ(limits.idle_timeout, expected.idle_timeout);
  EXPECT_EQ(limits.body_timeout, expected.body_timeout);
  EXPECT_EQ(limits.write_timeout, expected.write_timeout);
  EXPECT_EQ(limits.body_rate_min, expected.body_rate_min);
  EXPECT_EQ(limits.write_rate_min, expected.write_rate_min);
}

TEST_F(LoaderTest, AFolderOfFilesNeedsNoPythonAndGetsAllCpus) {
  folder_.make_folder("public");
  invocation_.executable_folder = folder_.path();
  say("app", "./public");
  const Config config = loaded();
  EXPECT_FALSE(config.needs_python());
  EXPECT_EQ(config.python, "");
  EXPECT_EQ(config.front_threads, 8U);
  invocation_.cpus = 300;
  EXPECT_EQ(loaded().front_threads, 64U);
}

TEST_F(LoaderTest, TheStrongerSourceWins) {
  say("app", "app:app");
  EXPECT_EQ(loaded().threads, 4U);
  folder_.write("coachwhip.toml", "threads = 5\napp = 'other'\n");
  EXPECT_EQ(loaded().threads, 5U);
  invocation_.environment.push_back("COACHWHIP_THREADS=6");
  EXPECT_EQ(loaded().threads, 6U);
  say("threads", "7");
  EXPECT_EQ(loaded().threads, 7U);
  EXPECT_EQ(loaded().mounts.front().target, "app:app");
}

TEST_F(LoaderTest, AStrongerListReplacesAWeakerOne) {
  folder_.write("coachwhip.toml", "app = 'a'\nbind = [':1', ':2', ':3']\n");
  EXPECT_EQ(loaded().binds.size(), 3U);
  invocation_.environment.push_back("COACHWHIP_BIND=:4, :5");
  EXPECT_EQ(loaded().binds.size(), 2U);
  EXPECT_EQ(loaded().binds[1].port, 5);
  say("bind", ":6");
  ASSERT_EQ(loaded().binds.size(), 1U);
  EXPECT_EQ(loaded().binds[0].port, 6);
}

TEST_F(LoaderTest, NoProxyIsTrustedUnlessItIsSaid) {
  say("app", "app:app");
  EXPECT_TRUE(loaded().trusted_proxies.empty());
  EXPECT_EQ(loaded().proxy_protocol, net::ProxyProtocol::off);
  invocation_.environment.push_back("COACHWHIP_TRUSTED_PROXIES=127.0.0.1, ::1");
  EXPECT_TRUE(loaded().trusted_proxies.trusts(Bytes("::1")));
  say("trusted-proxies", "10.0.0.0/8,unix");
  say("trusted-proxies", "2001:db8::/32");
  const http::TrustedProxies proxies = loaded().trusted_proxies;
  for (const Bytes peer : {"10.1.2.3", "unix", "2001:db8::1"}) EXPECT_TRUE(proxies.trusts(peer));
  EXPECT_FALSE(proxies.trusts(Bytes("127.0.0.1")));
}

TEST_F(LoaderTest, AProxyThatIsNoAddressIsAFault) {
  say("app", "app:app");
  say("trusted-proxies", "10.0.0.0/8,10.0.0.1/8");
  EXPECT_EQ(only_fault(),
            "--trusted-proxies: '10.0.0.1/8' is not allowed; write an address, a network as in "
            "10.0.0.0/8 (no bit set behind the prefix), or unix");
}

TEST_F(LoaderTest, TheProxyProtocolIsOneOfItsVersions) {
  say("app", "app:app");
  say("proxy-protocol", "v2");
  EXPECT_EQ(loaded().proxy_protocol, net::ProxyProtocol::v2);
  say("proxy-protocol", "any");
  EXPECT_EQ(loaded().proxy_protocol, net::ProxyProtocol::any);
  say("proxy-protocol", "v3");
  EXPECT_EQ(only_fault(), "--proxy-protocol: 'v3' is not allowed; write off, v1, v2 or any");
}

TEST_F(LoaderTest, ValuesReachTheConfiguration) {
  say("app", "app:app");
  say("max-body-size", "1g");
  say("idle-timeout", "500ms");
  say("queue-timeout", "2");
  say("reload", "true");
  say("env", "A=1");
  say("env", "B=x=y");
  say("log-level", "warning");
  say("access-log-format", "json");
  say("access-log", "./access.log");
  say("bind", "unix:site.sock");
  const Config config = loaded();
  EXPECT_EQ(config.limits.body_bytes_max, std::uint64_t{1} << 30);
  EXPECT_EQ(config.limits.idle_timeout, 500ms);
  EXPECT_EQ(config.queue_timeout, 2s);
  EXPECT_TRUE(config.reload);
  ASSERT_EQ(config.env.size(), 2U);
  EXPECT_EQ(config.env[1], std::make_pair(std::string("B"), std::string("x=y")));
  EXPECT_EQ(config.log_level, log::Level::warning);
  EXPECT_EQ(config.access_log.format, AccessLogFormat::json);
  EXPECT_EQ(config.access_log.destination, folder_.text("access.log"));
  EXPECT_EQ(config.binds[0].path, folder_.text("site.sock"));
}

TEST_F(LoaderTest, SeveralThingsSideBySide) {
  folder_.make_folder("public");
  folder_.make_folder("scripts");
  say("app", "app:app");
  say("mount", "/blog/=blog.wsgi");
  say("mount", "/docs=./public");
  say("static", "/static=public");
  say("scripts", "/cgi=scripts");
  const std::vector<Mount> mounts = loaded().mounts;
  ASSERT_EQ(mounts.size(), 5U);
  EXPECT_EQ(mounts[1].path, "/blog");
  EXPECT_EQ(mounts[1].kind, TargetKind::wsgi);
  EXPECT_EQ(mounts[2].kind, TargetKind::files);
  EXPECT_EQ(mounts[3].path, "/cgi");
  EXPECT_EQ(mounts[3].kind, TargetKind::scripts);
  EXPECT_EQ(mounts[3].target, folder_.text("scripts"));
  EXPECT_EQ(mounts[4].target, folder_.text("public"));
}

TEST_F(LoaderTest, OnePathHasOneTarget) {
  folder_.make_folder("public");
  say("app", "app:app");
  say("static", "/=public");
  EXPECT_EQ(only_fault(), "--static: the path '/' is taken by 'app:app'; choose another");
}

TEST_F(LoaderTest, WithoutATargetTheApplicationIsFoundAndNamed) {
  folder_.write("app.py", "app = 1\n");
  folder_.make_folder("static");
  say("static", "/static=static");
  const auto result = load(invocation_);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->config.mounts.size(), 2U);
  EXPECT_EQ(result->decisions, Faults{"serving app:app: app.py:1 binds app"});
}

TEST_F(LoaderTest, NothingIsLookedForWhereAllIsSaid) {
  folder_.write("app.py", "app = 1\n");
  say("mount", "/hello=app:app");
  EXPECT_EQ(loaded().mounts.size(), 1U);
  invocation_.arguments.clear();
  say("static", "/=.");
  EXPECT_EQ(loaded().mounts.size(), 1U);
}

TEST_F(LoaderTest, AnEmptyFolderIsAnErrorAndStaticFilesAloneAreNot) {
  EXPECT_TRUE(only_fault().starts_with("nothing to serve in '")) << only_fault();
  say("static", "/static=bin");
  EXPECT_EQ(loaded().mounts.size(), 1U);
}

TEST_F(LoaderTest, ChdirComesBeforeAllThatIsRelative) {
  folder_.write("site/coachwhip.toml", "threads = 9\n");
  folder_.write("site/app.py", "app = 1\n");
  folder_.make_folder("site/public");
  say("chdir", "site");
  say("static", "/static=public");
  const Config config = loaded();
  EXPECT_EQ(config.threads, 9U);
  EXPECT_EQ(config.chdir, folder_.text("site"));
  EXPECT_EQ(config.app_dir, folder_.text("site"));
  EXPECT_EQ(config.mounts[1].target + config.mounts[0].target,
            "app:app" + folder_.text("site/public"));
}

TEST_F(LoaderTest, TheFileMayLieElsewhere) {
  folder_.write("etc/site.toml", "app = './public'\nchdir = '../bin'\n[static]\n'/s' = 'public'\n");
  folder_.make_folder("etc/public");
  say("config", "etc/site.toml");
  const Config config = loaded();
  EXPECT_EQ(config.mounts[0].target, folder_.text("etc/public"));
  EXPECT_EQ(config.mounts[1].target, folder_.text("etc/public"));
  EXPECT_EQ(config.chdir, folder_.text("bin"));
}

TEST_F(LoaderTest, FaultsNameThePlaceTheValueAndTheRemedy) {
  folder_.write("coachwhip.toml", "app = 'app:app'\n\nthreads = 65\n");
  EXPECT_EQ(only_fault(),
            "coachwhip.toml:3: threads: '65' is not allowed; write a whole number from 1 to 64");
  invocation_.environment.push_back("COACHWHIP_THREADS=many");
  EXPECT_EQ(only_fault(),
            "COACHWHIP_THREADS: 'many' is not allowed; write a whole number from 1 to 64");
  say("threads", "0");
  EXPECT_EQ(only_fault(), "--threads: '0' is not allowed; write a whole number from 1 to 64");
}

TEST_F(LoaderTest, WrongValuesAreToldTogether) {
  say("app", "a:b:c");
  say("bind", "nowhere");
  say("idle-timeout", "0");
  say("max-header-size", "1kb");
  say("static", "/x");
  say("mount", "x=app");
  say("env", "A");
  say("log-level", "loud");
  say("access-log", "on");
  say("access-log-format", "xml");
  say("app-dir", "nowhere");
  say("python", "nowhere/python");
  EXPECT_EQ(faults().size(), 12U);
}

TEST_F(LoaderTest, AMissingFolderOrFileEndsItAtOnce) {
  say("chdir", "nowhere");
  EXPECT_EQ(only_fault(), "--chdir: there is no folder '" + folder_.text("nowhere") +
                              "'; make it, or name another");
  invocation_.arguments.clear();
  say("config", "nowhere.toml");
  EXPECT_EQ(
      only_fault(),
      "cannot read nowhere.toml: No such file or directory; name a readable file with --config");
}

TEST_F(LoaderTest, AnAccessLogMustBeWritable) {
  say("app", "app:app");
  say("access-log", "nowhere/access.log");
  EXPECT_TRUE(only_fault().starts_with("--access-log: cannot write '" +
                                       folder_.text("nowhere/access.log") + "': No such"));
  invocation_.arguments.clear();
  say("app", "app:app");
  say("access-log", "./bin");
  EXPECT_NE(only_fault().find("it is a folder"), std::string::npos);
}

TEST_F(LoaderTest, AnAddressIsBoundOnce) {
  say("app", "app:app");
  say("bind", ":0");
  say("bind", ":0");
  EXPECT_EQ(loaded().binds.size(), 2U);
  say("bind", ":80");
  say("bind", ":80");
  EXPECT_EQ(only_fault(), "--bind: ':80' is written twice");
}

TEST_F(LoaderTest, AStrangeVariableIsOnlyWarnedOf) {
  say("app", "app:app");
  invocation_.environment = {"COACHWHIP_WORKRES=3", "COACHWHIP_THREADS=", "HOME=/"};
  const auto result = load(invocation_);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->config.threads, 4U);
  EXPECT_EQ(result->warnings,
            Faults{"the environment variable COACHWHIP_WORKRES means nothing; did "
                   "you mean COACHWHIP_WORKERS?"});
}

TEST_F(LoaderTest, TheEffectiveConfigurationNamesEveryOriginAndCanBeLoadedAgain) {
  folder_.write("coachwhip.toml", "threads = 5\n[env]\nNOTE = \"a\\\"b\\n\"\n");
  folder_.make_folder("public");
  invocation_.environment = {"COACHWHIP_IDLE_TIMEOUT=90"};
  say("app", "app:app");
  say("static", "/s/=public");
  say("reload", "true");
  const auto first = load(invocation_);
  ASSERT_TRUE(first);
  const std::string text = effective_text(*first);
  for (const std::string line :
       {"app = \"app:app\"                             # TARGET\n",
        "threads = 5                                 # coachwhip.toml:1\n",
        "idle-timeout = \"90s\"                        # COACHWHIP_IDLE_TIMEOUT\n",
        "reload = true                               # --reload\n",
        "queue = 1024                                # default\n",
        "workers = 8                                 # default for 8 usable CPUs\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << text;
  }
  folder_.write("coachwhip.toml", text);
  invocation_.arguments.clear();
  invocation_.environment.clear();
  const Config second = loaded();
  EXPECT_EQ(second.mounts[1].target, folder_.text("public"));
  EXPECT_EQ(second.env, first->config.env);
  EXPECT_EQ(second.limits.idle_timeout, 90s);
  EXPECT_TRUE(second.reload);
}

TEST_F(LoaderTest, WhatAnApplicationCouldNotReadIsNotAccepted) {
  folder_.make_folder("public");
  say("app", "app:app");
  say("max-request-line", "8k");
  say("max-header-fields", "100");
  // 48 KiB for the head of a request, 1 KiB of it for the record.
  say("max-header-size", std::to_string((47 * 1024) - (2 * 8192) - (16 * 100)));
  EXPECT_EQ(loaded().limits.request_line_bytes_max, 8192U);
  say("max-header-fields", "101");
  const std::string fault = only_fault();
  for (const char* part : {"--max-header-size: ", "max-request-line", "48128", "48144", "lower"}) {
    EXPECT_NE(fault.find(part), std::string::npos) << fault;
  }
  say("app", "./public");
  EXPECT_EQ(loaded().limits.header_fields_max, 101U) << "files need no such bound";
}

TEST_F(LoaderTest, APathThatIsTakenIsToldOnce) {
  folder_.make_folder("public");
  say("app", "app:app");
  say("static", "/=public");
  say("mount", "/=other");
  EXPECT_EQ(faults().size(), 1U);
}

}  // namespace
}  // namespace coachwhip::config
