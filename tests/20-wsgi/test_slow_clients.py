"""Clients that are slow do not hold the only Python thread."""

from __future__ import annotations

import contextlib

from server import Server
from wire import Wire

SLOW = 200  # more than there are slots in the exchange


def check_others(server: Server) -> None:
    with server.connect() as wire:
        for _ in range(5):
            assert wire.ask("POST", "/", body=b"quick").body == b"quick"


def test_small_bodies_that_dribble(serve_app) -> None:
    server = serve_app("answer_forty")
    with server.connect() as slow:
        slow.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10240\r\n\r\n")
        for number in range(10_240):
            slow.send(b"x")
            if number % 1000 == 0:
                check_others(server)
        assert slow.read_answer().body == b"x" * 10_240


def test_many_bodies_that_stop(serve_app) -> None:
    server = serve_app("answer_forty")
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(server.connect(30)) for _ in range(SLOW)]
        for framing in ("Content-Length: 4", "Transfer-Encoding: chunked"):
            for wire in slow:
                wire.send(f"POST / HTTP/1.1\r\nHost: test\r\n{framing}\r\n\r\n")
            check_others(server)
            for wire in slow:
                wire.send("body" if framing.endswith("4") else "4\r\nbody\r\n0\r\n\r\n")
            for wire in slow:
                assert wire.read_answer().body == b"body"


def test_answers_that_nobody_takes(serve_app) -> None:
    """Each client has asked for more than the kernel keeps for it, 40 KiB at a time."""
    server = serve_app("answer_forty")
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(server.connect(30)) for _ in range(4)]
        for wire in slow:
            wire.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n" * 300)
        check_others(server)
        for wire in slow:
            check_answers(wire, 300)


def check_answers(wire: Wire, count: int) -> None:
    for _ in range(count):
        assert len(wire.read_answer().body) == 40_960
