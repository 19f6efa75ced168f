#include "net/turnstile.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace coachwhip::net {
namespace {

using Ticket = Turnstile::Ticket;

bool enters(Turnstile& turnstile, std::vector<Ticket>& inside, const char* client) {
  Ticket ticket = turnstile.enter();
  if (!ticket || !turnstile.count(ticket, *parse_ip_address(client))) return false;
  inside.push_back(std::move(ticket));
  return true;
}

TEST(Turnstile, LetsInNoMoreThanThereMayBe) {
  Turnstile turnstile({.connections_max = 2});
  Ticket first = turnstile.enter();
  std::optional<Ticket> second = turnstile.enter();
  EXPECT_TRUE(first && *second);
  EXPECT_FALSE(turnstile.enter());
  EXPECT_TRUE(turnstile.enter_anyway());
  EXPECT_FALSE(turnstile.enter());
  second.reset();
  second = turnstile.enter();
  EXPECT_TRUE(*second);
  first = std::move(*second);  // the place of the first is free
  EXPECT_TRUE(turnstile.enter());
}

TEST(Turnstile, BoundsEachClient) {
  Turnstile turnstile({.per_client_max = 2});
  std::vector<Ticket> inside;
  EXPECT_TRUE(enters(turnstile, inside, "192.0.2.1"));
  EXPECT_TRUE(enters(turnstile, inside, "192.0.2.1"));
  EXPECT_FALSE(enters(turnstile, inside, "192.0.2.1"));
  EXPECT_TRUE(enters(turnstile, inside, "192.0.2.2"));
  inside.erase(inside.begin());
  EXPECT_TRUE(enters(turnstile, inside, "192.0.2.1"));
  EXPECT_FALSE(enters(turnstile, inside, "::ffff:192.0.2.1")) << "it is the same address";
}

TEST(Turnstile, TakesANetworkOfIpv6ForOneClient) {
  Turnstile turnstile({.per_client_max = 2});
  std::vector<Ticket> inside;
  EXPECT_TRUE(enters(turnstile, inside, "2001:db8:0:1::1"));
  EXPECT_TRUE(enters(turnstile, inside, "2001:db8:0:1:ffff::2"));
  EXPECT_FALSE(enters(turnstile, inside, "2001:db8:0:1::3"));
  EXPECT_TRUE(enters(turnstile, inside, "2001:db8:0:2::1"));
}

TEST(Turnstile, DoesNotCountLoopbackAndTrustedProxies) {
  Turnstile turnstile({.per_client_max = 1, .exempt = {*parse_ip_network("192.0.2.0/24")}});
  std::vector<Ticket> inside;
  for (int i = 0; i < 10; ++i) {
    for (const char* client : {"127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1", "192.0.2.7"}) {
      EXPECT_TRUE(enters(turnstile, inside, client)) << client;
    }
  }
  EXPECT_TRUE(enters(turnstile, inside, "198.51.100.1"));
  EXPECT_FALSE(enters(turnstile, inside, "198.51.100.1"));
}

TEST(Turnstile, CountsTheClientsOfSeveralProcesses) {
  Turnstile turnstile({.per_client_max = 2});
  std::vector<Ticket> inside;
  for (const std::size_t place : {0U, 1U, 2U}) {
    const pid_t child = ::fork();
    if (child == 0) {
      turnstile.share(place);
      // Ends without leaving, as one that has crashed.
      ::_exit(enters(turnstile, inside, "192.0.2.1") ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), place < 2 ? 0 : 1) << place;
  }
  turnstile.share(1);  // the next one at this place
  EXPECT_TRUE(enters(turnstile, inside, "192.0.2.1"));
  inside.clear();
  EXPECT_TRUE(enters(turnstile, inside, "192.0.2.1"));
}

TEST(Turnstile, CountsRightForManyThreads) {
  constexpr std::size_t threads = 4;
  Turnstile turnstile({.connections_max = threads, .per_client_max = threads});
  {
    std::vector<std::jthread> running;
    for (std::size_t i = 0; i < threads; ++i) {
      running.emplace_back([&] {
        std::vector<Ticket> inside;
        for (int j = 0; j < 10'000; ++j) {
          while (!enters(turnstile, inside, "192.0.2.1")) std::this_thread::yield();
          inside.clear();
        }
      });
    }
  }
  std::vector<Ticket> inside;
  for (std::size_t i = 0; i < threads; ++i) {
    EXPECT_TRUE(enters(turnstile, inside, "192.0.2.1"));
  }
  EXPECT_FALSE(turnstile.enter());
}

}  // namespace
}  // namespace coachwhip::net
