"""How the server ends, and what may not be left of it."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from load import Load
from server import Server, wait_until
from wire import Wire

Start = Callable[..., Server]


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_requests_under_way_are_answered(start: Start, folder: Path, by: signal.Signals) -> None:
    server = start(1)
    with server.connect() as busy, server.connect() as idle:
        assert idle.get().status == 200
        busy.send("GET /wait HTTP/1.1\r\nHost: test\r\n\r\n")
        wait_until((folder / "begun").exists, "the request")
        os.kill(server.pid, by)
        assert idle.is_closed()
        wait_until(lambda: not listens(server), "the end of listening")
        (folder / "go").touch()
        answer = busy.read_answer()
        assert (answer.status, answer.header("Connection")) == (200, "close")
    assert server.wait_exit() == 0


def listens(server: Server) -> bool:
    try:
        server.connect().close()
    except (ConnectionRefusedError, ConnectionResetError):  # the latter at the very moment
        return False
    return True


def test_the_address_is_free_while_the_rest_is_finished(
    start: Start, serve: Start, folder: Path
) -> None:
    path = folder / "site.sock"
    server = start(1, "--bind", f"unix:{path}")
    with server.connect() as wire:
        wire.send("GET /wait HTTP/1.1\r\nHost: test\r\n\r\n")
        wait_until((folder / "begun").exists, "the request")
        os.kill(server.pid, signal.SIGTERM)
        wait_until(lambda: not listens(server), "the end of listening")
        binds = (f"127.0.0.1:{server.port}", f"unix:{path}")
        successor = serve("site_module:app", "--bind", binds[0], "--bind", binds[1], cwd=folder)
        with Wire(("127.0.0.1", server.port)) as other:
            assert other.get().status == 200
        (folder / "go").touch()
        assert wire.read_answer().status == 200
    assert server.wait_exit() == 0
    with Wire(str(path)) as other:
        assert other.get().status == 200
    assert successor.stop() == 0


def test_what_has_arrived_by_then_is_answered(start: Start) -> None:
    server = start(1)
    request = "GET / HTTP/1.1\r\nHost: test\r\n\r\n"
    with server.connect() as kept:
        assert kept.get().status == 200
        family = server.front_family()
        for pid in family:  # so that it hears of all of it at once
            os.kill(pid, signal.SIGSTOP)
        os.kill(server.pid, signal.SIGTERM)
        server.wait_log("stopping")
        time.sleep(0.1)  # for the front to be told
        with server.connect() as new:
            for wire in (kept, new):
                wire.send(request)
            for pid in reversed(family):
                os.kill(pid, signal.SIGCONT)
            assert [wire.read_answer().status for wire in (kept, new)] == [200, 200]
    assert server.wait_exit() == 0


def test_what_is_sent_behind_the_last_request_does_not_destroy_its_answer(
    start: Start, folder: Path
) -> None:
    """A close over unread input would make the kernel reset the connection."""
    server = start(1)
    with server.connect() as wire:
        wire.send("GET /wait HTTP/1.1\r\nHost: test\r\n\r\n")
        wait_until((folder / "begun").exists, "the request")
        os.kill(server.pid, signal.SIGTERM)
        wait_until(lambda: not listens(server), "the end of listening")
        wire.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n" * 2000)
        (folder / "go").touch()
        answer = wire.read_answer()
        assert (answer.status, answer.header("Connection")) == (200, "close")
        wire.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n" * 2000)
        assert wire.read_until_close() == b""
    assert server.wait_exit() == 0


def test_answers_under_way_are_sent(start: Start, folder: Path) -> None:
    server = start(1)
    with server.connect() as wire:
        wire.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
        wire.read_head()
        assert wire.read_chunk() == b"begun"
        os.kill(server.pid, signal.SIGTERM)
        server.wait_log("stopping")
        (folder / "go").touch()
        assert wire.read_chunk() == b"ended"
        assert wire.read_chunk() == b""
    assert server.wait_exit() == 0


def test_the_time_to_drain_is_bounded(start: Start, folder: Path) -> None:
    server = start(1, "--drain-timeout", "300ms")
    with server.connect() as wire:
        wire.send("GET /wait HTTP/1.1\r\nHost: test\r\n\r\n")
        wait_until((folder / "begun").exists, "the request")
        os.kill(server.pid, signal.SIGTERM)
        server.wait_exit()
        assert "the time to drain is up" in server.log()
        assert wire.is_closed()
    assert server.tree() == []


def test_a_worker_that_does_not_obey_is_killed_and_named(start: Start) -> None:
    server = start(2, "--drain-timeout", "20s")
    stopped = server.workers()[0]
    os.kill(stopped, signal.SIGSTOP)
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 15
    lines = [line for line in server.log().splitlines() if "killed" in line]
    assert len(lines) == 1
    assert re.findall(r"\(pid (\d+)\)", lines[0]) == [str(stopped)]
    assert server.tree() == []


def test_a_second_signal_ends_at_once(start: Start, folder: Path) -> None:
    server = start(1)
    with server.connect() as wire:
        wire.send("GET /wait HTTP/1.1\r\nHost: test\r\n\r\n")
        wait_until((folder / "begun").exists, "the request")
        os.kill(server.pid, signal.SIGTERM)
        server.wait_log("stopping")
        os.kill(server.pid, signal.SIGTERM)
        server.wait_exit(10)
    wait_until(lambda: server.tree() == [], "the end of the rest")


def test_nothing_is_left_of_a_killed_supervisor(start: Start, folder: Path) -> None:
    server = start(2, "--threads", "2")
    with server.connect() as wire:
        wire.send("GET /wait HTTP/1.1\r\nHost: test\r\n\r\n")
        wait_until((folder / "begun").exists, "the request")
        assert len(server.tree()) >= 4
        os.kill(server.pid, signal.SIGKILL)
        server.wait_exit()
        wait_until(lambda: not server.tree(), "the end of the others")
        assert wire.is_closed()


def test_a_killed_front_is_started_again(start: Start) -> None:
    server = start(2)
    workers = sorted(server.workers())
    for turn in (1, 2):
        with server.connect() as wire:
            assert wire.get().status == 200
            front = server.front()
            server.kill_front()
            assert wire.is_closed()
        server.wait_log("the front has ended with")
        with server.connect(30) as wire:  # waits in the kernel until the next front accepts it
            assert wire.get().status == 200
        assert server.front() != front
        assert sorted(server.workers()) == workers
        assert server.log().count("the front has ended with") == turn


def test_a_front_killed_under_load(start: Start, folder: Path) -> None:
    """What workers were doing for the old front does not harm the new one."""
    server = start(2)
    with Load(server, clients=8), server.connect() as waiting:
        waiting.send("GET /wait HTTP/1.1\r\nHost: test\r\n\r\n")
        wait_until((folder / "begun").exists, "the request")
        server.kill_front()
    (folder / "go").touch()
    with Load(server) as load:
        wait_until(lambda: sum(load.answers.values()) > 200, "200 answers", 30)
    assert load.failures == []


def test_workers_killed_under_load(start: Start) -> None:
    """GET is repeated: not one is lost."""
    server = start(2)
    with Load(server) as load:
        for _ in range(5):
            seen = sum(load.answers.values())
            os.kill(server.workers()[0], signal.SIGKILL)
            goal = seen + 50
            wait_until(lambda n=goal: sum(load.answers.values()) > n, "more answers", 30)
            wait_until(lambda: len(server.workers()) == 2, "two workers")
    assert load.failures == []


def test_a_terminal_s_interrupt_reaches_everybody(start: Start, folder: Path) -> None:
    """Ctrl-C goes to all processes of the group: only the supervisor obeys."""
    server = start(1)
    with server.connect() as wire:
        wire.send("GET /wait HTTP/1.1\r\nHost: test\r\n\r\n")
        wait_until((folder / "begun").exists, "the request")
        os.killpg(server.pid, signal.SIGINT)
        server.wait_log("stopping")
        threading.Timer(0.2, (folder / "go").touch).start()
        assert wire.read_answer().status == 200
    assert server.wait_exit() == 0
    assert "KeyboardInterrupt" not in server.log()
