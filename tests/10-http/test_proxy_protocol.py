"""The header that a balancer writes before the first request (PROXY protocol 1 and 2)."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable

import pytest

from server import Server
from wire import Wire

REQUEST = b"GET /client HTTP/1.1\r\nHost: test\r\n\r\n"
SILENCE_SECONDS = 0.2

V1 = b"PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n"


def v2(command: int, family: int, block: bytes = b"") -> bytes:
    return b"\r\n\r\n\0\r\nQUIT\n" + struct.pack(">BBH", 0x20 | command, family, len(block)) + block


def tcp4(last: int, extensions: bytes = b"") -> bytes:
    """Of a client 192.0.2.LAST."""
    return v2(1, 0x11, bytes([192, 0, 2, last, 192, 0, 2, 2]) + b"\xdc\x04\x01\xbb" + extensions)


V2 = tcp4(1, b"\x04\0\x03xyz")


@pytest.fixture(scope="module")
def site(start: Callable[..., Server]) -> Server:
    return start("--proxy-protocol", "any", "--header-timeout", "1s")


def client_of(wire: Wire, header: bytes = b"") -> str:
    wire.send(header + REQUEST)
    return wire.read_answer().text


@pytest.mark.parametrize(
    ("header", "client"),
    [
        (V1, "192.0.2.1 56324 -"),
        (b"PROXY TCP6 2001:DB8::1 ::1 1 2\r\n", "2001:db8::1 1 -"),
        (V2, "192.0.2.1 56324 -"),
        (v2(1, 0x21, bytes(15) + b"\1" + bytes(16) + b"\0\x50\0\x50"), "::1 80 -"),
        (v2(1, 0x31, bytes(216)), " 0 -"),
    ],
)
def test_client_is_the_one_that_is_announced(wire: Wire, header: bytes, client: str) -> None:
    assert client_of(wire, header) == client


@pytest.mark.parametrize("header", [b"PROXY UNKNOWN\r\n", v2(0, 0), v2(1, 0), v2(0, 0x11, b"x")])
def test_balancer_speaks_for_itself(wire: Wire, header: bytes) -> None:
    _, port = wire.socket.getsockname()
    assert client_of(wire, header) == f"127.0.0.1 {port} -"


@pytest.mark.parametrize("header", [V1, V2])
def test_client_stays_with_its_connection(wire: Wire, header: bytes) -> None:
    assert client_of(wire, header) == "192.0.2.1 56324 -"
    for _ in range(3):
        assert not wire.has_input(SILENCE_SECONDS / 4)  # long enough to be put away as idle
        assert client_of(wire) == "192.0.2.1 56324 -"
    assert wire.get("/files/small.txt").text == "small file"


@pytest.mark.parametrize("header", [V1, V2])
def test_header_comes_alone(wire: Wire, header: bytes) -> None:
    wire.send(header)
    assert not wire.has_input(SILENCE_SECONDS)
    assert client_of(wire) == "192.0.2.1 56324 -"


@pytest.mark.parametrize("header", [V1, V2])
def test_header_is_cut_at_every_byte(site: Server, header: bytes) -> None:
    for cut in range(1, len(header)):
        with site.connect() as wire:
            wire.send(header[:cut])
            assert client_of(wire, header[cut:]) == "192.0.2.1 56324 -"
    with site.connect() as wire:
        for byte in header + REQUEST:
            wire.send(bytes([byte]))
        assert wire.read_answer().text == "192.0.2.1 56324 -"


def test_pipeline_behind_the_header(wire: Wire) -> None:
    wire.send(V2 + 3 * REQUEST)
    assert [wire.read_answer().text for _ in range(3)] == 3 * ["192.0.2.1 56324 -"]


@pytest.mark.parametrize(
    "sent",
    [
        REQUEST,
        b"PROXY TCP4 192.0.2.1 192.0.2.2 56324 99999\r\n" + REQUEST,
        b"PROXY UNKNOWN " + 107 * b"x",
        v2(1, 0x12, bytes(12)) + REQUEST,
        v2(0, 0, bytes(5000)),
        V1 + V1 + REQUEST,
    ],
)
def test_without_a_proper_header(site: Server, wire: Wire, sent: bytes) -> None:
    wire.send(sent)
    if sent.startswith(V1):  # the second is no request
        assert wire.read_answer().status == 400
    else:
        assert wire.is_closed()
        site.wait_log("is closed, it has no proper PROXY header: ")
    wire.close()
    with site.connect() as other:
        assert client_of(other, V1) == "192.0.2.1 56324 -"


def test_header_that_stops(site: Server, wire: Wire) -> None:
    began = time.monotonic()
    wire.send(V1[:10])
    assert wire.is_closed()
    assert 0.9 < time.monotonic() - began < 8
    site.wait_log("its header did not come in time")


def test_header_that_ends(site: Server, wire: Wire) -> None:
    wire.send(V2[:10])
    wire.shut_write()
    assert wire.is_closed()
    site.wait_log("it ends within its header")


def test_only_trusted_peers_may_announce(start: Callable[..., Server]) -> None:
    site = start("--proxy-protocol", "v1", "--trusted-proxies", "192.0.2.0/24")
    with site.connect() as wire:
        wire.send(V1 + REQUEST)
        assert wire.is_closed()
    site.wait_log("none of --trusted-proxies")


def test_whose_fields_count_is_decided_by_the_announced_peer(start: Callable[..., Server]) -> None:
    site = start("--proxy-protocol", "any", "--trusted-proxies", "127.0.0.1,192.0.2.1")
    forwarded = b"GET /client HTTP/1.1\r\nHost: test\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n"
    for last, expected in ((1, "192.0.2.7 0 192.0.2.7"), (2, "192.0.2.2 56324 -")):
        with site.connect() as wire:
            for header in (tcp4(last), b"", b""):
                wire.send(header + forwarded)
                assert wire.read_answer().text == expected
    with site.connect() as wire:
        wire.send(v2(0, 0) + forwarded)
        assert wire.read_answer().text == "192.0.2.7 0 192.0.2.7"


def test_end_of_the_server_does_not_wait_for_a_header(start: Callable[..., Server]) -> None:
    site = start("--proxy-protocol", "any")
    with site.connect() as wire:
        wire.send(V1[:10])
        assert not wire.has_input(SILENCE_SECONDS)
        began = time.monotonic()
        site.stop()
        assert time.monotonic() - began < 5


def test_off_by_default(start: Callable[..., Server]) -> None:
    with start().connect() as wire:
        wire.send(V1)
        assert wire.read_answer().status == 400
