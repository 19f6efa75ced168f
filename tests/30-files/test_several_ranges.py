"""Several ranges in one request (RFC 9110 section 14.6)."""

from __future__ import annotations

import os
import re
from email.parser import BytesParser
from pathlib import Path

import pytest

from server import Server
from settled import settle
from wire import Answer, Wire

SMALL, LARGE = 20_000, 2_000_000  # kept in memory, sent from the disk


@pytest.fixture(scope="module", autouse=True)
def contents(folder: Path) -> dict[str, bytes]:
    contents = {f"{size}.txt": os.urandom(size) for size in (SMALL, LARGE)}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    settle(folder)
    return contents


def parts(answer: Answer) -> list[tuple[str, bytes]]:
    """The Content-Range and the bytes of each part, read by somebody else's parser."""
    kind = answer.header("Content-Type")
    assert re.fullmatch(r"multipart/byteranges; boundary=\w{1,70}", kind)
    assert answer.header("Content-Range") is None
    assert answer.header("Content-Length") == str(len(answer.body))
    head = f"Content-Type: {kind}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + answer.body)
    assert not message.defects
    found = []
    rest = answer.body
    for part in message.get_payload():
        assert part.get_content_type() == "text/plain"
        content_range = part["Content-Range"]
        first, last = map(int, re.match(r"bytes (\d+)-(\d+)/", content_range).groups())
        _, rest = rest.split(b"\r\n\r\n", 1)  # the parser changes the ends of lines
        found.append((content_range, rest[: last - first + 1]))
        rest = rest[last - first + 1 :]
    boundary = kind.partition("=")[2].encode()
    assert rest == b"\r\n--" + boundary + b"--\r\n"
    return found


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_parts(wire: Wire, contents: dict[str, bytes], size: int) -> None:
    whole = contents[f"{size}.txt"]
    answer = wire.get(f"/{size}.txt", "Range: bytes=1000-1999, 0-9,15000-15000 ,-5")
    assert answer.status == 206
    assert answer.header("ETag") == wire.get(f"/{size}.txt").header("ETag")
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert parts(answer) == [
        (f"bytes 1000-1999/{size}", whole[1000:2000]),
        (f"bytes 0-9/{size}", whole[:10]),
        (f"bytes 15000-15000/{size}", whole[15000:15001]),
        (f"bytes {size - 5}-{size - 1}/{size}", whole[-5:]),
    ]


def test_long_parts(site: Server, contents: dict[str, bytes]) -> None:
    whole = contents[f"{LARGE}.txt"]
    with site.connect() as wire:
        answer = wire.get(f"/{LARGE}.txt", "Range: bytes=0-899999,1000000-1899999")
        sent = [content for _, content in parts(answer)]
        assert sent == [whole[:900_000], whole[1_000_000:1_900_000]]
        assert wire.get("/file.txt").status == 200  # the connection goes on behind it


def test_a_boundary_is_never_used_twice(wire: Wire) -> None:
    answers = [wire.get(f"/{SMALL}.txt", "Range: bytes=0-9,1000-1009") for _ in range(20)]
    assert len({answer.header("Content-Type") for answer in answers}) == 20


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [("0-9,5-14", 0, 14), ("0-9,10-14", 0, 14), ("5-14,0-4", 0, 14), ("0-9,50-59", 0, 59),
     ("0-14,20000-", 0, 14), ("30000-,-0,0-14", 0, 14), ("0-,0-,0-", 0, 19_999)],
)  # fmt: skip
def test_one_that_is_left_is_no_multipart(wire: Wire, value: str, first: int, last: int) -> None:
    answer = wire.get(f"/{SMALL}.txt", f"Range: bytes={value}")
    assert answer.status == 206
    assert answer.header("Content-Range") == f"bytes {first}-{last}/{SMALL}"
    assert answer.header("Content-Type") == "text/plain; charset=utf-8"
    assert len(answer.body) == last - first + 1


