"""Bodies of requests: chunks, and those that wait to be asked for."""

from __future__ import annotations

import pytest

from server import Server
from wire import Wire

CHUNKED = "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNKS = 'a\r\n0123456789\r\n0005;name="quoted\\" ;"\r\nabcde\r\n00\r\nX-Trailer: 1\r\n\r\n'
BODY = b"POST 0123456789abcde"


def test_chunks_split_at_every_byte(site: Server) -> None:
    with site.connect() as wire:
        whole = CHUNKED + CHUNKS
        for at in range(1, len(whole)):
            wire.send(whole[:at])
            wire.send(whole[at:])
            assert wire.read_answer().body == BODY, f"split at {at}"


@pytest.mark.parametrize("size", [1, 65535, 65536, 65537, 1_000_000])
def test_chunks_of_any_size(wire: Wire, size: int) -> None:
    part = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    chunk = b"%x\r\n%s\r\n" % (size, part)
    wire.send(CHUNKED.encode() + chunk * 3 + b"0\r\n\r\n")
    assert wire.read_answer().body == b"POST " + part * 3
    assert wire.get("/hello").body == b"hello"


@pytest.mark.parametrize(
    "chunks",
    ["x\r\n", "-1\r\n", "+1\r\n", " 1\r\n", "0x1\r\n", "1 \r\n", "1\n", "\r\n", "f" * 17 + "\r\n",
     "f" * 16 + "\r\n", "1\r\nab", "1\r\na\n", "1;\x01\r\n", "1;" + "a" * 300 + "\r\n",
     "0\r\nbad trailer\r\n\r\n", "0\r\n folded: 1\r\n\r\n", "0\r\nHost: other\r\n\r\n"],
)  # fmt: skip
def test_malformed_chunks(wire: Wire, chunks: str) -> None:
    wire.send(CHUNKED + chunks)
    answer = wire.read_answer()
    assert (answer.status, answer.header("Connection")) == (400, "close")
    assert wire.is_closed()


def test_continue(wire: Wire) -> None:
    for _ in range(2):
        wire.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n"
                  "Expect: 100-continue\r\n\r\n")  # fmt: skip
        assert wire.read_head().status == 100
        wire.send("body")
        assert wire.read_answer().body == b"POST body"


def test_continue_in_chunks(wire: Wire) -> None:
    wire.send(CHUNKED.replace("\r\n\r\n", "\r\nExpect: 100-Continue\r\n\r\n"))
    assert wire.read_head().status == 100
    wire.send(CHUNKS)
    assert wire.read_answer().body == BODY


def test_no_continue_for_a_body_that_is_there(wire: Wire) -> None:
    wire.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n"
              "Expect: 100-continue\r\n\r\nbody")  # fmt: skip
    assert wire.read_answer().body == b"POST body"


def test_no_continue_without_a_body_or_in_http_1_0(wire: Wire) -> None:
    wire.send("GET /hello HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\n\r\n")
    assert wire.read_answer().body == b"hello"
    wire.send("POST /echo HTTP/1.0\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\nbody")
    assert wire.read_answer().body == b"POST body"


def test_no_continue_for_what_nobody_wants(wire: Wire) -> None:
    wire.send("POST /files/small.txt HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n"
              "Expect: 100-continue\r\n\r\n")  # fmt: skip
    answer = wire.read_answer()
    assert (answer.status, answer.header("Connection")) == (405, "close")
    wire.send("body")  # in spite of the answer
    assert wire.is_closed()
