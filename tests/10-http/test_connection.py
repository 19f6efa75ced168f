"""How connections go on and end."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

import pytest

from models import any_model, several_connections
from server import Server
from wire import Wire

PATHS = {"/hello": b"hello", "/stream": b"onetwo", "/files/small.txt": b"small file"}


def test_keep_alive(wire: Wire) -> None:
    for _ in range(3):
        for path, body in PATHS.items():
            answer = wire.get(path)
            assert (answer.version, answer.status, answer.body) == ("HTTP/1.1", 200, body)
            assert answer.header("Connection") is None
    for body in (b"", b"x", b"y" * 100_000):
        assert wire.ask("POST", "/echo", body=body).body == b"POST " + body


@pytest.mark.parametrize("path", [*PATHS, "/nowhere/1", "/files/none"])
def test_close_if_the_client_wants_it(wire: Wire, path: str) -> None:
    answer = wire.get(path, "Connection: close")
    assert answer.header("Connection") == "close"
    assert wire.is_closed()


@pytest.mark.parametrize("path", ["/hello", "/files/small.txt"])
def test_http_1_0(site: Server, path: str) -> None:
    with site.connect() as wire:
        for _ in range(2):
            wire.send(f"GET {path} HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
            answer = wire.read_answer()
            assert (answer.status, answer.body) == (200, PATHS[path])
            assert answer.header("Connection") == "keep-alive"
        wire.send(f"GET {path} HTTP/1.0\r\n\r\n")
        answer = wire.read_answer()
        assert (answer.header("Connection"), answer.body) == ("close", PATHS[path])
        assert wire.is_closed()


def test_http_1_0_gets_no_chunks(wire: Wire) -> None:
    wire.send("GET /stream-much HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    answer = wire.read_answer()
    assert (answer.header("Connection"), answer.body) == ("close", b"x" * 1_000_000)
    assert answer.header("Transfer-Encoding") is None


def test_head(wire: Wire) -> None:
    for path, body in PATHS.items():
        answer = wire.ask("HEAD", path)
        lengths = (None, "6") if path == "/stream" else (str(len(body)),)
        assert answer.status == 200
        assert answer.header("Content-Length") in lengths
    assert wire.get("/hello").body == b"hello"


def test_date_and_server(wire: Wire) -> None:
    for path in (*PATHS, "/files/none"):
        answer = wire.get(path)
        assert answer.header("Server") == "coachwhip"
        date = answer.header("Date")
        assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", date)
        assert parsedate_to_datetime(date)


@pytest.mark.parametrize("path", ["/sleep", "/hello", "/stream", "/files/large.bin"])
def test_client_that_writes_no_more_gets_its_answer(wire: Wire, path: str) -> None:
    wire.send(f"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n")
    wire.shut_write()
    assert wire.read_answer().status == 200
    assert wire.is_closed()


def test_client_that_writes_no_more_after_its_body(wire: Wire) -> None:
    wire.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody")
    wire.shut_write()
    assert wire.read_answer().body == b"POST body"
    assert wire.is_closed()


def test_client_that_writes_no_more_before_the_end(site: Server) -> None:
    for begun in ("GET /hel", "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nbo"):
        with site.connect() as wire:
            wire.send(begun)
            wire.shut_write()
            rest = wire.read_until_close()
            assert not rest or rest.startswith(b"HTTP/1.1 400 ")


def test_requests_per_connection_are_bounded(start) -> None:
    server = start("--max-requests-per-connection", "3")
    with server.connect() as wire:
        wire.send("GET /hello HTTP/1.1\r\nHost: test\r\n\r\n" * 5)
        answers = [wire.read_answer() for _ in range(3)]
        assert [answer.header("Connection") for answer in answers] == [None, None, "close"]
        assert wire.is_closed()


def test_the_last_answer_outlives_what_is_sent_behind_it(start) -> None:
    """A close over unread input would make the kernel reset the connection."""
    server = start("--max-requests-per-connection", "2")
    for path in PATHS:
        request = f"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n".encode()
        with server.connect() as wire:
            wire.send(request * 20_000)
            assert [wire.read_answer().header("Connection") for _ in range(2)] == [None, "close"]
            wire.send(request * 20_000)
            assert wire.read_until_close() == b""


def test_who_asks_for_the_end_and_sends_on_gets_its_answer(wire: Wire) -> None:
    wire.send(b"GET /hello HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n" * 20_000)
    assert wire.read_answer().body == b"hello"
    assert wire.read_until_close() == b""


def test_early_hints(wire: Wire) -> None:
    for _ in range(3):
        wire.send("GET /hint HTTP/1.1\r\nHost: test\r\n\r\n" * 2)
        for _ in range(2):
            hints = [wire.read_head() for _ in range(2)]
            assert [(one.status, one.header("Link")) for one in hints] == [
                (103, "</one>"),
                (103, "</two>"),
            ]
            assert wire.read_answer().body == b"hinted"
    wire.send("GET /hint HTTP/1.0\r\n\r\n")
    assert wire.read_answer().body == b"hinted"


@any_model
def test_an_upgrade_is_passed_over(wire: Wire) -> None:
    fields = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
    for path, body in PATHS.items():
        answer = wire.get(path, *fields)
        assert (answer.status, answer.body, answer.header("Upgrade")) == (200, body, None)


@any_model
def test_no_transfer_coding_but_chunked_is_offered(wire: Wire) -> None:
    answer = wire.get("/stream-much", "TE: trailers, gzip;q=1", "Connection: TE")
    assert (answer.header("Transfer-Encoding"), answer.body) == ("chunked", b"x" * 1_000_000)
    assert answer.header("Trailer") is None


@several_connections
def test_bytes_that_come_one_by_one(site: Server) -> None:
    with site.connect() as at_once, site.connect() as one_by_one:
        for byte in CONVERSATION:
            one_by_one.send(bytes([byte]))
        at_once.send(CONVERSATION)
        got, expected = (wire.read_until_close() for wire in (one_by_one, at_once))
    assert without_dates(got) == without_dates(expected)
    assert got.count(b"HTTP/1.1 ") == CONVERSATION.count(b" HTTP/1.")


def without_dates(output: bytes) -> bytes:
    return re.sub(b"\r\nDate: [^\r]*", b"", output)


CONVERSATION = (
    b"GET /hello HTTP/1.1\r\nHost: test\r\n\r\n"
    b"POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nfirst"
    b"POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nsec\r\n3;x=y\r\nond\r\n0\r\nX-Trailer: z\r\n\r\n"
    b"POST /ignore HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nfirst"
    b"POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n"
    b"POST /files/small.txt HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc"
    b"GET /files/small.txt HTTP/1.1\r\nHost: test\r\nRange: bytes=1-2\r\n\r\n"
    b"HEAD /hello HTTP/1.1\r\nHost: test\r\n\r\n"
    b"OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n"
    b"GET /number/7 HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
)
