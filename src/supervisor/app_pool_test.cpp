#include "supervisor/app_pool.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "supervisor/signals.hpp"

namespace coachwhip::supervisor {
namespace {

using namespace std::chrono_literals;

// What stands in for a Python worker after its options were read.
constexpr const char* serve = "echo ready > /proc/self/fd/$ready\nexec sleep 1000\n";
constexpr const char*
    serve_stubbornly = "trap '' TERM\necho ready > /proc/self/fd/$ready\nexec sleep 1000\n";
constexpr const char* fail_to_load = "exit 3\n";
constexpr const char* never_be_ready = "exec sleep 1000\n";

// A folder with a shell script in the place of the interpreter.
class FakePython {
 public:
  FakePython() {
    std::string name = (std::filesystem::temp_directory_path() / "coachwhip-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    std::ofstream(path()) << "#!/bin/sh\n"
                             "while [ $# -gt 0 ]; do\n"
                             "  if [ \"$1\" = --ready ]; then ready=$2; fi\n"
                             "  shift\n"
                             "done\n"
                             ". \"${0%/*}/behaviour\"\n";
    std::filesystem::permissions(path(), std::filesystem::perms::owner_all);
    behave(serve);
  }
  ~FakePython() { std::filesystem::remove_all(folder_); }
  FakePython(const FakePython&) = delete;
  FakePython& operator=(const FakePython&) = delete;

  std::string path() const { return (folder_ / "python").string(); }
  // For processes that are started from now on.
  void behave(const char* script) {
    std::ofstream(folder_ / "next") << script;
    std::filesystem::rename(folder_ / "next", folder_ / "behaviour");
  }

 private:
  std::filesystem::path folder_;
};

// The server as the pool sees it: it reaps, and writes down what it is told.
class AppPoolTest : public testing::Test, protected AppPool::Owner, private Signals::Handler {
 protected:
  AppPoolTest() {
    config_.python = python_.path();
    config_.workers = 2;
    config_.mounts = {{"/", config::TargetKind::wsgi, "app:app"}};
    loop_ = std::move(*loop::Loop::make(std::move(*loop::make_epoll_poller())));
    signals_ = std::make_unique<Signals>(*loop_, static_cast<Signals::Handler&>(*this));
    EXPECT_TRUE(signals_->watch({SIGCHLD}));
  }

  ~AppPoolTest() override {
    if (!pool_) return;
    pool_->kill();
    wait_until([this] { return pool_->is_empty(); });
  }

  // After changes of the configuration.
  void start_pool() {
    inheritance_ = std::make_unique<Inheritance>(std::move(*Inheritance::open(config_)));
    pool_ = std::make_unique<AppPool>(*loop_, config_, *inheritance_,
                                      inheritance_->applications.front(),
                                      static_cast<AppPool::Owner&>(*this));
    ASSERT_TRUE(pool_->start());
  }

  void start_pool_and_wait() {
    start_pool();
    wait_until([this] { return ready_ == config_.workers; });
  }

  template <class Condition>
  void wait_until(Condition condition) {
    const TimePoint limit = Clock::now() + 20s;
    while (!condition() && Clock::now() < limit) loop_->turn(100ms);
    ASSERT_TRUE(condition());
  }

  void wait_for_reloads(std::size_t count) {
    wait_until([&] { return reloads_.size() == count; });
  }

  void on_worker_ready(AppPool&) override { ++ready_; }
  void on_start_failed(AppPool&, const std::string& why) override { failures_.push_back(why); }
  void on_worker_gone(AppPool&, std::uint32_t owner) override { gone_.push_back(owner); }
  void on_reload_ended(AppPool&, bool is_complete) override { reloads_.push_back(is_complete); }

  void on_signal(int) override {
    int status = 0;
    for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      pool_->take_ended(pid, Ending(status));
    }
  }

