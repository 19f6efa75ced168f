"""Bodies: lengths, pieces, failures and the end of an answer."""

from __future__ import annotations

import re

import pytest

CUT = (EOFError, ConnectionResetError)


@pytest.mark.parametrize(
    ("path", "length", "body"),
    [
        ("/list", "6", b"onetwo"),
        ("/tuple", "6", b"onetwo"),
        ("/empty-list", "0", b""),
        ("/empty-piece", "0", b""),
        ("/empty-generator", "0", b""),
        ("/sized-generator", "6", b"onetwo"),
        ("/large-list", "2000000", b"x" * 1_000_000 + b"y" * 1_000_000),
    ],
)
def test_known_length(serve_app, path, length, body):
    server = serve_app("give_body")
    with server.connect() as wire:
        for _ in range(2):
            answer = wire.get(path)
            assert (answer.header("Content-Length"), answer.body) == (length, body)
        if path != "/empty-generator":  # it could have given more to GET
            assert wire.ask("HEAD", path).header("Content-Length") == length


@pytest.mark.parametrize("path", ["/list", "/generator", "/sized-generator", "/empty-generator"])
def test_pieces(serve_app, path):
    server = serve_app("give_valid_body")
    with server.connect() as wire:
        body = b"" if path == "/empty-generator" else b"onetwo"
        for _ in range(2):
            assert wire.get(path).body == body
        head = wire.ask("HEAD", path)
        assert (head.status, head.header("Content-Length")) in ((200, None), (200, str(len(body))))


def test_pieces_are_sent_as_they_come(serve_app):
    server = serve_app("step", "--threads", "2")
    with server.connect() as wire, server.connect() as other:
        wire.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
        wire.read_head()
        for number in range(3):
            assert wire.read_chunk() == b"piece %d" % number
            assert other.get("/go").status == 200
        assert wire.read_chunk() == b""


def test_a_complete_answer_does_not_wait_for_the_application(serve_app):
    server = serve_app("finish_early", "--threads", "2")
    with server.connect() as wire:
        assert wire.get().body == b"done"
        assert "worked on" not in server.log()
        assert wire.get("/go").body == b"gone"
    server.wait_log("worked on")


@pytest.mark.parametrize("path", ["/too-long", "/too-long-generator"])
def test_more_than_declared_is_cut_off(serve_app, path):
    server = serve_app("give_body")
    with server.connect() as wire:
        assert wire.get(path).body == b"onet"
        assert wire.get(path).body == b"onet"
        wire.get("/list")  # the one worker was done with the others before it took this
    assert server.log().count("more data came than Content-Length says") == 2


@pytest.mark.parametrize("path", ["/too-short", "/too-short-generator"])
def test_less_than_declared_cuts_the_connection(serve_app, path):
    server = serve_app("give_body")
    with server.connect() as wire:
        try:
            answer = wire.get(path)
        except CUT:
            pass
        else:
            assert answer.status == 502
    server.wait_log("the answer ended after 3 of 10 bytes of Content-Length")


def test_status(serve_app):
    server = serve_app("give_status")
    with server.connect() as wire:
        for status in (204, 304):
            answer = wire.get(f"/{status}")
            assert (answer.status, answer.reason) == (status, "Fine")
            assert answer.header("X-Kind") == "bodyless"
            assert answer.header("Content-Length") is None
        for status in (200, 404, 503, 599):
            answer = wire.get(f"/{status}")
            assert (answer.status, answer.reason, answer.body) == (status, "Fine", b"body")


def test_no_content_has_none(serve_app):
    server = serve_app("give_bodyless_bytes")
    with server.connect() as wire:
        for status, length in ((204, None), (304, None), (205, "0")) * 2:
            answer = wire.get(f"/{status}")
            assert (answer.status, answer.header("Content-Length")) == (status, length)
            assert answer.header("Transfer-Encoding") is None


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("/before", "RuntimeError: before start_response"),
        ("/after", "RuntimeError: after start_response"),
        ("/first", "RuntimeError: in the iteration"),
        ("/number", "TypeError: the application's answer must be made of bytes, not int"),
        ("/none", "TypeError: 'NoneType' object is not iterable"),
        ("/exit", "SystemExit: 7"),
        ("/interrupt", "KeyboardInterrupt"),
    ],
)
def test_failure_before_the_head_is_a_500(serve_app, path, complaint):
    server = serve_app("fail")
    with server.connect() as wire:
        answer = wire.get(path)
        assert (answer.status, answer.reason) == (500, "Internal Server Error")
        assert answer.header("Content-Type") == "text/plain; charset=utf-8"
        request_id = re.fullmatch("Internal Server Error\nRequest id: ([0-9a-f]{16})\n",
                                  answer.text)[1]  # fmt: skip
        server.wait_log(f"GET {path} (request {request_id}): ")
        server.wait_log(complaint)
        assert "Traceback" not in answer.text
        assert wire.get("/fine").body == b"fine"


def test_failure_after_the_head_cuts_the_connection(serve_app):
    server = serve_app("fail")
    with server.connect() as wire:
        try:
            answer = wire.get("/second")
        except CUT:
            pass
        else:
            assert answer.status == 502
    server.wait_log("RuntimeError: in the iteration")


def test_failure_in_an_answer_that_ends_with_the_connection_resets_it(serve_app):
    """A client of HTTP/1.0 would take a clean end for the end of the content."""
    with serve_app("fail").connect() as wire:
        wire.send("GET /later HTTP/1.0\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            wire.read_until_close()


@pytest.mark.parametrize("path", ["/all", "/failing"])
def test_close_is_called(serve_app, path):
    server = serve_app("tell_close")
    with server.connect() as wire:
        wire.send(f"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n")
        server.wait_log(f"closed GET{path}")


def test_close_is_called_when_the_client_leaves(serve_app):
    server = serve_app("tell_close")
    wire = server.connect()
    wire.send("GET /endless HTTP/1.1\r\nHost: test\r\n\r\n")
    wire.read_head()
    wire.reset()
    server.wait_log("closed GET/endless")
    assert "Traceback" not in server.log()


def test_head_does_not_iterate_to_the_end(serve_app):
    server = serve_app("tell_close")
    with server.connect() as wire:
        assert wire.ask("HEAD", "/endless").status == 200
        server.wait_log("closed HEAD/endless")
        assert wire.ask("HEAD", "/all").status == 200


def test_failing_close_does_not_spoil_the_answer(serve_app):
    server = serve_app("fail_in_close")
    with server.connect() as wire:
        assert wire.get().body == b"fine"
        server.wait_log("ZeroDivisionError")
        assert wire.get().body == b"fine"


def test_threads_answer_at_the_same_time(serve_app):
    server = serve_app("meet", "--threads", "3")
    wires = [server.connect() for _ in range(3)]
    for wire in wires:
        wire.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    assert len({wire.read_answer().body for wire in wires}) == 3
    for wire in wires:
        wire.close()
