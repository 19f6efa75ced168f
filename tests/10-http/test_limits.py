"""How many connections there may be at a time, and who makes way for whom."""

from __future__ import annotations

import contextlib
import itertools
import os
import resource
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models import URING
from server import Server
from wire import Wire

BUSY = "GET /hel"
FULL = "no connection can be accepted for the moment"
CLOSED = (ConnectionError, EOFError, AssertionError)


def models(*names: str) -> pytest.MarkDecorator:
    """Of a way of waiting or of sharing out, one is enough."""
    return pytest.mark.parametrize("model", names, indirect=True, scope="module")


def outside_address() -> str | None:
    """One of this machine that is not loopback; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = probe.getsockname()[0]
    return None if address.startswith("127.") else address


OUTSIDE = outside_address()


@pytest.fixture
def wires(site: Server) -> Iterator[Callable[..., Wire]]:
    """wires(begun): a connection that has sent this, to be closed with the test."""
    with contextlib.ExitStack() as stack:

        def connect(begun: str = "") -> Wire:
            wire = stack.enter_context(site.connect())
            wire.send(begun)
            return wire

        yield connect


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def answers(wire: Wire) -> bool:
    return wire.get("/hello").body == b"hello"


@contextlib.contextmanager
def files_of(pid: int, spare: int) -> Iterator[None]:
    """The process may open so many more, until the end."""
    limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    used = {int(name) for name in os.listdir(f"/proc/{pid}/fd")}
    free = itertools.filterfalse(used.__contains__, itertools.count())
    soft = next(itertools.islice(free, spare, None))
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, limits[1]))
    yield
    resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)


@models("coroutine", "pool", "poll", *URING)
def test_the_longest_idle_one_makes_way(start: Callable[..., Server]) -> None:
    server = start("--max-connections", "3", "--front-threads", "1")
    with contextlib.ExitStack() as stack:
        one, two, three = (stack.enter_context(server.connect()) for _ in range(3))
        assert all(answers(wire) for wire in (one, two, three, one))
        assert answers(stack.enter_context(server.connect()))
        assert two.is_closed()
        assert all(answers(wire) for wire in (one, three))


@pytest.fixture(scope="module")
def site(start: Callable[..., Server], model: str) -> Server:
    """Where there can be several loops each has connections of its own."""
    loops = ("--front-threads", "2") if model == "coroutine" else ()
    return start("--max-connections", "6", *loops)


class TestAll:
    @models("coroutine", "pool", "poll", *URING)
    def test_an_idle_one_makes_way(self, site: Server, wires) -> None:
        idle = [wires() for _ in range(6)]
        assert all(answers(wire) for wire in idle)
        time.sleep(0.3)  # who has just been answered is not idle yet
        new = [wires() for _ in range(5)]
        for wire in new:
            assert answers(wire)
        # Of two loops that hear of the same newcomer both may make a place.
        closed = sum(wire.has_input(0) for wire in (*idle, *new))
        assert closed in (5, 6), "they were closed"
        assert FULL not in site.log()

    @models("coroutine", "pool", "poll", *URING)
    def test_a_busy_one_does_not(self, site: Server, wires) -> None:
        busy = [wires(BUSY) for _ in range(6)]
        time.sleep(0.2)  # for what they sent to arrive
        waiting = wires("GET /hello HTTP/1.1\r\nHost: test\r\n\r\n")
        used = cpu_seconds(site.front())
        assert not waiting.has_input(1)
        assert cpu_seconds(site.front()) - used < 0.5, "it tries again and again"
        busy[0].close()
        assert waiting.read_answer().body == b"hello"
        for wire in busy[1:]:
            wire.send("lo HTTP/1.1\r\nHost: test\r\n\r\n")
            assert wire.read_answer().body == b"hello"
        assert site.log().count(FULL) == 1


@models("fork", "prefork", "thread")
def test_no_more_seats_than_connections(start: Callable[..., Server]) -> None:
    server = start("--max-connections", "2")
    with server.connect() as one, server.connect() as two, server.connect() as three:
        assert answers(one)
        assert answers(two)
        three.send("GET /hello HTTP/1.1\r\nHost: test\r\n\r\n")
        assert not three.has_input(0.3)
        one.close()
        assert three.read_answer().body == b"hello"


if OUTSIDE:

    @models("coroutine", "pool", "fork", "prefork", "thread")
    def test_a_client_has_no_more_than_it_may(start: Callable[..., Server]) -> None:
        server = start("--bind", f"{OUTSIDE}:0", "--max-connections-per-client", "3",
                       "--front-threads", "8")  # fmt: skip
        port = int(server.wait_log(f"http://{OUTSIDE}:").string.split(f"{OUTSIDE}:")[1][:5])
        with contextlib.ExitStack() as stack:

            def connect() -> Wire:
                return stack.enter_context(Wire((OUTSIDE, port)))

            wires = [connect() for _ in range(3)]
            assert all(answers(wire) for wire in wires)
            with pytest.raises(CLOSED):
                answers(connect())
            assert all(answers(wire) for wire in wires)
            server.wait_log(f"a connection of {OUTSIDE} was closed, it has 3 already")
            wires[0].close()
            assert succeeds_at_last(lambda: answers(connect()))
            assert all(answers(stack.enter_context(server.connect())) for _ in range(4))


def succeeds_at_last(attempt: Callable[[], bool]) -> bool:
    """The server may notice a moment later that somebody has left."""
    for _ in range(100):
        with contextlib.suppress(*CLOSED):
            return attempt()
        time.sleep(0.02)
    return False


class TestWithoutDescriptors:
    @pytest.fixture
    def site(self, start: Callable[..., Server]) -> Server:
        return start()

    @models("coroutine", "pool", "select")
    def test_idle_ones_make_way(self, site: Server, wires) -> None:
        with files_of(site.front(), 10):
            idle = []
            for _ in range(30):
                idle.append(wires())
                assert answers(idle[-1])
            assert all(wire.is_closed() for wire in idle[:20])
        assert answers(wires())

    @models("coroutine", "pool", "select")
    def test_busy_ones_do_not(self, site: Server, wires) -> None:
        front = site.front()
        with files_of(front, 8):
            busy = [wires(BUSY) for _ in range(20)]
            time.sleep(0.5)
            used = cpu_seconds(front)
            waiting = wires("GET /hello HTTP/1.1\r\nHost: test\r\n\r\n")
            assert not waiting.has_input(1)
            assert cpu_seconds(front) - used < 0.5, "it tries again and again"
            for wire in busy[:15]:
                wire.close()
            assert waiting.read_answer().body == b"hello"
        assert "raise the limit of open files (ulimit -n)" in site.log()
        assert answers(wires())

    @models("coroutine", "pool", "select")
    def test_a_file_that_cannot_be_opened(self, site: Server, wires) -> None:
        early = wires()
        assert answers(early)
        with files_of(site.front(), 0):
            answer = early.get("/files/small.txt")
            assert (answer.status, answer.header("Retry-After")) == (503, "1")
        assert early.get("/files/small.txt").body == b"small file"
