"""Clients that are too slow. The bounds are generous: the machine may be busy."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

import pytest

from server import Server
from wire import Wire

SECONDS_MAX = 8


@pytest.fixture(scope="module")
def site(start: Callable[..., Server]) -> Server:
    return start("--header-timeout", "1s", "--idle-timeout", "1s", "--body-timeout", "1s",
                 "--write-timeout", "1s", "--access-log", "stdout",
                 "--access-log-format", "json")  # fmt: skip


@contextlib.contextmanager
def takes(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert seconds * 0.9 < time.monotonic() - began < seconds + SECONDS_MAX


def test_idle_from_the_start(wire: Wire) -> None:
    with takes(1):
        assert wire.read_until_close() == b""


def test_idle_between_requests(wire: Wire) -> None:
    assert wire.get("/hello").status == 200
    time.sleep(0.3)  # within the limit
    assert wire.get("/hello").status == 200
    with takes(1):
        assert wire.read_until_close() == b""


@pytest.mark.parametrize("begun", ["G", "GET /hello HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: te"])
def test_head_that_stops(wire: Wire, begun: str) -> None:
    assert wire.get("/hello").status == 200
    wire.send(begun)
    with takes(1):
        answer = wire.read_answer()
    assert (answer.status, answer.header("Connection")) == (408, "close")
    assert wire.is_closed()


def test_head_that_dribbles(wire: Wire) -> None:
    """Each byte comes in time; the head does not."""
    wire.socket.settimeout(0.1)
    wire.send("GET /hello HTTP/1.1\r\n")
    with takes(1):
        while True:
            wire.send("X")
            with contextlib.suppress(TimeoutError):
                assert wire.read_answer().status == 408
                break


@pytest.mark.parametrize("path", ["/echo", "/ignore"])
@pytest.mark.parametrize("framing", ["Content-Length: 10", "Transfer-Encoding: chunked"])
def test_body_that_stops(wire: Wire, path: str, framing: str) -> None:
    wire.send(f"POST {path} HTTP/1.1\r\nHost: test\r\n{framing}\r\n\r\n3\r\nabc")
    with takes(1):
        answer = wire.read_answer()
    assert (answer.status, answer.header("Connection")) == (408, "close")
    assert wire.is_closed()


def test_body_that_is_slow(wire: Wire) -> None:
    """The limit is for stalls: a client that goes on sending is served."""
    wire.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1600\r\n\r\n")
    for part in "12345678":
        time.sleep(0.2)
        wire.send(part * 200)
    assert len(wire.read_answer().body) == 1605


@pytest.mark.parametrize("model", ["coroutine", "pool"], indirect=True, scope="module")
@pytest.mark.parametrize("length", [1000, 20_000_000])
def test_body_that_dribbles(site: Server, length: int) -> None:
    """Each byte comes in time; too few come. Of a large body the application waits for the rest."""
    with site.connect() as wire, takes(1):
        wire.send(f"POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n")
        if length > 1000:
            wire.send(b"x" * 5_000_000)
        while not wire.has_input(0.1):
            wire.send("x")
        assert wire.read_line().startswith(("HTTP/1.1 408 ", "HTTP/1.1 5"))
    with site.connect() as wire:
        assert wire.get("/hello").status == 200


def test_large_body_that_stops(site: Server) -> None:
    """The application has it already and waits for the rest."""
    with site.connect() as wire:
        wire.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n")
        wire.send("x" * 500_000)
        with takes(1):
            rest = wire.read_until_close()
        assert not rest or rest.startswith((b"HTTP/1.1 408 ", b"HTTP/1.1 5"))
    with site.connect() as wire:
        assert wire.get("/hello").status == 200


@pytest.mark.parametrize("path", ["/size/20000000", "/files/large.bin"])
def test_client_that_takes_nothing(site: Server, path: str) -> None:
    with site.connect() as wire:
        count = 30 if path.startswith("/files") else 1
        wire.send(f"GET {path}?untaken HTTP/1.1\r\nHost: test\r\n\r\n" * count)
        site.wait_log(f'"target":"{path}?untaken"')
        while f"{path}?untaken" not in (ends := cut_lines(site)):
            time.sleep(0.05)
        assert ends.count("untaken") >= 1
        with contextlib.suppress(ConnectionResetError):
            assert len(wire.read_until_close()) < 20_000_000
    with site.connect() as wire:
        assert wire.get("/hello").status == 200


def cut_lines(site: Server) -> str:
    return "\n".join(line for line in site.log().splitlines() if '"complete":false' in line)
