"""What is answered for a file and for a folder."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from server import Server
from wire import Wire

CONTENT = b"0123456789" * 10


def test_file(wire: Wire, folder: Path) -> None:
    for method in ("GET", "HEAD"):
        answer = wire.ask(method, "/file.txt")
        assert (answer.status, answer.reason) == (200, "OK")
        assert answer.body == (CONTENT if method == "GET" else b"")
        assert answer.header("Content-Length") == "100"
        assert answer.header("Content-Type").startswith("text/plain")
        assert answer.header("Accept-Ranges") == "bytes"
        assert re.fullmatch(r'"[^"]+"', answer.header("ETag"))
        modified = parsedate_to_datetime(answer.header("Last-Modified"))
        assert modified.timestamp() == int((folder / "file.txt").stat().st_mtime)


def test_query_does_not_matter(wire: Wire) -> None:
    assert wire.get("/file.txt?version=2").body == CONTENT


def test_index(wire: Wire) -> None:
    for path, page in (("/", b"the index"), ("/sub/", b"the index below")):
        answer = wire.get(path)
        assert (answer.status, answer.body) == (200, page)
        assert answer.header("Content-Type") == "text/html; charset=utf-8"


def test_folder_without_its_slash_is_redirected(wire: Wire) -> None:
    answer = wire.get("/sub?x=%20y")
    assert answer.status == 308
    assert answer.header("Location") == "/sub/?x=%20y"


def test_folder_without_an_index(wire: Wire, folder: Path) -> None:
    (folder / "empty").mkdir()
    assert wire.get("/empty/").status == 404


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.css", "text/css; charset=utf-8"), ("a.js", "text/javascript; charset=utf-8"),
     ("a.png", "image/png"), ("a.svg", "image/svg+xml"), ("a.JPG", "image/jpeg"),
     ("a.json", "application/json"), ("a.woff2", "font/woff2"), ("a.wasm", "application/wasm"),
     ("a.pdf", "application/pdf"), ("noending", "application/octet-stream"),
     ("a.tar.gz", "application/gzip"), ("a.unknown", "application/octet-stream")],
)  # fmt: skip
def test_content_type(wire: Wire, folder: Path, name: str, kind: str) -> None:
    (folder / name).write_text("x")
    answer = wire.get("/" + name)
    assert answer.header("Content-Type") == kind
    assert answer.header("X-Content-Type-Options") == "nosniff"


def test_names_are_decoded(wire: Wire, folder: Path) -> None:
    (folder / "ä b%+.txt").write_text("odd")
    assert wire.get("/%C3%A4%20b%25+.txt").body == b"odd"
    (folder / "ä b").mkdir()
    assert wire.get("/%C3%A4%20b").header("Location") == "/%C3%A4%20b/"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods(wire: Wire, method: str) -> None:
    answer = wire.ask(method, "/file.txt", body=b"x")
    assert answer.status == 405
    assert set(re.split(", *", answer.header("Allow"))) == {"GET", "HEAD", "OPTIONS"}
    assert wire.get("/file.txt").body == CONTENT


@pytest.mark.parametrize("method", ["PROPFIND", "M-SEARCH", "GETS"])
def test_methods_that_nobody_knows(wire: Wire, method: str) -> None:
    answer = wire.ask(method, "/file.txt", body=b"x")
    assert (answer.status, answer.header("Allow")) == (501, None)
    assert wire.get("/file.txt").body == CONTENT


def test_options(wire: Wire) -> None:
    answer = wire.ask("OPTIONS", "/file.txt")
    assert answer.status in (200, 204)
    assert "HEAD" in answer.header("Allow")


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 32_767, 32_768, 32_769, 1_000_000])
def test_sizes(wire: Wire, folder: Path, size: int) -> None:
    content = bytes(range(251)) * (size // 251 + 1)
    (folder / f"size-{size}").write_bytes(content[:size])
    for _ in range(2):
        assert wire.get(f"/size-{size}").body == content[:size]


def test_ten_mebibytes(wire: Wire, folder: Path) -> None:
    content = bytes(range(256)) * (10 * 4096)
    (folder / "large.bin").write_bytes(content)
    assert wire.get("/large.bin").body == content
    assert wire.get("/large.bin", "Range: bytes=5000000-").body == content[5_000_000:]


def test_mount(serve: Callable[..., Server], folder: Path) -> None:
    server = serve("--static", f"/assets={folder}")
    with server.connect() as wire:
        assert wire.get("/assets/file.txt").body == CONTENT
        assert wire.get("/assets/").body == b"the index"
        assert wire.get("/assets").header("Location") == "/assets/"
        assert wire.get("/assets/sub").header("Location") == "/assets/sub/"
        for path in ("/", "/file.txt", "/assetsfile.txt", "/assets/../file.txt"):
            assert wire.get(path).status == 404
