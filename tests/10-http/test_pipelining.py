"""Requests that are sent before the answers to earlier ones have come."""

from __future__ import annotations

from models import several_connections
from wire import Wire


def request(path: str, *fields: str) -> str:
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: test", *fields, "", ""))


def test_answers_keep_the_order(wire: Wire) -> None:
    wire.send("".join(request(f"/number/{number}") for number in range(100)))
    assert [int(wire.read_answer().body) for _ in range(100)] == list(range(100))


def test_applications_and_files_mixed(wire: Wire) -> None:
    paths = ["/number/7", "/files/small.txt", "/stream", "/files/large.bin", "/size/100000"] * 20
    wire.send("".join(map(request, paths)))
    sizes = [len(wire.read_answer().body) for _ in paths]
    assert sizes == [1, 10, 6, 1_000_000, 100_000] * 20


def test_bodies_between_requests(wire: Wire) -> None:
    sized = "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\none"
    chunked = (
        "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
        "1\r\nt\r\n2\r\nwo\r\n0\r\n\r\n"
    )
    ignored = "POST /ignore HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nGET /"
    wire.send((sized + chunked + ignored + request("/hello")) * 25)
    bodies = [wire.read_answer().body for _ in range(100)]
    assert bodies == [b"POST one", b"POST two", b"ignored", b"hello"] * 25


@several_connections
def test_a_finished_answer_does_not_wait_for_the_next(wire: Wire) -> None:
    wire.send(request("/hello") + request("/wait"))
    assert wire.read_answer().body == b"hello"
    wire.send(request("/hello"))  # behind the one that waits
    with Wire(wire.socket.getpeername()) as other:
        assert other.get("/release").body == b"released"
    assert [wire.read_answer().body for _ in range(2)] == [b"waited", b"hello"]


def test_nothing_after_close(wire: Wire) -> None:
    wire.send(request("/number/1") + request("/number/2", "Connection: close") + request("/hello"))
    assert [wire.read_answer().body for _ in range(2)] == [b"1", b"2"]
    assert wire.is_closed()


def test_nothing_after_a_bad_request(wire: Wire) -> None:
    wire.send(request("/number/1") + "GET / HTTP/1.1\r\n\r\n" + request("/hello"))
    assert [wire.read_answer().status for _ in range(2)] == [200, 400]
    assert wire.is_closed()
