"""Early hints (RFC 8297): what an application says before its answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from server import Server

HERE = Path(__file__).resolve().parent
STYLE = ("Link", "</style.css>; rel=preload; as=style")

REFUSED = {
    "/tuple": "TypeError: the early hints must be a list, not tuple",
    "/number": "TypeError: the early hints must be a list, not int",
    "/name": "ValueError: 'X Name' is not a name that a response header can have",
    "/value": "ValueError: the response header X-Name has a control character",
    "/large": "ValueError: the early hints take 40010 bytes; at most 32768 are possible",
}


@pytest.fixture
def serve_app(serve: Callable[..., Server]) -> Callable[[str], Server]:
    return lambda name: serve(f"hint_apps:{name}", "--workers", "1", "--threads", "2", cwd=HERE)


def test_hints_leave_at_once(serve_app):
    server = serve_app("hint_and_wait")
    with server.connect() as wire, server.connect() as other:
        for _ in range(3):
            wire.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
            hints = wire.read_head()
            assert (hints.status, hints.reason, hints.headers) == (103, "Early Hints", [STYLE])
            assert not wire.has_input(0.05)
            assert other.get("/go").status == 200
            assert wire.read_answer().body == b"answer"


def test_what_is_the_server_s_own_is_left_out(serve_app):
    server = serve_app("give_hints")
    with server.connect() as wire:
        wire.send("GET /own HTTP/1.1\r\nHost: test\r\n\r\n")
        assert wire.read_head().headers == [STYLE]
        assert wire.read_answer().body == b"answer"
        assert wire.get("/none").body == b"answer"


def test_refused(serve_app):
    server = serve_app("give_hints")
    with server.connect() as wire:
        for path, complaint in REFUSED.items():
            assert (path, wire.get(path).status) == (path, 500)
            server.wait_log(complaint)


def test_http_1_0_gets_none(serve_app):
    server = serve_app("give_hints")
    with server.connect() as wire:
        wire.send("GET /own HTTP/1.0\r\n\r\n")
        answer = wire.read_answer()
    assert (answer.status, answer.body, answer.all("Link")) == (200, b"answer", [])


def test_many_hints_come_in_order_and_before_the_answer(serve_app):
    server = serve_app("give_many_hints")
    with server.connect() as wire:
        for body in (b"", b"x" * 200_000):
            head = f"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: {len(body)}\r\n"
            wire.send(head + "Expect: 100-continue\r\n\r\n")
            if body:
                assert wire.read_head().status == 100
                wire.send(body)
            heads = [wire.read_head() for _ in range(20)]
            assert [head.header("X-Number") for head in heads] == [*map(str, range(20))]
            assert wire.read_answer().body == (body or b"answer")


def test_a_client_that_takes_nothing_holds_no_thread(serve_app):
    server = serve_app("give_many_hints")
    with server.connect() as wire, server.connect() as other:
        wire.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n" * 50)  # 30 MB of hints
        for _ in range(3):
            other.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            assert other.read_answer().body == b"answer"


def test_hints_that_come_too_late_are_none(serve_app):
    server = serve_app("hint_too_late")
    with server.connect() as wire:
        wire.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        assert wire.read_head().headers == [STYLE]  # start_response alone sends nothing
        assert wire.read_answer().body == b"begun []"
        wire.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        assert wire.read_head().status == 103
        assert wire.read_answer().text.endswith("was called after its request")
