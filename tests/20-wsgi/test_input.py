"""wsgi.input and wsgi.errors."""

from __future__ import annotations

import hashlib
import json

import pytest

BODY = b"one\ntwo\n\nlast"

EXPECTED = {
    "/read": BODY,
    "/read-none": BODY,
    "/read-minus": BODY,
    "/read-3": [b"one", b"\ntw", b"", b"o\n\n"],
    "/read-million": [BODY],
    "/readline": [b"one\n", b"two\n", b"\n"],
    "/readline-2": [b"on", b"e\n", b"tw"],
    "/readlines": [b"one\n", b"two\n", b"\n", b"last"],
    "/readlines-4": [b"one\n", b"|", b"two\n\nlast"],
    "/iterate": [b"one\n", b"two\n", b"\n", b"last"],
    "/mixed": [b"one\n", b"tw", b"o\n", b"\nlast", b""],
}


@pytest.fixture
def chunked():
    def make(path, *parts):
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
        head = f"POST {path} HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
        return head.encode() + body + b"0\r\n\r\n"

    return make


def test_reading(serve_app, chunked):
    server = serve_app("show_input")
    with server.connect() as wire:
        for path, expected in EXPECTED.items():
            answer = wire.ask("POST", path, body=BODY)
            assert (path, answer.text) == (path, repr(expected))
            wire.send(chunked(path, BODY[:5], BODY[5:]))
            assert (path, wire.read_answer().text) == (path, repr(expected))
        assert wire.ask("POST", "/wrong", body=BODY).status == 500
        assert wire.get("/read").text == repr(b"")
        assert wire.ask("POST", "/readlines", body=b"").text == repr([])


def test_lines_longer_than_any_buffer(serve_app):
    server = serve_app("show_input")
    lines = [b"x" * 300_000 + b"\n", b"\n", b"y" * 200_000]
    with server.connect() as wire:
        for path in ("/readlines", "/iterate"):
            assert wire.ask("POST", path, body=b"".join(lines)).text == repr(lines)


def test_large_bodies_in_flat_memory(serve_app, chunked):
    server = serve_app("digest")
    part = bytes(range(256)) * 4096  # 1 MiB
    sha = hashlib.sha256()
    with server.connect(timeout=60) as wire:
        before = json.loads(wire.ask("POST", "/", body=part).body)[2]
        wire.send(f"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: {64 * len(part)}\r\n\r\n")
        for _ in range(64):
            wire.send(part)
            sha.update(part)
        size, digest, after = json.loads(wire.read_answer().body)
        assert (size, digest) == (64 * len(part), sha.hexdigest())
        assert after - before < 4096
        wire.send(chunked("/", *[part] * 3))
        size, digest, _ = json.loads(wire.read_answer().body)
        assert (size, digest) == (3 * len(part), hashlib.sha256(part * 3).hexdigest())


def test_client_that_leaves_in_its_body(serve_app):
    server = serve_app("digest", "--log-level", "debug")
    wire = server.connect()
    wire.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n" + "x" * 500_000)
    wire.reset()
    with server.connect() as other:
        assert other.ask("POST", "/", body=b"x").status == 200
    assert "Traceback" not in server.log()


def test_input_ends_with_its_request(serve_app):
    server = serve_app("keep_input")
    with server.connect() as wire:
        wire.ask("POST", "/", body=b"secret")
        assert wire.ask("POST", "/", body=b"x").text == "wsgi.input was read after its request"


@pytest.mark.parametrize("path", ["/sized", "/unsized"])
def test_a_reader_left_behind_does_not_hold_the_answer(serve_app, path):
    server = serve_app("leave_reader_behind", "--max-body-size", "100MiB")
    with server.connect() as wire:
        wire.send(f"POST {path} HTTP/1.1\r\nHost: test\r\nContent-Length: 50000000\r\n\r\n")
        wire.send("x" * 100_000)
        server.wait_log("the reader was told: the request is over")
        wire.send("x")  # a front that waits for the body looks for an answer when some of it comes
        assert wire.read_answer().text == "done"


def test_errors_go_to_the_log(serve_app):
    server = serve_app("write_errors")
    with server.connect() as wire:
        assert wire.get().status == 200
    for line in ("[error] first line\n", "\n    second line\n", "[error] never flushed\n",
                 "[error] unfinished \\x1b[31m\u2603\n"):  # fmt: skip
        server.wait_log(line)
