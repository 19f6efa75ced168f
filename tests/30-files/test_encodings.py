"""Files with compressed siblings (RFC 9110 section 12.5.3)."""

from __future__ import annotations

import gzip
import os
import time
from pathlib import Path

import pytest

from server import wait_until
from wire import Wire

TEXT = b"a text that is said again and again. " * 500
SEEN_SECONDS_MAX = 2
# A file that changed less than that long ago is read again each second.
SETTLED_SECONDS = 1.5


@pytest.fixture(scope="module", autouse=True)
def files(folder: Path) -> Path:
    """What stands in for brotli and zstd is not looked at by the server."""
    (folder / "text.txt").write_bytes(TEXT)
    (folder / "text.txt.gz").write_bytes(gzip.compress(TEXT))
    (folder / "text.txt.br").write_bytes(b"as brotli")
    (folder / "text.txt.zst").write_bytes(b"as zstd")
    (folder / "alone.bin").write_bytes(TEXT)
    return folder


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip", "gzip"), ("GZIP", "gzip"), ("x-gzip", "gzip"), ("br", "br"), ("zstd", "zstd"),
     ("gzip, deflate, br", "br"), ("gzip, deflate, br, zstd", "zstd"), ("*", "zstd"),
     ("gzip;q=1.0, br;q=0.5, zstd;q=0", "gzip"), ("br;q=0.001", "br"), ("*, zstd;q=0", "br"),
     ("gzip;q=0.5, *;q=0.4", "gzip"), ("identity;q=0, gzip", "gzip"), ("identity, gzip", "gzip"),
     ("identity;q=0.9, gzip;q=0.8", None), ("identity", None), ("", None), ("deflate", None),
     ("gzip;q=0", None), ("gzip;q=0, *;q=0", None), ("identity;q=0", None), ("gzip;q=1.5", None),
     ("gzip;q=x", None), ("gzip;level=9", None), ("gz ip", None), ("br, gzip;;", None)],
)  # fmt: skip
def test_choice(wire: Wire, accepted: str, coding: str | None) -> None:
    bodies = {None: TEXT, "br": b"as brotli", "zstd": b"as zstd"}
    for method in ("GET", "HEAD"):
        answer = wire.ask(method, "/text.txt", f"Accept-Encoding: {accepted}")
        assert (answer.status, answer.header("Content-Encoding")) == (200, coding)
        assert answer.header("Vary") == "Accept-Encoding"
        assert answer.header("Content-Type") == "text/plain; charset=utf-8"
        assert answer.header("X-Content-Type-Options") == "nosniff"
        if method == "HEAD":
            continue
        if coding == "gzip":
            assert gzip.decompress(answer.body) == TEXT
        else:
            assert answer.body == bodies[coding]


def test_without_the_field(wire: Wire) -> None:
    answer = wire.get("/text.txt")
    assert (answer.body, answer.header("Content-Encoding")) == (TEXT, None)
    assert answer.header("Vary") == "Accept-Encoding"


def test_several_fields_are_one(wire: Wire) -> None:
    answer = wire.get("/text.txt", "Accept-Encoding: gzip", "Accept-Encoding: br;q=0.5")
    assert answer.header("Content-Encoding") == "gzip"


def test_a_file_without_siblings_does_not_vary(wire: Wire) -> None:
    answer = wire.get("/alone.bin", "Accept-Encoding: gzip, br")
    assert (answer.body, answer.header("Vary")) == (TEXT, None)
    assert answer.header("Content-Encoding") is None


def test_a_sibling_by_its_own_name(wire: Wire) -> None:
    kinds = {"gz": "application/gzip", "zst": "application/zstd", "br": "application/octet-stream"}
    for ending, kind in kinds.items():
        answer = wire.get(f"/text.txt.{ending}", "Accept-Encoding: gzip, br, zstd")
        assert answer.header("Content-Type") == kind
        assert answer.header("Content-Encoding") is None


