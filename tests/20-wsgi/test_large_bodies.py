"""Bodies of any size pass in flat memory."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from server import Server

MEBIBYTE = 1 << 20
GROWTH_KIB_MAX = 32 * 1024


@pytest.mark.parametrize("size", [0, 1, 1023, 65_535, 65_536, 65_537, 131_073, MEBIBYTE])
def test_sizes(serve_app, size: int) -> None:
    server = serve_app("digest")
    body = bytes(range(251)) * (size // 251) + b"z" * (size % 251)
    expected = [size, hashlib.sha256(body).hexdigest()]
    head = "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n%s\r\n" % (size, body) if size else b""
    with server.connect() as wire:
        for _ in range(2):
            assert json.loads(wire.ask("POST", "/", body=body).body)[:2] == expected
            wire.send(head.encode() + chunk + b"0\r\n\r\n")
            assert json.loads(wire.read_answer().body)[:2] == expected


def peaks(server: Server) -> dict[int, int]:
    """The most memory that each process has used so far, in KiB."""
    return {
        pid: next(
            int(line.split()[1])
            for line in Path(f"/proc/{pid}/status").read_text().splitlines()
            if line.startswith("VmHWM")
        )
        for pid in server.tree()
    }


@pytest.fixture
def server(serve_app) -> Server:
    """After a first transfer both ways: what grows from here on grows with the body."""
    server = serve_app("transfer")
    with server.connect(30) as wire:
        assert wire.ask("POST", "/4", body=b"x" * 4 * MEBIBYTE).status == 200
    return server


def check_growth(server: Server, before: dict[int, int]) -> None:
    growth = {pid: peak - before[pid] for pid, peak in peaks(server).items()}
    assert max(growth.values()) < GROWTH_KIB_MAX


def test_upload(server: Server) -> None:
    before, part = peaks(server), b"x" * MEBIBYTE
    with server.connect(30) as wire:
        wire.send(f"PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: {2 << 30}\r\n\r\n")
        for _ in range(2048):
            wire.send(part)
        assert int(wire.read_answer().body) == 2 << 30
    check_growth(server, before)


def test_upload_in_chunks(server: Server) -> None:
    before, chunk = peaks(server), b"100000\r\n%s\r\n" % (b"x" * MEBIBYTE)
    with server.connect(30) as wire:
        wire.send("PUT / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(256):
            wire.send(chunk)
        wire.send("0\r\n\r\n")
        assert int(wire.read_answer().body) == 256 * MEBIBYTE
    check_growth(server, before)


def test_download(server: Server) -> None:
    before = peaks(server)
    with server.connect(30) as wire:
        wire.send("GET /2048 HTTP/1.0\r\n\r\n")
        assert wire.read_head().status == 200
        assert wire.count_until_close() == 2 << 30
    check_growth(server, before)


def test_both_ways_at_once(serve_app) -> None:
    """An echo that reads and answers in turn: neither side waits for the end of the other.

    The body is larger than what is collected before the application is asked.
    """
    server = serve_app("echo_pieces")
    part = bytes(range(256)) * 256
    parts = 300
    with server.connect(30) as wire:
        wire.send(f"PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: {parts * len(part)}\r\n\r\n")
        wire.send(part * 2)
        assert wire.read_head().status == 200
        received = b""
        for _ in range(parts - 2):
            wire.send(part)
            received += wire.read_chunk()
        while chunk := wire.read_chunk():
            received += chunk
        assert received == part * parts
