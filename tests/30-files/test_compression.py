"""Files that are compressed while they are served."""

from __future__ import annotations

import contextlib
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from codings import CODINGS, decode
from models import CREWS
from server import Server, wait_until
from settled import settle
from wire import Answer, Wire

PAGE = b"".join(b"<p>line %d of a page that is worth it</p>\n" % i for i in range(1500))
NOISE = random.Random(1).randbytes(100_000)
SEEN_SECONDS_MAX = 2
FILES = 60


def numbered(number: int) -> bytes:
    """The content of one of many files: 80,000 bytes that become half as many."""
    return random.Random(number).randbytes(40_000).hex().encode()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "page.html").write_bytes(PAGE)
    (folder / "changing.html").write_bytes(PAGE)
    (folder / "large.js").write_bytes(PAGE * 40)
    (folder / "over.txt").write_bytes(PAGE * 150)
    (folder / "noise.txt").write_bytes(NOISE)
    (folder / "small.txt").write_bytes(b"s" * 1000)
    (folder / "picture.png").write_bytes(PAGE)
    for number in range(FILES):
        (folder / f"{number}.txt").write_bytes(numbered(number))
    settle(folder)
    return folder


@pytest.fixture(scope="module")
def server(serve_module: Callable[..., Server], pages: Path) -> Server:
    return serve_module(pages)


@pytest.fixture
def wire(server: Server):
    with server.connect() as connected:
        yield connected


def get_compressed(wire: Wire, path: str, coding: str) -> Answer:
    """Asks until the compressed form is there; before, the file comes as it is."""

    def ask() -> Answer | None:
        answer = wire.get(path, f"Accept-Encoding: {coding}")
        assert (answer.status, answer.header("Vary")) == (200, "Accept-Encoding")
        return answer if answer.header("Content-Encoding") else None

    answers: list[Answer] = []
    wait_until(lambda: (answer := ask()) and answers.append(answer) is None, f"{coding} of {path}")
    return answers[0]


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize(("path", "content"), [("/page.html", PAGE), ("/large.js", PAGE * 40)])
def test_each_coding(wire: Wire, path: str, content: bytes, coding: str) -> None:
    answer = get_compressed(wire, path, coding)
    assert answer.header("Content-Encoding") == coding
    assert answer.header("Content-Length") == str(len(answer.body))
    assert len(answer.body) < len(content) / 4
    assert decode(answer.body, coding) == content
    head = wire.ask("HEAD", path, f"Accept-Encoding: {coding}")
    fields = [field for field in answer.headers if field[0] != "Date"]
    assert [field for field in head.headers if field[0] != "Date"] == fields
    assert wire.get(path).body == content


def test_each_form_has_a_tag(wire: Wire) -> None:
    tags = {None: wire.get("/page.html").header("ETag")}
    for coding in CODINGS:
        tags[coding] = get_compressed(wire, "/page.html", coding).header("ETag")
    assert len(set(tags.values())) == 4
    for coding, tag in tags.items():
        accept = (f"Accept-Encoding: {coding}",) if coding else ()
        for condition in tags.values():
            answer = wire.get("/page.html", *accept, f"If-None-Match: {condition}")
            assert answer.status == (304 if condition == tag else 200)
            assert answer.header("ETag") == tag
            assert answer.header("Vary") == "Accept-Encoding"
        assert wire.get("/page.html", *accept, f"If-Match: {tag}").status == 200
        assert wire.get("/page.html", *accept, 'If-Match: "other"').status == 412


def test_a_tag_outlives_the_server(serve: Callable[..., Server], wire: Wire, pages: Path) -> None:
    tag = get_compressed(wire, "/page.html", "br").header("ETag")
    with serve(pages).connect() as fresh:
        for known in (f"{tag}", f'"other", W/{tag}'):
            fields = ("Accept-Encoding: zstd, br", f"If-None-Match: {known}")
            answer = fresh.get("/page.html", *fields)
            assert (answer.status, answer.header("ETag")) == (304, tag)
            assert answer.header("Vary") == "Accept-Encoding"
        for condition in (f"If-None-Match: x {tag}", f"If-None-Match: {tag[:-3]}"):
            answer = fresh.get("/page.html", "Accept-Encoding: br", condition)
            assert answer.status == 200
            assert decode(answer.body, answer.header("Content-Encoding")) == PAGE
        assert fresh.get("/page.html", f"If-None-Match: {tag}").status == 200


def test_ranges_are_of_the_encoded_bytes(wire: Wire) -> None:
    whole = get_compressed(wire, "/large.js", "gzip")
    tag = whole.header("ETag")
    for condition in ((), (f"If-Range: {tag}",)):
        fields = ("Accept-Encoding: gzip", "Range: bytes=100-5099", *condition)
        part = wire.get("/large.js", *fields)
        assert (part.status, part.body) == (206, whole.body[100:5100])
        assert part.header("Content-Range") == f"bytes 100-5099/{len(whole.body)}"
        assert (part.header("Content-Encoding"), part.header("ETag")) == ("gzip", tag)
    several = wire.get("/large.js", "Accept-Encoding: gzip", "Range: bytes=0-9,5000-5009")
    assert (several.status, several.body) == (200, whole.body)
    plain = wire.get("/large.js", "Range: bytes=10-19", f"If-Range: {tag}")
    assert (plain.status, plain.body) == (200, PAGE * 40)


