"""Files that change, also while they are sent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from server import Server, wait_until
from wire import Wire

SEEN_SECONDS_MAX = 2


@pytest.mark.parametrize("size", [10, 100_000])
@pytest.mark.parametrize("in_place", [True, False])
def test_a_changed_file_is_seen(wire: Wire, folder: Path, size: int, in_place: bool) -> None:
    file = folder / f"changing-{size}-{in_place}"
    file.write_bytes(b"a" * size)
    before = wire.get(f"/{file.name}")
    assert before.body == b"a" * size
    write_later(file if in_place else folder / "new", b"b" * size, file)
    if not in_place:
        (folder / "new").replace(file)
    condition = f"If-None-Match: {before.header('ETag')}"
    wait_until(
        lambda: wire.get(f"/{file.name}", condition).body == b"b" * size,
        "the change",
        SEEN_SECONDS_MAX,
    )
    assert wire.get(f"/{file.name}").header("ETag") != before.header("ETag")


def write_later(into: Path, content: bytes, than: Path) -> None:
    """So that the date of the file differs: its clock ticks slowly."""
    before = than.stat().st_mtime_ns
    into.write_bytes(content)
    while into.stat().st_mtime_ns == before:
        into.write_bytes(content)


def test_a_grown_file_is_seen(wire: Wire, folder: Path) -> None:
    file = folder / "growing"
    file.write_text("one")
    assert wire.get("/growing").body == b"one"
    with file.open("a") as more:
        more.write("two")
    wait_until(lambda: wire.get("/growing").body == b"onetwo", "the rest", SEEN_SECONDS_MAX)


@pytest.mark.parametrize("size", [10, 100_000])
def test_a_deleted_file_is_gone(wire: Wire, folder: Path, size: int) -> None:
    file = folder / "deleted"
    file.write_bytes(b"a" * size)
    assert wire.get("/deleted").status == 200
    file.unlink()
    wait_until(lambda: wire.get("/deleted").status == 404, "404", SEEN_SECONDS_MAX)
    file.write_text("back")
    wait_until(lambda: wire.get("/deleted").body == b"back", "the file", SEEN_SECONDS_MAX)


def test_a_replaced_folder_is_seen(serve, tmp_path: Path) -> None:
    """As deployments do it: a link is moved to another release."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "page.txt").write_text(name)
    (tmp_path / "current").symlink_to("one")
    server = serve(tmp_path / "current")
    with server.connect() as wire:
        assert wire.get("/page.txt").body == b"one"
        (tmp_path / "next").symlink_to("two")
        (tmp_path / "next").replace(tmp_path / "current")
        wait_until(
            lambda: wire.get("/page.txt").body == b"two", "the release", 2 * SEEN_SECONDS_MAX
        )


def test_a_file_that_is_truncated_while_it_is_sent(site: Server, folder: Path) -> None:
    size = 60_000_000  # more than the kernel keeps of it
    file = folder / "truncated"
    with file.open("wb") as empty:
        empty.truncate(size)
    with site.connect() as wire:
        wire.send("GET /truncated HTTP/1.1\r\nHost: test\r\n\r\n")
        answer = wire.read_head()
        assert answer.header("Content-Length") == str(size)
        os.truncate(file, 1000)
        assert len(wire.read_until_close()) < size
    wait_until(lambda: size_of(site, "/truncated") == 1000, "the size", SEEN_SECONDS_MAX)


@pytest.mark.parametrize("ranges", ["1000000-", "0-99,1000000-30000000,40000000-"])
def test_a_part_of_a_file_that_is_truncated_while_it_is_sent(
    site: Server, folder: Path, ranges: str
) -> None:
    file = folder / "truncated-part"
    with file.open("wb") as empty:
        empty.truncate(60_000_000)
    with site.connect() as wire:
        wire.send(f"GET /{file.name} HTTP/1.1\r\nHost: test\r\nRange: bytes={ranges}\r\n\r\n")
        answer = wire.read_head()
        assert answer.status == 206
        os.truncate(file, 1000)
        assert wire.count_until_close() < int(answer.header("Content-Length"))


def test_a_file_that_grows_is_sent_as_long_as_it_was(site: Server, folder: Path) -> None:
    file = folder / "grown"
    file.write_bytes(b"a" * 5_000_000)
    with site.connect() as wire:
        wire.send("GET /grown HTTP/1.1\r\nHost: test\r\n\r\n")
        answer = wire.read_head()
        with file.open("ab") as more:
            more.write(b"b" * 5_000_000)
        assert wire.read_body(answer) == b"a" * 5_000_000
        assert wire.get("/file.txt").status == 200


def test_a_replaced_file_is_sent_to_its_end_in_parts(site: Server, folder: Path) -> None:
    file = folder / "replaced-parts"
    file.write_bytes(b"a" * 30_000_000)
    with site.connect(30) as wire:
        fields = "Range: bytes=0-9999999,20000000-\r\n"
        wire.send(f"GET /{file.name} HTTP/1.1\r\nHost: test\r\n{fields}\r\n")
        answer = wire.read_head()
        (folder / "other").write_bytes(b"b" * 30_000_000)
        (folder / "other").replace(file)
        assert wire.read_body(answer).count(b"aaaaaaaaaa" * 1000) == 2000


def size_of(site: Server, path: str) -> int:
    """-1 if the connection was cut."""
    with site.connect() as wire:
        try:
            return len(wire.get(path).body)
        except EOFError:
            return -1


def test_a_replaced_file_is_sent_to_its_end(site: Server, folder: Path) -> None:
    size = 60_000_000
    file = folder / "replaced"
    with file.open("wb") as empty:
        empty.truncate(size)
    with site.connect(30) as wire:
        wire.send("GET /replaced HTTP/1.1\r\nHost: test\r\n\r\n")
        answer = wire.read_head()
        (folder / "shorter").write_text("new")
        (folder / "shorter").replace(file)
        assert len(wire.read_body(answer)) == size
        wait_until(lambda: wire.get("/replaced").body == b"new", "the new one", SEEN_SECONDS_MAX)