def test_each_coding_has_its_own_etag(wire: Wire) -> None:
    etags = {}
    for coding in ("identity", "gzip", "br", "zstd"):
        etag = wire.get("/text.txt", f"Accept-Encoding: {coding}").header("ETag")
        etags[coding] = etag
    assert len(set(etags.values())) == 4
    for coding in etags:
        for condition, etag in etags.items():
            fields = (f"Accept-Encoding: {coding}", f"If-None-Match: {etag}")
            answer = wire.get("/text.txt", *fields)
            assert answer.status == (304 if condition == coding else 200)
            assert answer.header("Vary") == "Accept-Encoding"
            assert answer.header("ETag") == etags[coding]


def test_ranges_are_of_the_encoded_bytes(wire: Wire) -> None:
    accept = "Accept-Encoding: zstd"
    answer = wire.get("/text.txt", accept, "Range: bytes=3-6")
    assert (answer.status, answer.body) == (206, b"zstd")
    assert answer.header("Content-Range") == "bytes 3-6/7"
    assert answer.header("Content-Encoding") == "zstd"
    assert answer.header("Vary") == "Accept-Encoding"
    answer = wire.get("/text.txt", accept, "Range: bytes=7-")
    assert (answer.status, answer.header("Vary")) == (416, "Accept-Encoding")
    plain = wire.get("/text.txt").header("ETag")
    answer = wire.get("/text.txt", accept, "Range: bytes=3-6", f"If-Range: {plain}")
    assert (answer.status, answer.body) == (200, b"as zstd")


def test_an_older_sibling_is_not_used(wire: Wire, folder: Path) -> None:
    (folder / "edited.txt").write_text("edited")
    (folder / "edited.txt.gz").write_bytes(b"before")
    os.utime(folder / "edited.txt.gz", (1_000_000_000, 1_000_000_000))
    answer = wire.get("/edited.txt", "Accept-Encoding: gzip")
    assert (answer.body, answer.header("Vary")) == (b"edited", None)


def test_what_is_no_file_is_no_sibling(wire: Wire, folder: Path) -> None:
    (folder / "odd.txt").write_text("odd")
    (folder / "odd.txt.zst").mkdir()
    os.mkfifo(folder / "odd.txt.br")
    (folder / "odd.txt.gz").symlink_to(folder.parent / "secret.txt")
    answer = wire.get("/odd.txt", "Accept-Encoding: gzip, br, zstd")
    assert (answer.body, answer.header("Vary")) == (b"odd", None)


def test_a_sibling_makes_no_file(wire: Wire, folder: Path) -> None:
    (folder / "missing.txt.gz").write_bytes(b"x")
    assert wire.get("/missing.txt", "Accept-Encoding: gzip").status == 404


def test_the_index(wire: Wire, folder: Path) -> None:
    (folder / "page").mkdir()
    (folder / "page/index.html").write_text("page")
    (folder / "page/index.html.br").write_bytes(b"encoded")
    answer = wire.get("/page/", "Accept-Encoding: br")
    assert (answer.body, answer.header("Content-Encoding")) == (b"encoded", "br")
    assert answer.header("Content-Type") == "text/html; charset=utf-8"


def test_siblings_appear_change_and_vanish(wire: Wire, folder: Path) -> None:
    """Also beside a file that has long been as it is."""
    file, sibling = folder / "settled.txt", folder / "settled.txt.gz"
    file.write_text("plain")
    settled = file.stat().st_ctime + SETTLED_SECONDS
    wait_until(lambda: time.time() > settled, "the file to settle", 2 * SETTLED_SECONDS)

    def body() -> bytes:
        return wire.get("/settled.txt", "Accept-Encoding: gzip").body

    assert body() == b"plain"
    sibling.write_bytes(b"first")
    wait_until(lambda: body() == b"first", "the sibling", SEEN_SECONDS_MAX)
    sibling.write_bytes(b"the second")
    wait_until(lambda: body() == b"the second", "its change", SEEN_SECONDS_MAX)
    file.write_text("plain, later")
    os.utime(sibling, (1_000_000_000, 1_000_000_000))
    wait_until(lambda: body() == b"plain, later", "the file that is newer", SEEN_SECONDS_MAX)
    os.utime(sibling)
    wait_until(lambda: body() == b"the second", "the sibling again", SEEN_SECONDS_MAX)
    sibling.unlink()
    wait_until(lambda: body() == b"plain, later", "the file alone", SEEN_SECONDS_MAX)
    assert wire.get("/settled.txt").header("Vary") is None
