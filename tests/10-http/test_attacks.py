"""Clients that mean harm: the others are served meanwhile, and nothing of it stays.

Short and small, for every run; `./dev bench attacks` measures thousands.
"""

from __future__ import annotations

import contextlib
import resource
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from load import Load
from server import Server
from wire import Wire

ATTACKERS = 300
SECONDS = 1
PIPELINED = 20_000

pytestmark = pytest.mark.parametrize("model", ["coroutine", "pool"], indirect=True, scope="module")


@pytest.fixture(scope="module", autouse=True)
def descriptors() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4 * ATTACKERS)), hard))


@pytest.fixture(scope="module")
def site(start: Callable[..., Server], model: str) -> Server:
    """A pool needs a thread for each slow one."""
    return start(*(("--front-threads", "2") if model == "coroutine" else ()))


@pytest.fixture
def served(site: Server) -> Iterator[None]:
    """Ordinary clients get every answer, during the test and after it."""
    with Load(site, path="/files/small.txt") as load:
        yield
    assert not load.failures
    assert load.answers
    with site.connect() as wire:
        assert wire.get("/hello").body == b"hello"


@pytest.fixture
def attackers(site: Server) -> Iterator[Callable[[str, int], list[Wire]]]:
    """attackers(begun, count): connections that have sent this."""
    with contextlib.ExitStack() as stack:

        def attack(begun: str, count: int = ATTACKERS) -> list[Wire]:
            wires = [stack.enter_context(site.connect(30)) for _ in range(count)]
            for wire in wires:
                wire.send(begun)
            return wires

        yield attack


def memory_bytes(server: Server) -> int:
    """Of the front, its own alone."""
    text = Path(f"/proc/{server.front()}/smaps_rollup").read_text()
    private = (line.split() for line in text.splitlines() if line.startswith("Private_"))
    return sum(int(fields[1]) for fields in private) * 1024


def dribble(wires: list[Wire], piece: str) -> None:
    """A piece a second from each, as long as the server takes it."""
    for _ in range(SECONDS * 5):
        for wire in wires[::5]:
            with contextlib.suppress(OSError):
                wire.send(piece)
        time.sleep(0.2)


@pytest.mark.usefixtures("served")
class TestOthersAreServed:
    def test_slow_heads(self, attackers) -> None:
        dribble(attackers("GET / HTTP/1.1\r\nHost: test\r\n", count=50), "X: y\r\n")

    def test_slow_bodies(self, attackers) -> None:
        begun = "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\n"
        dribble(attackers(begun, count=50), "x")

    def test_readers_that_do_not_read(self, attackers) -> None:
        attackers("GET /files/large.bin HTTP/1.1\r\nHost: test\r\n\r\n" * 10, count=50)
        time.sleep(SECONDS)

    def test_idle_ones(self, attackers) -> None:
        attackers("")
        time.sleep(SECONDS)

    def test_pieces(self, attackers) -> None:
        for wire in attackers("", count=20):
            for byte in "GET /hello HTTP/1.1\r\nHost: test\r\n\r\n":
                wire.send(byte)
            assert wire.read_answer().body == b"hello"

    def test_connections_that_close_at_once(self, site: Server) -> None:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            with site.connect() as wire:
                wire.reset()


def test_half_closed_upload_frees_the_worker(site: Server, attackers) -> None:
    """Larger than what is collected: each holds one of the four threads until it ends."""
    begun = "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 20000000\r\n\r\n"
    for wire in attackers(begun, count=4):
        wire.send(b"x" * 1_000_000)
        wire.shut_write()
        assert not (rest := wire.read_until_close()) or rest.startswith(
            (b"HTTP/1.1 4", b"HTTP/1.1 5")
        )
    with site.connect() as wire:
        assert wire.get("/hello").body == b"hello"


def test_long_head_is_refused_early(site: Server, attackers) -> None:
    before = memory_bytes(site)
    for wire in attackers("GET / HTTP/1.1\r\nHost: test\r\n", count=50):
        with contextlib.suppress(OSError):  # the answer may come before all was sent
            wire.send("X-Long: " + "x" * (1 << 20) + "\r\n\r\n")
        assert wire.read_answer().status == 431
    assert memory_bytes(site) - before < 8 << 20


def test_long_pipeline(site: Server, attackers) -> None:
    """Sent ahead, read at leisure: in order, and without piling up."""
    (wire,) = attackers("", count=1)
    requests = "".join(
        f"GET /number/{number} HTTP/1.1\r\nHost: test\r\n\r\n" for number in range(PIPELINED)
    )
    sender = threading.Thread(target=wire.send, args=(requests,))
    wire.socket.settimeout(60)
    sender.start()
    time.sleep(0.5)
    before = memory_bytes(site)
    for number in range(PIPELINED):
        assert wire.read_answer().body == b"%d" % number
    sender.join()
    assert memory_bytes(site) - before < 4 << 20
