"""Conditional requests and ranges (RFC 9110 sections 13 and 14)."""

from __future__ import annotations

import os
import time
from email.utils import formatdate
from pathlib import Path

import pytest

from server import Server, wait_until
from wire import Answer, Wire

CONTENT = b"0123456789" * 10
LONG_AGO = "Sun, 06 Nov 1994 08:49:37 GMT"
LATER = "Thu, 01 Jan 2099 00:00:00 GMT"


@pytest.fixture
def whole(wire: Wire) -> Answer:
    return wire.get("/file.txt")


def fill(field: str, whole: Answer) -> str:
    modified = whole.header("Last-Modified")
    return field.format(etag=whole.header("ETag"), modified=modified, old=LONG_AGO, later=LATER)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        (["If-None-Match: {etag}"], 304),
        (["If-None-Match: W/{etag}"], 304),
        (["If-None-Match: *"], 304),
        (['If-None-Match: "a", {etag}, "b"'], 304),
        (['If-None-Match: "a,b"', "If-None-Match: {etag}"], 304),
        (['If-None-Match: "other"'], 200),
        (["If-Modified-Since: {modified}"], 304),
        (["If-Modified-Since: {later}"], 304),
        (["If-Modified-Since: {old}"], 200),
        (["If-Modified-Since: nonsense"], 200),
        (['If-None-Match: "other"', "If-Modified-Since: {later}"], 200),
        (["If-None-Match: {etag}", "If-Modified-Since: {old}"], 304),
        (["If-Match: {etag}"], 200),
        (["If-Match: *"], 200),
        (['If-Match: "other"'], 412),
        (["If-Match: W/{etag}"], 412),
        (["If-Unmodified-Since: {modified}"], 200),
        (["If-Unmodified-Since: {old}"], 412),
        (["If-Match: {etag}", "If-Unmodified-Since: {old}"], 200),
        (["If-Match: {etag}", "If-None-Match: {etag}"], 304),
    ],
)
def test_condition(wire: Wire, whole: Answer, fields: list[str], status: int) -> None:
    for method in ("GET", "HEAD"):
        answer = wire.ask(method, "/file.txt", *(fill(field, whole) for field in fields))
        assert answer.status == status
        if status == 200:
            assert answer.body == (CONTENT if method == "GET" else b"")
        if status == 304:
            assert answer.header("ETag") == whole.header("ETag")
            assert answer.header("Content-Type") is None
            assert answer.header("Last-Modified") is None  # the ETag says more
    assert wire.get("/file.txt").body == CONTENT


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [("0-0", 0, 0), ("10-19", 10, 19), ("90-", 90, 99), ("-10", 90, 99), ("50-1000", 50, 99),
     ("-1000", 0, 99), ("99-99", 99, 99), ("0-", 0, 99)],
)  # fmt: skip
def test_range(wire: Wire, value: str, first: int, last: int) -> None:
    answer = wire.get("/file.txt", f"Range: bytes={value}")
    assert (answer.status, answer.body) == (206, CONTENT[first : last + 1])
    assert answer.header("Content-Range") == f"bytes {first}-{last}/100"
    assert answer.header("Content-Length") == str(last - first + 1)


@pytest.mark.parametrize("value", ["100-", "100-200", "-0", "99999999999999999999-"])
def test_range_outside(wire: Wire, value: str) -> None:
    answer = wire.get("/file.txt", f"Range: bytes={value}")
    assert answer.status == 416
    assert answer.header("Content-Range") == "bytes */100"


@pytest.mark.parametrize(
    "value", ["bytes=", "bytes=a-b", "bytes=5-4", "lines=1-2", "bytes=0-1,x", "0-5", "bytes=-"]
)
def test_range_that_is_passed_over(wire: Wire, value: str) -> None:
    answer = wire.get("/file.txt", f"Range: {value}")
    assert (answer.status, answer.body) == (200, CONTENT)


def test_head_has_no_range(wire: Wire) -> None:
    answer = wire.ask("HEAD", "/file.txt", "Range: bytes=0-1")
    assert (answer.status, answer.header("Content-Length")) == (200, "100")