  FakePython python_;
  config::Config config_;
  std::unique_ptr<loop::Loop> loop_;
  std::unique_ptr<Signals> signals_;
  std::unique_ptr<Inheritance> inheritance_;
  std::unique_ptr<AppPool> pool_;
  unsigned ready_ = 0;
  std::vector<std::string> failures_;
  std::vector<std::uint32_t> gone_;
  std::vector<bool> reloads_;
};

TEST_F(AppPoolTest, StartsEveryWorkerOnceTheFirstIsReady) {
  config_.workers = 3;
  start_pool_and_wait();
  EXPECT_TRUE(pool_->has_ready_worker());
  EXPECT_TRUE(failures_.empty());
}

TEST_F(AppPoolTest, TellsOnceThatAnApplicationCannotBeLoaded) {
  python_.behave(fail_to_load);
  start_pool();
  wait_until([this] { return !failures_.empty(); });
  EXPECT_EQ(failures_,
            (std::vector<std::string>{
                "the application 'app:app' could not be loaded, see the message above"}));
}

TEST_F(AppPoolTest, GivesUpAWorkerThatIsNotReadyInTime) {
  python_.behave(never_be_ready);
  config_.start_timeout = 50ms;
  start_pool();
  wait_until([this] { return !failures_.empty(); });
  EXPECT_NE(failures_.front().find("was not ready within 50 ms"), std::string::npos);
}

TEST_F(AppPoolTest, PutsAnotherInThePlaceOfAWorkerThatHasEnded) {
  python_.behave("echo ready > /proc/self/fd/$ready\n");
  config_.workers = 1;
  start_pool();
  wait_until([this] { return !gone_.empty(); });
  python_.behave(serve);
  const unsigned ready_before = ready_;
  wait_until([&] { return ready_ > ready_before && pool_->has_ready_worker(); });
  EXPECT_EQ(gone_.front(), exchange::make_owner(0, 1));
}

TEST_F(AppPoolTest, ClearsTheCellOfAWorkerThatHasEnded) {
  config_.workers = 1;
  start_pool_and_wait();
  exchange::WorkerCell& cell = inheritance_->applications.front().exchange.worker(0);
  cell.owner = exchange::make_owner(0, 1);
  cell.threads = 1;
  cell.asleep = 1;
  pool_->stop();
  wait_until([this] { return pool_->is_empty(); });
  EXPECT_EQ(cell.owner, 0U);
  EXPECT_EQ(cell.threads, 0U);
  EXPECT_EQ(cell.asleep, 0U);
}

TEST_F(AppPoolTest, ReloadReplacesEachWorker) {
  start_pool_and_wait();
  pool_->reload();
  wait_for_reloads(1);
  EXPECT_TRUE(reloads_.front());
  EXPECT_TRUE(pool_->has_ready_worker());
  wait_until([this] { return gone_.size() == 2; });
  std::ranges::sort(gone_);
  EXPECT_EQ(gone_, (std::vector{exchange::make_owner(0, 1), exchange::make_owner(1, 1)}));
}

TEST_F(AppPoolTest, FailedReloadKeepsTheWorkersThatAreThere) {
  start_pool_and_wait();
  python_.behave(fail_to_load);
  pool_->reload();
  wait_for_reloads(1);
  EXPECT_FALSE(reloads_.front());
  EXPECT_TRUE(pool_->has_ready_worker());
  EXPECT_EQ(gone_, (std::vector{exchange::make_owner(2, 1)}));
  EXPECT_TRUE(failures_.empty());
}

TEST_F(AppPoolTest, ReloadWaitsWhileTooManyOldWorkersFinishTheirRequests) {
  python_.behave(serve_stubbornly);
  config_.workers = 1;
  config_.drain_timeout = 200ms;
  start_pool_and_wait();
  for (std::size_t count = 1; count <= 5; ++count) {
    pool_->reload();
    wait_for_reloads(count);
    EXPECT_TRUE(reloads_.back());
  }
}

TEST_F(AppPoolTest, WorkersThatDoNotObeyAreNamedUntilTheyAreKilled) {
  python_.behave(serve_stubbornly);
  start_pool_and_wait();
  EXPECT_TRUE(pool_->leaving().empty());
  pool_->stop();
  EXPECT_FALSE(pool_->is_empty());
  ASSERT_EQ(pool_->leaving().size(), 2U);
  EXPECT_TRUE(pool_->leaving().front().starts_with("app:app worker 1 (pid "));
  pool_->kill();
  wait_until([this] { return pool_->is_empty(); });
  EXPECT_TRUE(pool_->leaving().empty());
  EXPECT_EQ(gone_.size(), 2U);
}

TEST_F(AppPoolTest, StopDuringAReloadEndsTheReplacementToo) {
  start_pool_and_wait();
  python_.behave(never_be_ready);
  pool_->reload();
  pool_->stop();
  wait_until([this] { return pool_->is_empty(); });
  EXPECT_EQ(gone_.size(), 3U);
  EXPECT_TRUE(reloads_.empty());
}

}  // namespace
}  // namespace coachwhip::supervisor
