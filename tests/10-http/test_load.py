"""Many connections, and clients that are slow while others are not."""

from __future__ import annotations

import contextlib
import resource

import pytest

from models import many_connections, several_connections
from server import Server

CONNECTIONS = 750  # select has bits for 1,024 descriptors


@pytest.fixture(scope="module", autouse=True)
def descriptors() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 10 * CONNECTIONS), hard))


@many_connections
def test_many_connections(site: Server) -> None:
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(site.connect(60)) for _ in range(CONNECTIONS)]
        for _ in range(2):
            for number, wire in enumerate(wires):
                wire.send(f"GET /number/{number} HTTP/1.1\r\nHost: test\r\n\r\n")
            for number, wire in enumerate(wires):
                assert wire.read_answer().body == b"%d" % number
        for wire in wires[::2]:
            wire.reset()
        for wire in wires[1::2]:
            assert wire.get("/files/small.txt").status == 200


def test_connections_that_are_opened_and_closed(site: Server) -> None:
    for number in range(500):
        with site.connect() as wire:
            if number % 2:
                wire.send("GET /hel")
            if number % 3:
                wire.reset()
    with site.connect() as wire:
        assert wire.get("/hello").status == 200


@several_connections
@pytest.mark.parametrize("targets", [["/size/30000000"], ["/files/large.bin"] * 30])
def test_slow_reader(site: Server, targets: list[str]) -> None:
    """Gets all of it, more than the kernel keeps, and nobody else waits for it."""
    with site.connect(30) as slow, site.connect() as quick:
        slow.send("".join(f"GET {target} HTTP/1.1\r\nHost: test\r\n\r\n" for target in targets))
        head = slow.read_head()
        for _ in range(20):
            assert quick.get("/hello").body == b"hello"
            assert quick.get("/files/small.txt").body == b"small file"
        size = len(slow.read_body(head))
        size += sum(len(slow.read_answer().body) for _ in targets[1:])
        assert size == 30_000_000