@pytest.mark.parametrize(
    ("path", "varies"),
    [("/noise.txt", True), ("/small.txt", False), ("/over.txt", False), ("/picture.png", False)],
)
def test_what_is_not_worth_it(wire: Wire, pages: Path, path: str, varies: bool) -> None:
    for _ in range(10):
        for coding in CODINGS:
            answer = wire.get(path, f"Accept-Encoding: {coding}")
            assert (answer.status, answer.header("Content-Encoding")) == (200, None)
            assert answer.header("Vary") == ("Accept-Encoding" if varies else None)
            assert answer.body == (pages / path[1:]).read_bytes()


def test_what_is_there_is_better_than_nothing(wire: Wire) -> None:
    """Also while the form that the client likes best is not."""
    get_compressed(wire, "/1.txt", "gzip")
    answer = wire.get("/1.txt", "Accept-Encoding: br;q=0.9, gzip;q=0.8")
    assert answer.header("Content-Encoding") in ("gzip", "br")


def test_many_clients_at_once(server: Server) -> None:
    failures: list[object] = []

    def ask(number: int) -> None:
        coding = CODINGS[number % 3]
        with contextlib.ExitStack() as stack:
            wire = stack.enter_context(server.connect())
            for _ in range(40):
                answer = wire.get("/2.txt", f"Accept-Encoding: {coding}")
                if decode(answer.body, answer.header("Content-Encoding")) != numbered(2):
                    failures.append(answer)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_a_slow_client(server: Server) -> None:
    with server.connect() as wire:
        expected = get_compressed(wire, "/large.js", "br").body
        wire.send("GET /large.js HTTP/1.1\r\nHost: test\r\nAccept-Encoding: br\r\n\r\n" * 200)
        with server.connect() as other:
            assert other.get("/page.html").status == 200
        for _ in range(200):
            assert wire.read_answer().body == expected


def test_a_change_is_seen(wire: Wire, pages: Path) -> None:
    file = pages / "changing.html"
    first = get_compressed(wire, "/changing.html", "zstd")
    changed = PAGE.replace(b"worth", b"WORTH")
    stamp = file.stat().st_mtime_ns
    file.write_bytes(changed)
    os.utime(file, ns=(stamp, stamp))  # only the inode's own date tells

    def content() -> bytes:
        answer = wire.get("/changing.html", "Accept-Encoding: zstd")
        return decode(answer.body, answer.header("Content-Encoding"))

    wait_until(lambda: content() == changed, "the change", SEEN_SECONDS_MAX)
    settle(pages)
    second = get_compressed(wire, "/changing.html", "zstd")
    assert decode(second.body, "zstd") == changed
    assert second.header("ETag") != first.header("ETag")


def test_a_sibling_wins(serve: Callable[..., Server], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(PAGE)
    (tmp_path / "page.html.gz").write_bytes(b"the sibling")
    with serve(tmp_path).connect() as wire:
        for _ in range(20):
            answer = wire.get("/page.html", "Accept-Encoding: gzip, br, zstd")
            assert (answer.body, answer.header("Content-Encoding")) == (b"the sibling", "gzip")
            assert wire.get("/page.html", "Accept-Encoding: br").body == PAGE


def test_off(serve: Callable[..., Server], pages: Path) -> None:
    with serve(pages, "--compress", "off").connect() as wire:
        for _ in range(20):
            answer = wire.get("/page.html", "Accept-Encoding: gzip, br, zstd")
            assert (answer.body, answer.header("Vary")) == (PAGE, None)


def test_no_transform(serve: Callable[..., Server], pages: Path) -> None:
    rule = ("--cache-control", "**/*.html=no-transform")
    with serve(pages, *rule).connect() as wire:
        for _ in range(20):
            answer = wire.get("/page.html", "Accept-Encoding: gzip")
            assert (answer.body, answer.header("Vary")) == (PAGE, None)
        assert get_compressed(wire, "/large.js", "gzip").header("Cache-Control") != "no-transform"


def memory_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def test_memory_is_bounded(serve: Callable[..., Server], pages: Path) -> None:
    """What is compressed has more than twice the size of what is kept, and comes again."""
    server = serve(pages, "--compress-cache", "1MiB")
    with server.connect() as wire:
        get_compressed(wire, "/0.txt", "gzip")
        before = memory_kib(server.front())
        for number in (*range(FILES), 0, 1):
            answer = get_compressed(wire, f"/{number}.txt", "gzip")
            assert decode(answer.body, "gzip") == numbered(number)
        assert memory_kib(server.front()) - before < 4 * 1024


@pytest.mark.parametrize("model", CREWS)
def test_models(serve: Callable[..., Server], pages: Path, model: str) -> None:
    """A process for each connection keeps nothing that it could compress for others."""
    with serve(pages, "--model", model, "--front-threads", 4).connect() as wire:
        if model != "fork":
            assert decode(get_compressed(wire, "/page.html", "br").body, "br") == PAGE
        else:
            for _ in range(20):
                answer = wire.get("/page.html", "Accept-Encoding: br")
                assert (answer.body, answer.header("Vary")) == (PAGE, None)


def test_bad_options(run_cli: Callable, pages: Path) -> None:
    answer = run_cli("check", pages, "--compress", "everything")
    assert answer.returncode == 2
    assert "'everything' is not allowed; write off, files or all" in answer.stderr
    answer = run_cli("check", pages, "--compress-cache", "5KiB")
    assert answer.returncode == 2
    assert "--compress-cache" in answer.stderr
