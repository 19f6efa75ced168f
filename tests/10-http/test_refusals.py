"""Requests that are not served: the status, and that the client always sees it."""

from __future__ import annotations

import pytest

from models import any_model
from server import Server
from wire import Wire

GET = "GET /hello HTTP/1.1\r\nHost: test\r\n"
POST = "POST /echo HTTP/1.1\r\nHost: test\r\n"

REFUSED = {
    "no host": (400, "GET /hello HTTP/1.1\r\n\r\n"),
    "two hosts": (400, GET + "Host: other\r\n\r\n"),
    "bad host": (400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
    "bare LF": (400, "GET /hello HTTP/1.1\nHost: test\n\n"),
    "bare CR": (400, GET + "X: a\rb\r\n\r\n"),
    "NUL": (400, GET + "X: a\0b\r\n\r\n"),
    "folded field": (400, GET + "X: a\r\n b\r\n\r\n"),
    "space before colon": (400, GET + "X : a\r\n\r\n"),
    "no colon": (400, GET + "nonsense\r\n\r\n"),
    "relative target": (400, "GET hello HTTP/1.1\r\nHost: test\r\n\r\n"),
    "space in target": (400, "GET /a b HTTP/1.1\r\nHost: test\r\n\r\n"),
    "encoded NUL": (400, "GET /a%00b HTTP/1.1\r\nHost: test\r\n\r\n"),
    "bad escape": (400, "GET /%zz HTTP/1.1\r\nHost: test\r\n\r\n"),
    "no version": (400, "GET /hello\r\n\r\n"),
    "bad version": (400, "GET /hello HTTP/1.10\r\nHost: test\r\n\r\n"),
    "TLS": (400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
    "two lengths": (400, POST + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx"),
    "signed length": (400, POST + "Content-Length: +1\r\n\r\nx"),
    "huge length": (400, POST + "Content-Length: 9223372036854775808\r\n\r\nx"),
    "length and chunked": (
        400,
        POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    "chunked twice": (400, POST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
    "chunked in 1.0": (400, "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    "large body": (413, POST + "Content-Length: 9000000000\r\n\r\nbegun"),
    "long target": (414, f"GET /{'a' * 9000} HTTP/1.1\r\nHost: test\r\n\r\n"),
    "unknown expectation": (417, POST + "Content-Length: 1\r\nExpect: 200-ok\r\n\r\nx"),
    "large field": (431, GET + f"X: {'a' * 17_000}\r\n\r\n"),
    "many fields": (431, GET + "X: a\r\n" * 200 + "\r\n"),
    "coding without an end": (400, POST + "Transfer-Encoding: gzip\r\n\r\nx"),
    "https": (421, "GET https://test/hello HTTP/1.1\r\nHost: test\r\n\r\n"),
    "unknown coding": (501, POST + "Transfer-Encoding: gzip, chunked\r\n\r\nx"),
    "long method": (501, "A" * 9000 + " /hello HTTP/1.1\r\nHost: test\r\n\r\n"),
    "unknown version": (505, "GET /hello HTTP/2.0\r\nHost: test\r\n\r\n"),
    "HTTP/2": (505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(site: Server, name: str) -> None:
    status, request = REFUSED[name]
    for prefix in ("", GET + "\r\n"):
        with site.connect() as wire:
            wire.send(prefix + request)
            if prefix:
                assert wire.read_answer().body == b"hello"
            check_refusal(wire, status)


@pytest.mark.parametrize("name", REFUSED)
def test_refused_while_the_client_sends_on(site: Server, name: str) -> None:
    """A close over unread input would make the kernel reset the connection."""
    status, request = REFUSED[name]
    with site.connect() as wire:
        wire.send(request.encode("latin-1") + b"x" * 1_000_000)
        check_refusal(wire, status)


# More of what a malformed request may look like.
MALFORMED = {
    "NUL in the target": "GET /a\0b HTTP/1.1\r\nHost: test\r\n\r\n",
    "control byte in the target": "GET /a\x01b HTTP/1.1\r\nHost: test\r\n\r\n",
    "DEL in the target": "GET /a\x7fb HTTP/1.1\r\nHost: test\r\n\r\n",
    "tab in the request line": "GET\t/hello HTTP/1.1\r\nHost: test\r\n\r\n",
    "two spaces": "GET  /hello HTTP/1.1\r\nHost: test\r\n\r\n",
    "fragment": "GET /hello#x HTTP/1.1\r\nHost: test\r\n\r\n",
    "user information": "GET http://me@test/hello HTTP/1.1\r\nHost: test\r\n\r\n",
    "user information in Host": "GET /hello HTTP/1.1\r\nHost: me@test\r\n\r\n",
    "empty Host": "GET /hello HTTP/1.1\r\nHost:\r\n\r\n",
    "bad port": "GET /hello HTTP/1.1\r\nHost: test:port\r\n\r\n",
    "lower-case version": "GET /hello http/1.1\r\nHost: test\r\n\r\n",
    "long version": "GET /hello HTTP/1.1x\r\nHost: test\r\n\r\n",
    "short version": "GET /hello HTTP/1\r\nHost: test\r\n\r\n",
    "version with a space": "GET /hello HTTP/1.1 \r\nHost: test\r\n\r\n",
    "HTTP/0.9": "GET /hello\n\n",
    "lower-case method": "get /hello HTTP/1.1\r\nHost: test\r\n\r\n",
    "folded first field": "GET /hello HTTP/1.1\r\n Host: test\r\n\r\n",
    "empty name": GET + ": a\r\n\r\n",
    "name that is no token": GET + "X(Y): a\r\n\r\n",
    "name beyond ASCII": GET + "X\xe9: a\r\n\r\n",
    "tab before colon": GET + "X\t: a\r\n\r\n",
    "DEL in a value": GET + "X: a\x7f\r\n\r\n",
    "CR before CRLF": GET + "X: a\r\r\n\r\n",
    "unequal lengths": POST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "list of lengths": POST + "Content-Length: 1, 1\r\n\r\nx",
    "empty length": POST + "Content-Length:\r\n\r\n",
    "hexadecimal length": POST + "Content-Length: 0x1\r\n\r\nx",
    "chunked and length": POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "chunked and then more": POST + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "chunked in two fields": POST + "Transfer-Encoding: chunked\r\n" * 2 + "\r\n0\r\n\r\n",
    "chunked with a parameter": POST + "Transfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n",
    "hidden chunked": POST + "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "identity": POST + "Transfer-Encoding: identity\r\nContent-Length: 1\r\n\r\nx",
}  # fmt: skip


@any_model
def test_malformed(site: Server) -> None:
    for name, request in MALFORMED.items():
        with site.connect() as wire:
            wire.send(request)
            try:
                check_refusal(wire, 400)
            except AssertionError as error:
                raise AssertionError(name) from error


@any_model
def test_a_refused_head_gets_no_content(site: Server) -> None:
    for status, request in REFUSED.values():
        if not request.startswith("GET "):
            continue
        with site.connect() as wire:
            wire.send(request.replace("GET ", "HEAD ", 1))
            answer = wire.read_answer("HEAD")
            assert (answer.status, answer.header("Connection")) == (status, "close"), request
            assert int(answer.header("Content-Length")) > 0
            assert wire.read_until_close() == b""


@any_model
def test_what_follows_a_request_without_a_body_is_the_next_one(site: Server) -> None:
    for head in (GET, "DELETE /hello HTTP/1.1\r\nHost: test\r\n"):
        with site.connect() as wire:
            wire.send(head + "Content-Type: text/plain\r\n\r\nno body\r\n")
            assert wire.read_answer().body == b"hello"
            check_refusal(wire, 400)


def check_refusal(wire: Wire, status: int) -> None:
    answer = wire.read_answer()
    assert (answer.status, answer.header("Connection")) == (status, "close")
    assert answer.text.startswith(f"{status} {answer.reason}\n")
    assert wire.read_until_close() == b""


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/ignore", 200), ("POST", "/files/small.txt", 405), ("GET", "/files/none", 404)],
)
@pytest.mark.parametrize("framing", ["Content-Length: 20000000", "Transfer-Encoding: chunked"])
def test_an_upload_that_nobody_reads(
    site: Server, method: str, path: str, status: int, framing: str
) -> None:
    body = b"x" * 20_000_000  # more than is collected for an application
    if "chunked" in framing:
        body = b"100000\r\n%s\r\n" % (b"x" * 0x100000) * 20 + b"0\r\n\r\n"
    with site.connect() as wire:
        wire.send(f"{method} {path} HTTP/1.1\r\nHost: test\r\n{framing}\r\n\r\n")
        wire.send(body)
        answer = wire.read_answer()
        assert (answer.status, answer.header("Connection")) == (status, "close")
        assert wire.is_closed()


def test_limits_are_configurable(start) -> None:
    server = start("--max-request-line", "100", "--max-header-size", "200",
                   "--max-header-fields", "5", "--max-body-size", "10",
                   "--max-chunk-extension", "20")  # fmt: skip
    chunked = POST + "Transfer-Encoding: chunked\r\n\r\n"
    for status, request in (
        (414, f"GET /{'a' * 100} HTTP/1.1\r\nHost: test\r\n\r\n"),
        (431, GET + f"X: {'a' * 200}\r\n\r\n"),
        (431, GET + "X: a\r\n" * 5 + "\r\n"),
        (413, POST + "Content-Length: 11\r\n\r\n01234567890"),
        (413, POST + "Content-Length: 11\r\nExpect: 100-continue\r\n\r\n"),
        (413, chunked + "b\r\n01234567890\r\n0\r\n\r\n"),
        (400, chunked + f"1;{'a' * 20}\r\nx\r\n0\r\n\r\n"),
        (400, chunked + f"1;{'a' * 19}\r\nx\r\n" * 9 + f"0;{'a' * 20}\r\n\r\n"),
        (431, chunked + "0\r\n" + f"X: {'a' * 200}\r\n\r\n"),
        (431, chunked + "0\r\n" + "X: a\r\n" * 6 + "\r\n"),
    ):
        with server.connect() as wire:
            wire.send(request)
            check_refusal(wire, status)
    with server.connect() as wire:
        assert wire.ask("POST", "/echo", body=b"0123456789").body == b"POST 0123456789"
