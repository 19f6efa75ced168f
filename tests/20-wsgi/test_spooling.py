"""Bodies of usual size are complete before Python is asked."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from server import Server, wait_until

BODY = bytes(range(256)) * 4096  # 1 MiB

APPLICATION = """
import hashlib, time

def app(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [hashlib.sha256(body).hexdigest().encode()]
"""


@pytest.fixture
def start(serve: Callable[..., Server], tmp_path: Path) -> Callable[..., Server]:
    (tmp_path / "digest.py").write_text(APPLICATION)
    (tmp_path / "spool").mkdir()

    def start_one(spool: str = "spool") -> Server:
        return serve(
            "digest:app", "--workers", 1, "--threads", 1,
            cwd=tmp_path, env={"TMPDIR": str(tmp_path / spool)},
        )  # fmt: skip

    return start_one


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def spooled(server: Server) -> int:
    """How many spools the front has open."""
    folder = Path(f"/proc/{server.front()}/fd")
    return sum("/spool/#" in os.readlink(link) for link in folder.iterdir())


def chunked(body: bytes, size: int) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)


def test_a_slow_upload_holds_no_thread(start: Callable[..., Server], tmp_path: Path) -> None:
    server = start()
    head = "POST / HTTP/1.1\r\nHost: test\r\n"
    with server.connect() as sized, server.connect() as streamed, server.connect() as quick:
        sized.send(f"{head}Content-Length: {len(BODY)}\r\n\r\n")
        streamed.send(f"{head}Transfer-Encoding: chunked\r\n\r\n")
        sized.send(BODY[:-1])
        streamed.send(chunked(BODY, 5000))
        wait_until(lambda: spooled(server) == 2, "two spools")
        for _ in range(20):
            assert quick.ask("POST", "/", body=b"quick").text == digest(b"quick")
        sized.send(BODY[-1:])
        streamed.send(b"0\r\n\r\n")
        assert sized.read_answer().text == digest(BODY)
        assert streamed.read_answer().text == digest(BODY)
    wait_until(lambda: spooled(server) == 0, "no spool")
    assert list((tmp_path / "spool").iterdir()) == []


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 131_072, 16 << 20, (16 << 20) + 1])
def test_bodies_of_any_size(start: Callable[..., Server], size: int) -> None:
    server = start()
    body = (BODY * 17)[:size]
    with server.connect(60) as wire:
        assert wire.ask("POST", "/", body=body).text == digest(body)
        chunks = chunked(body, 100_000) + b"0\r\n\r\n"
        wire.send(b"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
        assert wire.read_answer().text == digest(body)


def test_a_client_that_leaves_leaves_nothing(start: Callable[..., Server]) -> None:
    server = start()
    with server.connect() as wire:
        wire.send(f"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: {len(BODY)}\r\n\r\n")
        wire.send(BODY[:-1])
        wait_until(lambda: spooled(server) == 1, "a spool")
    wait_until(lambda: spooled(server) == 0, "no spool")


def test_without_room_the_request_is_refused(start: Callable[..., Server]) -> None:
    server = start(spool="missing")
    with server.connect() as wire:
        assert wire.ask("POST", "/", body=b"small").text == digest(b"small")
        wire.send(f"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: {len(BODY)}\r\n\r\n")
        wire.send(BODY[:200_000])
        assert wire.read_answer().status == 503
    server.wait_log("name another folder in TMPDIR")
    with server.connect() as wire:
        assert wire.ask("POST", "/", body=b"small").text == digest(b"small")
