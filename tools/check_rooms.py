"""Checks that every file under src/ includes only what the order of the rooms allows.

The order is the table of ARCHITECTURE.md: a room includes itself and the rooms above it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from project import ROOT, files, finish, head_comment

SOURCE = ROOT / "src"


class Ban(NamedTuple):
    """Includes that the order would allow, and that are wrong all the same."""

    room: str
    included: tuple[str, ...]
    reason: str


BANS = (
    Ban("http", ("loop", "net"), "the meaning of HTTP is free of I/O"),
    Ban("http1", ("exchange",), "a protocol knows no application"),
    Ban("handlers", ("http1",), "handlers never see the HTTP version"),
    Ban("router", ("http1",), "handlers never see the HTTP version"),
    Ban("worker", ("loop", "net", "http1", "handlers", "router", "front"), "it owns no connection"),
    Ban("supervisor", ("http", "http1", "handlers", "router"), "the supervisor parses no HTTP"),
)

PYTHON_ROOM = SOURCE / "worker" / "python"
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
WITHOUT_IO = re.compile(r"\b(without|no) I/O\b")


def main() -> int:
    rooms = rooms_in_order()
    sources = files("src/*.cpp", "src/*.hpp", "src/*.h", "src/*.def")
    return finish([finding for path in sources for finding in check(path, rooms)])


def rooms_in_order() -> list[str]:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    return re.findall(r"^\| `([a-z0-9]+)/` \|", text, re.MULTILINE)


def check(path: Path, rooms: list[str]) -> Iterator[str]:
    text = path.read_text()
    room = path.relative_to(SOURCE).parts[0]
    if room not in rooms:
        yield f"{path.relative_to(ROOT)}:1: ARCHITECTURE.md has no room {room}/"
        return
    is_without_io = WITHOUT_IO.search(head_comment(text)) is not None
    for number, line in enumerate(text.splitlines(), 1):
        where = f"{path.relative_to(ROOT)}:{number}:"
        if is_without_io and re.search(r"\bco_await\b", line):
            yield f"{where} co_await in a file whose head says that it does no I/O"
        if include := INCLUDE.match(line):
            for wrong in check_include(path, room, include[1] or include[2], rooms):
                yield f"{where} {wrong}"


def check_include(path: Path, room: str, included: str, rooms: list[str]) -> Iterator[str]:
    if included == "Python.h" and PYTHON_ROOM not in path.parents:
        yield "Python.h belongs to src/worker/python/ alone"
    other, slash, _ = included.partition("/")
    if not slash or other not in rooms or other == room:
        return
    if rooms.index(other) > rooms.index(room):
        yield f"{room}/ comes before {other}/ and may not include it"
    for ban in BANS:
        if ban.room == room and other in ban.included:
            yield f"{room}/ does not include {other}/: {ban.reason}"


if __name__ == "__main__":
    sys.exit(main())
