"""coachwhip models --trace: what is recorded, what it shows of the models, and what is refused."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Optional

import pytest

import tracing
from models import URING
from server import processes, wait_until
from tracing import Lane, Trace

Run = Callable[..., subprocess.CompletedProcess[str]]
# None: the system forbids tracing, which is_refusal() has looked at.
Traces = Optional[dict[str, Trace]]

MODELS = ("serial", "fork", "prefork", "thread", "pool", "spin", *URING, "coroutine")


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> Traces:
    output, folder = tmp_path_factory.mktemp("trace"), tmp_path_factory.mktemp("site")
    done = tracing.run_trace(*MODELS, output=output, folder=folder)
    if tracing.is_refusal(done):
        return None
    assert list(folder.iterdir()) == [], "the site is removed"
    for model in MODELS:
        assert f"\n{model}: " in done.stdout
    assert done.stdout.count("longest stall: ") == len(MODELS)
    return tracing.load(output)


def of(traces: Traces, *models: str) -> list[Trace]:
    """Their traces; none where there can be none."""
    return [] if traces is None else [traces[model] for model in models]


def test_all_clients_are_answered(traces: Traces) -> None:
    for trace in of(traces, *MODELS):
        assert len(trace.clients) == 8, trace.model
        for client in trace.clients:
            assert client["failure"] == "", (trace.model, client)
            assert {ask["status"] for ask in client["requests"]} == {200}
        assert trace.system_calls > 100


def test_each_connection_is_accepted_read_answered_and_closed(traces: Traces) -> None:
    for trace in of(traces, *MODELS):
        last = max(trace.clients, key=lambda client: client["left_ms"])["number"]
        for client in range(1, 9):
            for deed in ("accept", "read", "handle", "write", "close"):
                if (deed, client) == ("close", last):
                    continue  # may be noticed after the scene
                told = [lane for lane in trace.lanes if lane.times(deed, client)]
                assert told, f"{trace.model}: no {deed} for client {client}"


def test_serial_reads_nobody_else_while_it_has_the_slow_client(traces: Traces) -> None:
    for trace in of(traces, "serial"):
        (front,) = trace.fronts()
        slow = trace.client("slow")
        (accepted,), (closed,) = front.times("accept", slow), front.times("close", slow)
        assert closed - accepted > 300
        for event in front.events:
            if accepted < event["began_ms"] < closed:
                assert event["client"] == slow, event
        later = [c["longest_wait_ms"] for c in trace.clients if c["number"] > slow]
        assert min(later) > 300


def test_a_loop_answers_others_while_one_is_slow(traces: Traces) -> None:
    for trace in of(traces, "spin", *URING, "coroutine"):
        slow = trace.client("slow")
        (front,) = [lane for lane in trace.fronts() if lane.times("accept", slow)]
        reads = front.times("read", slow)
        others = [client for client in range(1, 9) if client != slow]
        answered = [
            client
            for client in others
            if any(reads[0] < time < reads[-1] for time in front.times("write", client))
        ]
        assert len(answered) >= 5, (trace.model, answered)
        assert trace.clients[-1]["longest_wait_ms"] < 300


@pytest.mark.parametrize("model", ["fork", "prefork", "thread"])
def test_each_client_has_a_thread_or_process_that_waits_for_it(traces: Traces, model: str) -> None:
    for trace in of(traces, model):
        served = [clients_of(lane) for lane in trace.fronts() if clients_of(lane)]
        assert all(len(set(clients)) == len(clients) for clients in served)
        slow = trace.client("slow")
        (lane,) = [lane for lane in trace.fronts() if lane.times("read", slow)]
        first, last = lane.times("read", slow)[0], lane.times("read", slow)[-1]
        between = [e for e in lane.events if first < e["began_ms"] < last]
        assert {event["client"] for event in between} == {slow}
        assert any(event["deed"] == "wait" for event in between)


def clients_of(lane: Lane) -> list[int]:
    return [connection["client"] for connection in lane.connections]


def test_a_pool_reads_in_other_threads_than_the_one_that_waits_for_all(traces: Traces) -> None:
    for trace in of(traces, "pool"):
        (selector,) = [lane for lane in trace.fronts() if lane.connections]
        assert selector.name == "front (selector)"
        assert sorted(clients_of(selector)) == list(range(1, 9))
        assert not any(event["deed"] == "read" for event in selector.events)


def test_the_sleep_of_the_handler_is_seen_in_a_worker(traces: Traces) -> None:
    for trace in of(traces, *MODELS):
        sleeper = trace.client("its handler sleeps")
        longest = max(
            event["ended_ms"] - event["began_ms"]
            for lane in trace.workers()
            for event in lane.events
            if (event["deed"], event["client"]) == ("handle", sleeper)
        )
        assert 290 < longest < 1000, trace.model
        calls = [e["call"] for lane in trace.workers() for e in lane.events]
        assert any("in the handler" in call for call in calls)


def test_spinning_is_one_event_not_thousands(traces: Traces) -> None:
    for trace in of(traces, "spin"):
        (front,) = trace.fronts()
        in_vain = [event["times"] for event in front.events if "times" in event]
        assert sum(in_vain) > 500
        assert len(front.events) < 2000


def test_threads_that_only_wait_are_named_but_not_drawn(traces: Traces) -> None:
    for trace in of(traces, "thread"):
        assert len(trace.idle) > 40
        assert len(trace.lanes) < 20


def test_a_system_that_forbids_tracing_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    done = tracing.run_trace("serial", output=tmp_path, folder=tmp_path / "site", is_forbidden=True)
    assert done.returncode == 2
    assert tracing.is_refusal(done)
    assert done.stderr.startswith("coachwhip: serial: the server cannot be traced: ptrace: ")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "trace.html").exists()
    assert list((tmp_path / "site").iterdir()) == []


def session(leader: int) -> list[int]:
    return [pid for pid, process in processes().items() if process.session == leader]


@pytest.mark.parametrize("moment", ["the start", "the second model"])
def test_an_interrupt_ends_all(tmp_path: Path, moment: str) -> None:
    """Ctrl-C reaches the whole group."""
    site = tmp_path / "site"
    site.mkdir()
    with subprocess.Popen(
        tracing.command("thread", "coroutine", "serial", output=tmp_path),
        env=tracing.trace_environment(site),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            wait_until(lambda: list(site.iterdir()), "the site")
            if moment == "the second model":
                process.stdout.readline()
            os.killpg(process.pid, signal.SIGINT)
            assert process.wait(20) in (130, 2)
        finally:
            process.kill()
    wait_until(lambda: not session(process.pid), "the end of all processes")
    assert list(site.iterdir()) == []
    assert not (tmp_path / "trace.json").exists()


def test_the_models_have_to_be_named(run_cli: Run) -> None:
    refused = run_cli("models", "--trace")
    assert refused.returncode == 2
    assert "--trace needs the name of a model" in refused.stderr


def test_an_unknown_model_is_refused(run_cli: Run) -> None:
    refused = run_cli("models", "--trace", "serial", "threads")
    assert refused.returncode == 2
    assert "'threads' is not a model" in refused.stderr


def test_the_folder_has_to_be_there(run_cli: Run, tmp_path: Path) -> None:
    refused = run_cli("models", "--trace", "serial", "--output", tmp_path / "nowhere")
    assert refused.returncode == 2
    assert f"'{tmp_path / 'nowhere'}'" in refused.stderr