def test_none_that_is_there(wire: Wire) -> None:
    answer = wire.get(f"/{SMALL}.txt", "Range: bytes=20000-,30000-40000,-0")
    assert (answer.status, answer.header("Content-Range")) == (416, f"bytes */{SMALL}")


@pytest.mark.parametrize("value", ["0-9,x", "0-9,1000-999", "0-9,1000", "0-9;1000-1009"])
def test_one_that_is_malformed_spoils_all(wire: Wire, value: str) -> None:
    answer = wire.get(f"/{SMALL}.txt", f"Range: bytes={value}")
    assert (answer.status, len(answer.body)) == (200, SMALL)


def test_at_most_sixteen(wire: Wire) -> None:
    ranges = [f"{first}-{first}" for first in range(0, 16_000, 1000)]
    answer = wire.get(f"/{SMALL}.txt", f"Range: bytes={','.join(ranges)}")
    assert len(parts(answer)) == 16
    answer = wire.get(f"/{SMALL}.txt", f"Range: bytes={','.join([*ranges, '17000-17000'])}")
    assert (answer.status, len(answer.body)) == (200, SMALL)


@pytest.mark.parametrize(
    "value",
    [",".join(["0-"] * 16), ",".join(f"{i}-" for i in range(16)), "0-,-19999,1-,-20000,5-10",
     ",".join(f"-{i * 1000}" for i in range(1, 17)), "0-9999,10200-19999",
     ",".join(f"{i * 1000}-{i * 1000 + 850}" for i in range(16))],
)  # fmt: skip
def test_nothing_is_amplified(wire: Wire, value: str) -> None:
    answer = wire.get(f"/{SMALL}.txt", f"Range: bytes={value}")
    assert answer.status in (200, 206)
    assert len(answer.body) <= SMALL


def test_parts_no_shorter_than_the_whole(wire: Wire, folder: Path) -> None:
    (folder / "200.txt").write_bytes(b"x" * 200)
    answer = wire.get("/200.txt", "Range: bytes=0-9,190-199")
    assert (answer.status, len(answer.body)) == (200, 200)


@pytest.mark.parametrize(
    ("field", "status"),
    [("If-Range: {etag}", 206), ('If-Range: "other"', 200), ("If-None-Match: {etag}", 304),
     ('If-Match: "other"', 412), ("If-Match: {etag}", 206)],
)  # fmt: skip
def test_conditions_come_first(wire: Wire, field: str, status: int) -> None:
    etag = wire.get(f"/{SMALL}.txt").header("ETag")
    answer = wire.get(f"/{SMALL}.txt", "Range: bytes=0-9,1000-1009", field.replace("{etag}", etag))
    assert answer.status == status


def test_head_has_no_ranges(wire: Wire) -> None:
    answer = wire.ask("HEAD", f"/{SMALL}.txt", "Range: bytes=0-9,1000-1009")
    assert (answer.status, answer.header("Content-Length")) == (200, str(SMALL))


def test_two_fields_are_ignored(wire: Wire) -> None:
    answer = wire.get(f"/{SMALL}.txt", "Range: bytes=0-9", "Range: bytes=1000-1009")
    assert (answer.status, len(answer.body)) == (200, SMALL)


def test_a_file_that_is_truncated_while_its_parts_are_sent(site: Server, folder: Path) -> None:
    size = 60_000_000
    file = folder / "truncated-parts"
    with file.open("wb") as empty:
        empty.truncate(size)
    with site.connect() as wire:
        fields = "Host: test\r\nRange: bytes=0-29999999,30001000-\r\n"
        wire.send(f"GET /truncated-parts HTTP/1.1\r\n{fields}\r\n")
        answer = wire.read_head()
        assert answer.status == 206
        os.truncate(file, 1000)
        assert len(wire.read_until_close()) < int(answer.header("Content-Length"))
