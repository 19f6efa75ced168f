"""However a message is cut on its way, and whatever it stands behind, it gets the same answers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

import suites
from crowd import converse
from models import URING
from server import Server

GET = b"GET /a%20b?c HTTP/1.1\r\nHost: test\r\n"
POST = b"POST /p HTTP/1.1\r\nHost: test\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
CHUNKS = b'3\r\none\r\n02;a="b\\" ;" ; c\r\n23\r\n0;d\r\nX-Trailer: 1\r\nY:\r\n\r\n'

SERVED = [
    GET + b"\r\n",
    b"\r\n" + GET + b"X: \t a\xe9b \r\nx:\r\n\r\n",
    GET.replace(b"/a%20b", b"http://test/a") + b"\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n",
    b"HEAD / HTTP/1.1\r\nHost: test\r\n\r\n",
    POST + b"Content-Length: 5\r\n\r\nthree",
    POST + b"Content-Length: 0\r\n\r\n",
    POST + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\nthree",
    CHUNKED + CHUNKS,
    CHUNKED.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n") + CHUNKS,
    b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
]
LAST = [
    GET + b"Connection: close\r\n\r\n",
    b"POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nok",
    b"BREW / HTTP/1.2\r\nHost: [::1]:80\r\nConnection: x, close\r\n\r\n",
]
REFUSED = [
    # lines and bytes
    GET.replace(b"\r\n", b"\n") + b"\n",
    GET + b"X: a\rb\r\n\r\n",
    GET + b"X: a\0b\r\n\r\n",
    b"\r\n\r\n" + GET + b"\r\n",
    # request lines
    b"get / HTTP/1.1\r\nHost: test\r\n\r\n",
    b"GET / HTTP/1.1 \r\nHost: test\r\n\r\n",
    b"GET /a b HTTP/1.1\r\nHost: test\r\n\r\n",
    b"GET /%zz HTTP/1.1\r\nHost: test\r\n\r\n",
    b"GET a HTTP/1.1\r\nHost: test\r\n\r\n",
    b"GET / HTTP/1.10\r\nHost: test\r\n\r\n",
    b"GET / HTTP/2.0\r\nHost: test\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
    b"A" * 40 + b" / HTTP/1.1\r\nHost: test\r\n\r\n",
    b"GET /" + b"a" * 150 + b" HTTP/1.1\r\nHost: test\r\n\r\n",
    # fields
    b"GET / HTTP/1.1\r\n\r\n",
    GET + b"Host: other\r\n\r\n",
    GET.replace(b"test", b"a b") + b"\r\n",
    GET + b"X: a\r\n b\r\n\r\n",
    GET + b"X : a\r\n\r\n",
    GET + b"nonsense\r\n\r\n",
    GET + b"X: " + b"a" * 350 + b"\r\n\r\n",
    GET + b"X: a\r\n" * 10 + b"\r\n",
    POST + b"Expect: 200-ok\r\nContent-Length: 1\r\n\r\nx",
    # framing
    POST + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\nx",
    POST + b"Content-Length: +1\r\n\r\nx",
    POST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    POST + b"Transfer-Encoding: gzip\r\n\r\nx",
    POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    POST + b"Content-Length: 99\r\n\r\n" + b"x" * 99,
    # chunks
    CHUNKED + b"x\r\n",
    CHUNKED + b"f" * 17 + b"\r\n",
    CHUNKED + b"1\n",
    CHUNKED + b"1\r\nab\r\n0\r\n\r\n",
    CHUNKED + b"1;=\r\na\r\n0\r\n\r\n",
    CHUNKED + b"1;" + b"a" * 260 + b"\r\na\r\n0\r\n\r\n",
    CHUNKED + b"40\r\n" + b"a" * 64 + b"\r\n0\r\n\r\n",
    CHUNKED + b"0\r\nHost: other\r\n\r\n",
    CHUNKED + b"0\r\n folded: 1\r\n\r\n",
]
UNFINISHED = [GET, GET[:-3], POST + b"Content-Length: 9\r\n\r\nthree", CHUNKED + b"3\r\non"]
MESSAGES = SERVED + LAST + REFUSED + UNFINISHED

# The middle of longer messages is cut at some places only.
EVERY_CUT_BYTES_MAX = 450
LIMITS = ("--max-request-line", "128", "--max-header-size", "300", "--max-header-fields", "8",
          "--max-body-size", "50")  # fmt: skip

Pieces = list[bytes]


@pytest.fixture(scope="module")
def site(start: Callable[..., Server]) -> Server:
    """Its limits are small, so that small messages reach them. One thread sees all pieces."""
    return start("tell", *LIMITS, "--front-threads", "1")


def in_two(message: bytes) -> Iterator[Pieces]:
    near = min(EVERY_CUT_BYTES_MAX, len(message)) // 2
    middle = range(near, len(message) - near, 997)
    for cut in (*range(1, near), *middle, *range(len(message) - near, len(message))):
        yield [message[:cut], message[cut:]]


def in_bytes(message: bytes) -> Iterator[Pieces]:
    if len(message) <= EVERY_CUT_BYTES_MAX:
        yield [bytes([byte]) for byte in message]


def check(site: Server, messages: list[bytes], cut: Callable[[bytes], Iterator[Pieces]]) -> None:
    wholes = converse(site, [[message] for message in messages])
    tried = [
        (message, whole, pieces)
        for message, whole in zip(messages, wholes)
        for pieces in cut(message)
    ]
    heard = converse(site, [pieces for _, _, pieces in tried])
    for (message, whole, pieces), output in zip(tried, heard):
        assert output == whole, f"{message!r}, of which {len(pieces[0])} bytes came first"


@pytest.mark.parametrize("cut", [in_two, in_bytes])
def test_pieces(site: Server, cut: Callable[[bytes], Iterator[Pieces]]) -> None:
    check(site, MESSAGES, cut)


@pytest.mark.parametrize("cut", [in_two, in_bytes])
def test_corpus_in_pieces(site: Server, cut: Callable[[bytes], Iterator[Pieces]]) -> None:
    check(site, [suites.with_host(case.data) for case in suites.gunicorn_cases()], cut)


@pytest.mark.parametrize("model", ["fork", "thread", "epoll-et", *URING])
def test_pieces_in_other_models(start: Callable[..., Server], model: str) -> None:
    def some(message: bytes) -> Iterator[Pieces]:
        return itertools.islice(in_two(message), len(message) % 7, None, 7)

    check(start("tell", *LIMITS, "--model", model), MESSAGES, some)


def test_pipelines(site: Server) -> None:
    """Behind each that is served, all get the answer that they get alone."""
    alone = dict(zip(MESSAGES, converse(site, [[message] for message in MESSAGES])))
    pairs = [(first, second) for first in SERVED for second in MESSAGES]
    for (first, second), output in zip(pairs, converse(site, [[a + b] for a, b in pairs])):
        assert output == alone[first] + alone[second], first + second
