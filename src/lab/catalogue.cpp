#include "lab/catalogue.hpp"

namespace coachwhip::lab {
namespace {

constexpr auto log_scale = ScaleKind::logarithmic;
constexpr auto linear = ScaleKind::linear;
constexpr double small = 1024;
constexpr double page = 52'224;

Drawing lines(std::string_view title, std::string_view unit, std::string_view value) {
  return {
      .kind = DrawingKind::lines, .title = title, .unit = unit, .value = value, .scale = log_scale};
}

Drawing bars(std::string_view title, std::string_view unit, std::vector<Series> series,
             ScaleKind scale = linear) {
  return {.kind = DrawingKind::bars,
          .title = title,
          .unit = unit,
          .series = std::move(series),
          .scale = scale};
}

Experiment connections() {
  return {
      .id = "connections",
      .title = "More and more connections",
      .axis = "connections that ask all the time",
      .text =
          "Every client keeps its connection and asks again as soon as it has its answer. More "
          "throughput is better, and a line that stays level is what it is all about. A model that "
          "looks at every connection to find the one that is ready (spin, select, poll) pays for "
          "each of them in every turn; one that is told (epoll, uring) pays for those that are "
          "ready. A model with a bound serves as many connections as it has threads or processes, "
          "and looks quick doing so: the table says how many clients it left without an answer. "
          "p99 is the time that 99 of 100 requests did not exceed; who was still waiting at the "
          "end counts with the time it had waited, and who was never served as often as the others "
          "asked: a line at the top may stand for much more.",
      .drawings = {
          lines("Throughput", "requests per second", "rps"),
          lines("Waiting time, p99", "milliseconds", "p99_ms"),
          {.kind = DrawingKind::served, .title = "Clients that got an answer", .unit = ""}}};
}

Experiment burst() {
  return {
      .id = "burst",
      .title = "500 requests at once",
      .axis = "bytes of the page",
      .text =
          "The test with which the story begins: 500 clients come at the same moment, each with a "
          "connection of its own and one request. Here even serial does well: nobody keeps a "
          "connection, so nobody is in the way for long, and the kernel's queue holds the rest. "
          "Where ab is installed, it has measured the same; it is slower itself than most of what "
          "it measures.",
      .drawings = {bars("Until all are served", "seconds",
                        {{"seconds", small, "1 KiB"},
                         {"seconds", page, "51 KiB"},
                         {"seconds", small, "1 KiB, by ab", "ab"},
                         {"seconds", page, "51 KiB, by ab", "ab"}}),
                   bars("With 64 connections that ask all the time", "requests per second",
                        {{"rps", 64, "1 KiB", "connections"},
                         {"rps", page, "51 KiB", "page"},
                         {"rps", 64, "1 KiB, by wrk", "wrk"}})}};
}

Experiment users() {
  return {
      .id = "users",
      .title = "500 users",
      .axis = "users",
      .text =
          "People are no load generators: they arrive one after the other, look at two to ten "
          "pages, and think for a tenth of a second between two of them, with their connection "
          "open. The time for one page says little here. What counts is how many have been served: "
          "with one connection at a time, everybody waits while somebody thinks.",
      .drawings = {bars("Users that were served", "users", {{"served", 500, "served"}}),
                   bars("Waiting time, p99", "milliseconds", {{"p99_ms", 500, "p99"}}, log_scale)}};
}

Experiment idle() {
  return {
      .id = "idle",
      .title = "Beside idle connections",
      .axis = "idle connections beside eight that ask",
      .text =
          "Browsers keep connections open that they may need again. Eight clients ask all the "
          "time; "
          "beside them, others are connected and silent. With a bounded model the silent ones take "
          "the places of those who would ask. With spin, select and poll they are asked in vain in "
          "every turn. With epoll, uring and coroutine they cost memory and nothing else. Where a "
          "model has no point for the throughput, none of the eight got an answer.",
      .drawings = {lines("Throughput of the eight", "requests per second", "rps"),
                   lines("Waiting time of the eight, p99", "milliseconds", "p99_ms")}};
}

Experiment slow() {
  return {
      .id = "slow",
      .title = "Beside slow clients",
      .axis = "slow clients",
      .text =
          "A slow client sends its request byte by byte, one every 20 milliseconds: a bad line, "
          "or an attack. Whoever reads a request to its end before looking at another one is "
          "held up: serial by one slow client, a bounded model by as many as it has places.",
      .drawings = {
          bars("Requests of the eight others, per second", "requests per second",
               {{"rps", 1, "beside 1 slow client"}, {"rps", 100, "beside 100"}}),
          bars("Their waiting time, p99", "milliseconds",
               {{"p99_ms", 1, "beside 1 slow client"}, {"p99_ms", 100, "beside 100"}}, log_scale)}};
}

Experiment sleeping() {
  return {
      .id = "sleep",
      .title = "A handler that sleeps",
      .axis = "milliseconds of sleep",
      .text =
          "Eight clients ask a Python application that sleeps for 50 milliseconds, as one does "
          "that "
          "waits for a database; eight others one that does not. Python runs in processes of its "
          "own, so the loops of the server go on meanwhile: those who do not sleep hardly notice. "
          "Only a model that serves one connection to its end has everybody wait with the sleeper.",
      .drawings = {
          bars("Waiting time, p99", "milliseconds",
               {{"p99_ms", 0, "does not sleep"}, {"p99_ms", 50, "sleeps for 50 ms"}}, log_scale),
          bars("Clients that got an answer", "clients of 8",
               {{"served", 0, "does not sleep"}, {"served", 50, "sleeps for 50 ms"}})}};
}

Experiment memory() {
  return {
      .id = "memory",
      .title = "Memory",
      .axis = "connections",
      .text =
          "What all processes of the server hold, at rest, and what each connection adds that "
          "stays open after a request; the memory of the kernel for its sockets is not in it. A "
          "loop needs what it knows about a connection, a thread a stack, too, and a process "
          "its own copies of all that it has written to. serial holds one connection only, of "
          "which nothing can be told.",
      .drawings = {{.kind = DrawingKind::bars,
                    .title = "For each connection served",
                    .unit = "KiB",
                    .series = {{"connection_kib", 500, "per connection"}},
                    .absent = "too few to tell"},
                   bars("At rest", "MiB", {{"rest_mib", 500, "at rest"}})}};
}

Experiment cost() {
  return {
      .id = "cost",
      .title = "What a request costs",
      .axis = "0: connections are kept; 1: a connection for each request",
      .text =
          "Processor time and context switches of the server with all its processes, those that "
          "have "
          "ended, too; less what starting and stopping it needs. A switch means that somebody went "
          "to sleep, or was interrupted. A loop under load hardly sleeps: when it looks, somebody "
          "is "
          "ready. A thread or a process for each connection sleeps after each answer. spin never "
          "does, and pays with the processor. The processor time is counted while 64 clients ask.",
      .drawings = {
          bars("Processor time for a request", "microseconds",
               {{"cpu_us", 0, "connection kept"}, {"cpu_us", 1, "a connection each"}}, log_scale),
          bars("Context switches for a request", "switches",
               {{"switches", 0, "connection kept"}, {"switches", 1, "a connection each"}})}};
}

Experiment calls() {
  return {
      .id = "calls",
      .title = "System calls",
      .axis = "0: connections are kept; 1: a connection for each request",
      .text =
          "Each call into the kernel, counted from outside while 200 requests came over eight "
          "connections, and 50 with a connection each. To read a request and to write its answer "
          "are two calls that everybody needs; the rest is the price of knowing whom to serve "
          "next. When several are ready in one turn, they share it.",
      .drawings = {bars("System calls for a request", "calls",
                        {{"total", 0, "connection kept"}, {"total", 1, "a connection each"}},
                        log_scale)}};
}

}  // namespace

std::vector<Experiment> catalogue() {
  return {connections(), burst(), users(), idle(), slow(), sleeping(), memory(), cost(), calls()};
}

}  // namespace coachwhip::lab
