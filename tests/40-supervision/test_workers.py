"""Workers that end by themselves or by force."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from server import Server, wait_until
from wire import Wire

Start = Callable[..., Server]


def begun(folder: Path, count: int = 1) -> list[int]:
    """The processes that began to wait, in their order."""
    file = folder / "begun"
    wait_until(lambda: file.exists() and file.read_text().count("\n") >= count, "the request")
    return [int(line) for line in file.read_text().split()]


def ask(wire: Wire, method: str, path: str, body: str = "") -> None:
    wire.send(
        f"{method} {path} HTTP/1.1\r\nHost: test\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )


def test_killed_while_idle(start: Start) -> None:
    server = start(1)
    with server.connect() as wire:
        for _ in range(3):
            pid = int(wire.get().text.split()[0])
            assert server.workers() == [pid]
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: pid not in server.tree(), "its end")  # noqa: B023
            assert int(wire.get().text.split()[0]) != pid  # the request waits for the next one
    server.wait_log("has ended with")


def test_restart_backs_off(start: Start, folder: Path) -> None:
    server = start(1)
    site = folder / "site_module.py"
    good = site.read_text()
    site.write_text("1 / 0\n")
    os.kill(server.workers()[0], signal.SIGKILL)
    server.wait_log("starting another one in 0.4 s", 20)
    log = server.log()
    assert log.index("in 0.1 s") < log.index("in 0.2 s") < log.index("in 0.4 s")
    assert "ZeroDivisionError" in log
    site.write_text(good)
    with server.connect(30) as wire:
        assert wire.get().status == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_idempotent_request_is_given_to_another(start: Start, folder: Path, method: str) -> None:
    server = start(2)
    with server.connect() as wire:
        ask(wire, method, "/wait", "body")
        (first,) = begun(folder)
        os.kill(first, signal.SIGKILL)
        second = begun(folder, 2)[1]
        (folder / "go").touch()
        assert wire.read_answer().text == f"{second} first 4"
        assert second != first
        assert wire.get().status == 200


def test_a_post_is_not_repeated(start: Start, folder: Path) -> None:
    server = start(2)
    with server.connect() as wire:
        ask(wire, "POST", "/wait", "body")
        os.kill(begun(folder)[0], signal.SIGKILL)
        answer = wire.read_answer()
        assert (answer.status, answer.reason) == (502, "Bad Gateway")
        assert "Request id: " in answer.text
        assert wire.get().status == 200
    assert len(begun(folder)) == 1
    server.wait_log("its worker ended without an answer")


def test_a_request_that_kills_every_worker_is_given_up(start: Start, folder: Path) -> None:
    server = start(1)
    with server.connect(30) as wire:
        ask(wire, "GET", "/wait")
        for count in (1, 2, 3):
            os.kill(begun(folder, count)[-1], signal.SIGKILL)
        assert wire.read_answer().status == 502
        assert wire.get().status == 200


def test_an_answer_that_was_begun_is_cut(start: Start) -> None:
    server = start(1)
    with server.connect() as wire:
        ask(wire, "GET", "/stream")
        wire.read_head()
        assert wire.read_chunk() == b"begun"
        os.kill(server.workers()[0], signal.SIGKILL)
        with pytest.raises((EOFError, ConnectionResetError)):
            wire.read_chunk()


def test_other_requests_go_on_while_a_worker_is_stopped(start: Start) -> None:
    server = start(2)
    stopped = server.workers()[0]
    os.kill(stopped, signal.SIGSTOP)
    try:
        with server.connect() as wire:
            for _ in range(20):
                assert wire.get().text.split()[0] != str(stopped)
    finally:
        os.kill(stopped, signal.SIGCONT)


def test_a_worker_that_exits_by_itself(start: Start, folder: Path) -> None:
    with (folder / "site_module.py").open("a") as site:
        site.write("WAITS['/exit'] = lambda path: os._exit(5)\n")
    server = start(1)
    with server.connect() as wire:
        ask(wire, "POST", "/exit")
        assert wire.read_answer().status == 502
        assert wire.get().status == 200
    server.wait_log("exit code 5")


def test_fast_requests_do_not_wait_for_slow_ones(start: Start) -> None:
    """One request in ten sleeps 200 ms; 2 workers x 4 threads."""
    server = start(2, "--threads", "4")
    with server.connect() as slow_1, server.connect() as slow_2, server.connect() as fast:
        for _ in range(20):
            fast.get()
        times = []
        for _ in range(3):
            for slow in (slow_1, slow_2):
                ask(slow, "GET", "/slow")
            for _ in range(10):
                began = time.monotonic()
                assert fast.get().status == 200
                times.append(time.monotonic() - began)
            for slow in (slow_1, slow_2):
                assert slow.read_answer().status == 200
    assert sorted(times)[len(times) // 2] < 0.1


def test_the_import_time_is_bounded(serve: Start, folder: Path) -> None:
    (folder / "site_module.py").write_text("import time\ntime.sleep(60)\n")
    server = serve("site_module:app", "--start-timeout", "500ms", cwd=folder, expect_exit=True)
    assert server.process.returncode == 2
    assert "was not ready within 500 ms" in server.log()
