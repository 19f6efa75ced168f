"""Answers of applications that are compressed while they are sent (--compress all)."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from codings import CODINGS, Decoder, decode
from models import CREWS
from server import Server

HERE = Path(__file__).resolve().parent
CUT = (EOFError, ConnectionResetError)


@pytest.fixture
def serve_pages(serve: Callable[..., Server]) -> Callable[..., Server]:
    """serve_pages("name", *options): serves page_apps:name and compresses what it answers."""

    def start(name: str, *options: object) -> Server:
        common = ("--workers", 1, "--compress", "all")
        return serve(f"page_apps:{name}", *common, *options, cwd=HERE)

    return start


@pytest.mark.parametrize("model", CREWS)
def test_each_coding(serve_pages, model):
    server = serve_pages("give_page", "--model", model)
    with server.connect() as wire:
        page = wire.get("/page").body
        for coding in CODINGS:
            answer = wire.get("/page", f"Accept-Encoding: {coding}")
            assert (answer.status, answer.header("Content-Encoding")) == (200, coding)
            assert answer.header("Content-Length") == str(len(answer.body))
            assert answer.all("Vary") == ["Cookie", "Accept-Encoding"]
            assert answer.header("ETag") == 'W/"tag"'
            assert len(answer.body) < len(page) / 4
            assert decode(answer.body, coding) == page
        for accepted in ("identity", "gzip;q=0, identity;q=0.5", "deflate"):
            answer = wire.get("/page", f"Accept-Encoding: {accepted}")
            assert (answer.body, answer.header("Content-Encoding")) == (page, None)
            assert (answer.all("Vary"), answer.header("ETag")) == (
                ["Cookie", "Accept-Encoding"],
                '"tag"',
            )


def test_which_answers(serve_pages):
    with serve_pages("give_page").connect() as wire:

        def coding(path: str) -> tuple[str | None, str | None]:
            answer = wire.get(path, "Accept-Encoding: zstd, gzip;q=0.9")
            return answer.header("Content-Encoding"), answer.header("Vary")

        assert coding("/missing") == ("zstd", "Accept-Encoding")
        assert coding("/weak") == ("zstd", "Accept-Encoding")
        assert coding("/small") == (None, None)
        assert coding("/no-transform") == (None, None)
        assert coding("/part") == (None, None)
        assert coding("/encoded") == ("gzip", None)


def test_head_and_not_modified(serve_pages):
    with serve_pages("give_page").connect() as wire:
        answers = [
            wire.ask(method, "/page", "Accept-Encoding: br") for method in ("GET", "HEAD", "GET")
        ]
        names = [
            [field for field in answer.headers if field[0] not in ("Date", "Content-Length")]
            for answer in answers
        ]
        assert names[0] == names[1] == names[2]
        # How long the content would be is not known before it is made.
        assert answers[1].header("Content-Length") is None
        unchanged = wire.get("/page", "Accept-Encoding: br", 'If-None-Match: W/"tag"')
        assert (unchanged.status, unchanged.header("ETag")) == (304, 'W/"tag"')
        assert unchanged.header("Vary") == "Accept-Encoding"


def test_off_by_default(serve):
    for options in ((), ("--compress", "off"), ("--compress", "files")):
        server = serve("page_apps:give_page", "--workers", 1, *options, cwd=HERE)
        with server.connect() as wire:
            answer = wire.get("/page", "Accept-Encoding: gzip, br, zstd")
            assert (answer.header("Content-Encoding"), answer.header("ETag")) == (None, '"tag"')
            assert answer.header("Vary") == "Cookie"


@pytest.mark.parametrize("coding", CODINGS)
def test_pieces(serve_pages, coding):
    server = serve_pages("give_pieces")
    accept = f"Accept-Encoding: {coding}"
    with server.connect() as wire:
        for path in ("/unknown", "/known"):
            plain = wire.get(path).body
            answer = wire.get(path, accept)
            assert answer.header("Transfer-Encoding") == "chunked"
            assert decode(answer.body, coding) == plain
    with server.connect() as wire:
        wire.send(f"GET /unknown HTTP/1.0\r\n{accept}\r\nConnection: keep-alive\r\n\r\n")
        answer = wire.read_answer()
        assert answer.header("Connection") == "close"
        assert decode(answer.body, coding) == plain


@pytest.mark.parametrize("coding", CODINGS)
def test_events_come_at_once(serve_pages, coding):
    with serve_pages("give_events").connect() as wire:
        wire.send(f"GET / HTTP/1.1\r\nHost: test\r\nAccept-Encoding: {coding}\r\n\r\n")
        assert wire.read_head().header("Content-Encoding") == coding
        decoder = Decoder(coding)
        for number in range(20):
            assert decoder.feed(wire.read_chunk()) == b"data: %d\n\n" % number


def test_pieces_are_sent_as_they_come(serve):
    server = serve("apps:step", "--workers", 1, "--threads", 2, "--compress", "all", cwd=HERE)
    for coding in CODINGS:
        with server.connect() as wire, server.connect() as other:
            wire.send(f"GET /stream HTTP/1.1\r\nHost: test\r\nAccept-Encoding: {coding}\r\n\r\n")
            wire.read_head()
            decoder = Decoder(coding)
            for number in range(3):
                assert decoder.feed(wire.read_chunk()) == b"piece %d" % number
                assert other.get("/go").status == 200
            while chunk := wire.read_chunk():
                assert decoder.feed(chunk) == b""


@pytest.mark.parametrize(("name", "path"), [("break_off", "/"), ("give_pieces", "/wrong")])
def test_what_breaks_off_does_not_end_cleanly(serve_pages, name, path):
    server = serve_pages(name)
    for coding in CODINGS:
        with server.connect() as wire, pytest.raises(CUT):
            wire.get(path, f"Accept-Encoding: {coding}")
        # There the end of the connection says nothing, but the coding has an end of its own.
        decoder = Decoder(coding)
        with server.connect() as wire, contextlib.suppress(*CUT):
            wire.send(f"GET {path} HTTP/1.0\r\nAccept-Encoding: {coding}\r\n\r\n")
            decoder.feed(wire.read_answer().body)
        assert not decoder.has_ended()


def test_a_file_of_the_application(serve_pages):
    with serve_pages("give_file").connect() as wire:
        plain = wire.get().body
        for coding in CODINGS:
            answer = wire.get("/", f"Accept-Encoding: {coding}")
            assert answer.header("Content-Encoding") == coding
            assert decode(answer.body, coding) == plain


def memory_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def test_nothing_piles_up(serve_pages):
    """Clients that take nothing of an answer without an end."""
    server = serve_pages("give_endlessly", "--threads", 16)
    wires = [server.connect() for _ in range(12)]
    for number, wire in enumerate(wires):
        coding = CODINGS[number % 3]
        wire.send(f"GET / HTTP/1.1\r\nHost: test\r\nAccept-Encoding: {coding}\r\n\r\n")
        wire.read_head()
    time.sleep(1)  # for what could grow
    assert memory_kib(server.front()) < 100 * 1024
    for wire in wires:
        wire.reset()