def test_if_range_without_a_range(wire: Wire, whole: Answer) -> None:
    for value in (whole.header("ETag"), whole.header("Last-Modified"), '"other"'):
        answer = wire.get("/file.txt", f"If-Range: {value}")
        assert (answer.status, answer.body) == (200, CONTENT)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/none", 404), ("GET", "/sub", 308), ("POST", "/file.txt", 405),
     ("PROPFIND", "/file.txt", 501), ("OPTIONS", "/file.txt", 204)],
)  # fmt: skip
def test_conditions_of_what_is_no_success(wire: Wire, method: str, path: str, status: int) -> None:
    for field in ('If-Match: "other"', "If-None-Match: *", f"If-Unmodified-Since: {LONG_AGO}",
                  f"If-Modified-Since: {LATER}"):  # fmt: skip
        assert wire.ask(method, path, field).status == status


def test_a_file_from_the_future(wire: Wire, folder: Path) -> None:
    (folder / "future.txt").write_text("soon")
    os.utime(folder / "future.txt", (4_000_000_000, 4_000_000_000))
    answer = wire.get("/future.txt")
    assert answer.status == 200
    assert answer.header("Last-Modified") is None


def test_thousands_of_ranges(wire: Wire) -> None:
    ranges = ",".join(f"{first}-{first}" for first in range(4000))[:12_000]
    assert wire.get("/file.txt", f"Range: bytes={ranges}").status in (200, 416)


@pytest.mark.parametrize(
    ("field", "status"),
    [("If-Range: {etag}", 206), ("If-Range: {modified}", 206), ("If-Range: W/{etag}", 200),
     ('If-Range: "other"', 200), ("If-Range: {old}", 200), ("If-Range: {later}", 200),
     ("If-None-Match: {etag}", 304), ("If-Match: \"other\"", 412)],
)  # fmt: skip
def test_range_with_a_condition(wire: Wire, whole: Answer, field: str, status: int) -> None:
    answer = wire.get("/file.txt", "Range: bytes=0-9", fill(field, whole))
    assert answer.status == status
    if status in (200, 206):
        assert answer.body == (CONTENT if status == 200 else CONTENT[:10])
        assert answer.header("Content-Type") == whole.header("Content-Type")
        assert answer.header("Last-Modified") == whole.header("Last-Modified")


def test_a_file_of_this_second_has_no_date(site: Server, folder: Path) -> None:
    """It may change once more, and its date would be that of two versions."""
    file = folder / "of-this-second"
    file.write_bytes(CONTENT)
    second = int(time.time()) + 5  # in the future, as seen from a slow test too
    os.utime(file, (second, second))
    date = formatdate(second, usegmt=True)
    with site.connect() as wire:
        assert wire.get("/of-this-second").header("Last-Modified") is None
        assert wire.get("/of-this-second", "Range: bytes=0-1", f"If-Range: {date}").status == 200
        os.utime(file, (second - 100, second - 100))
        wait_until(lambda: wire.get("/of-this-second").header("Last-Modified"), "the date")
        date = wire.get("/of-this-second").header("Last-Modified")
        assert wire.get("/of-this-second", "Range: bytes=0-1", f"If-Range: {date}").status == 206


def test_the_tag_of_a_file_that_has_only_just_changed_is_weak(site: Server, folder: Path) -> None:
    file = folder / "young"
    file.write_bytes(b"first ")
    with site.connect() as wire:

        def has_weak_tag() -> bool:
            file.write_bytes(b"first ")
            return wire.get("/young").header("ETag").startswith("W/")

        wait_until(has_weak_tag, "a weak tag")
        wait_until(lambda: wire.get("/young").header("ETag").startswith('"'), "a strong tag")
        tag = wire.get("/young").header("ETag")
        before = file.stat()
        file.write_bytes(b"second")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        condition = f"If-None-Match: {tag}"
        wait_until(lambda: wire.get("/young", condition).body == b"second", "the change")
