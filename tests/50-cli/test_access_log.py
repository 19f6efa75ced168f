"""The access log, and that nobody can forge it."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from models import CREWS
from server import Server, wait_until

COMBINED = re.compile(
    r"127\.0\.0\.1 - - \[(\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "
    r'"([^"]*)" (\d{3}) (\d+) "([^"]*)" "([^"]*)"'
)

FORGED = 'x" 200 1 "-" "-"\\\x1b[31m'


@pytest.fixture
def log(project: Path) -> Path:
    return project / "access.log"


def lines_of(log: Path, count: int) -> list[str]:
    wait_until(lambda: log.read_text().count("\n") >= count, f"{count} lines")
    assert log.read_text().count("\n") == count
    return log.read_text().splitlines()


def test_off_by_default(serve: Callable[..., Server], project: Path) -> None:
    server = serve("./public", cwd=project)
    with server.connect() as wire:
        wire.get("/page.txt")
    server.stop()
    assert "page.txt" not in server.log()


@pytest.mark.parametrize("model", CREWS)
def test_combined(serve: Callable[..., Server], project: Path, log: Path, model: str) -> None:
    server = serve("./public", "--access-log", log, "--model", model, cwd=project)
    with server.connect() as wire:
        wire.get("/page.txt?x=1", "User-Agent: tester/1", "Referer: http://other.test/")
        wire.ask("HEAD", "/page.txt")
        wire.get("/none")
    rows = [COMBINED.fullmatch(line).groups()[1:] for line in lines_of(log, 3)]
    assert rows[0] == ("GET /page.txt?x=1 HTTP/1.1", "200", "6", "http://other.test/", "tester/1")
    assert rows[1] == ("HEAD /page.txt HTTP/1.1", "200", "0", "-", "-")
    assert rows[2][:2] == ("GET /none HTTP/1.1", "404")


def test_json(serve: Callable[..., Server], project: Path, log: Path) -> None:
    server = serve("./public", "--access-log", log, "--access-log-format", "json", cwd=project)
    with server.connect() as wire:
        wire.get("/page.txt?x=1", "User-Agent: tester/1")
    (line,) = map(json.loads, lines_of(log, 1))
    assert (line["method"], line["target"], line["status"], line["bytes"]) == (
        "GET", "/page.txt?x=1", 200, 6,
    )  # fmt: skip
    assert (line["client"], line["host"], line["user_agent"]) == ("127.0.0.1", "test", "tester/1")
    assert line["complete"] is True
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["time"])
    assert re.fullmatch(r"[0-9a-f]{16}", line["request_id"])


def test_stdout(serve: Callable[..., Server], project: Path) -> None:
    server = serve("./public", "--access-log", "stdout", cwd=project)
    with server.connect() as wire:
        wire.get("/page.txt")
    server.wait_log('"GET /page.txt HTTP/1.1" 200 6')


@pytest.mark.parametrize("kind", ["combined", "json"])
def test_forged_input(serve: Callable[..., Server], project: Path, log: Path, kind: str) -> None:
    """Whatever is sent, a request is one line of as many columns, without control bytes."""
    server = serve("./public", "--access-log", log, "--access-log-format", kind, cwd=project)
    requests = [
        'GET /%0d%0aforged?"x"\\y HTTP/1.1\r\nHost: test\r\nUser-Agent: "quoted" \\\r\n\r\n',
        "GET /page.txt HTTP/1.1\r\nHost: test\r\nReferer: caf\u00e9 \xff\t\x80\r\n\r\n",
        f"GET /page.txt HTTP/1.1\r\nHost: test\r\nUser-Agent: {'u' * 10_000}\r\n\r\n",
        'GET /none/%1b[31m%22 HTTP/1.1\r\nHost: test\r\nUser-Agent: x" 200 1 "-" "-\r\n\r\n',
    ]
    for request in requests:
        with server.connect() as wire:
            wire.send(request)
            assert wire.read_answer().status in (200, 404)
    controls = ("\x1b[31m", "\x07", "\x7f", "\0")
    for control in controls:
        with server.connect() as wire:
            wire.send(f"GET /page.txt HTTP/1.1\r\nHost: test\r\nUser-Agent: a{control}b\r\n\r\n")
            assert wire.read_answer().status == 400
    for line in lines_of(log, len(requests) + len(controls)):
        assert line.isascii()
        assert line.isprintable()
        if kind == "json":
            assert json.loads(line)["status"] in (200, 400, 404)
        else:
            assert COMBINED.fullmatch(line)


def test_client_of_a_proxy(serve: Callable[..., Server], project: Path, log: Path) -> None:
    options = ("--access-log", log, "--access-log-format", "json", "--trusted-proxies", "127.0.0.1")
    server = serve("./public", *options, cwd=project)
    fields = (
        ("X-Forwarded-For: 192.0.2.66, 192.0.2.1", "X-Forwarded-Host: site.test"),
        ("Forwarded: for=_hidden",),
        (),
    )
    with server.connect() as wire:
        for of_request in fields:
            wire.get("/page.txt", *of_request)
    rows = [json.loads(line) for line in lines_of(log, 3)]
    assert [(row["client"], row["host"]) for row in rows] == [
        ("192.0.2.1", "site.test"),
        ("_hidden", "test"),
        ("127.0.0.1", "test"),
    ]


def test_what_was_refused(serve: Callable[..., Server], project: Path, log: Path) -> None:
    server = serve("./public", "--access-log", log, cwd=project)
    for sent in (f"GET /{FORGED} HTTP/1.1\r\n\r\n", "\x16\x03\x01\x02\r\n", f"GET /{'a' * 9000}"):
        with server.connect() as wire:
            wire.send(sent)
            wire.read_until_close()
    rows = [COMBINED.fullmatch(line).groups()[1:] for line in lines_of(log, 3)]
    assert [row[1] for row in rows] == ["400", "400", "414"]
    assert rows[0][0].startswith("GET /x\\x22 200 1")
    assert rows[1][0] == "\\x16\\x03\\x01\\x02"
    assert rows[2][0] == f"GET /{'a' * 251}"


def test_what_was_refused_in_json(serve: Callable[..., Server], project: Path, log: Path) -> None:
    server = serve("./public", "--access-log", log, "--access-log-format", "json", cwd=project)
    with server.connect() as wire:
        wire.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
        wire.read_until_close()
    (line,) = map(json.loads, lines_of(log, 1))
    assert (line["line"], line["refused"], line["status"]) == (
        "GET / HTTP/1.1", "several Host fields", 400,
    )  # fmt: skip


def test_a_reader_that_stops_stops_no_request(
    serve: Callable[..., Server], project: Path, tmp_path: Path
) -> None:
    """The pipe of the log is full; what does not fit in memory is lost, and that is said."""
    fifo = tmp_path / "fifo.log"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    server = serve("./public", "--access-log", fifo, cwd=project)
    with server.connect() as wire:
        for _ in range(1000):
            assert wire.get("/page.txt", f"User-Agent: {'a' * 5000}").status == 200
        received = b""
        while received.count(b"\n") < 800:
            wire.get("/page.txt")
            with contextlib.suppress(BlockingIOError):
                received += os.read(reader, 1 << 20)
        server.wait_log("the reader of the access log was too slow")
    os.close(reader)
    assert COMBINED.fullmatch(received.splitlines()[700].decode())
