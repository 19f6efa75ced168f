"""Public test suites, read as data out of the source distributions in build/suites.

`./dev test blackbox` brings them there: tests/15-conformance/suites.txt.
"""

from __future__ import annotations

import functools
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from server import ROOT

SUITES = ROOT / "build/suites"
HEXADECIMAL = (r"\\x([0-9a-fA-F]{2})", 16)
OCTAL = (r"\\([0-7]{1,3})", 8)


class GunicornCase(NamedTuple):
    name: str  # "valid/001"
    data: bytes
    settings: dict[str, str]  # of gunicorn, as written


class LlhttpCase(NamedTuple):
    name: str  # "uri: Space in URI", with a number behind it if others have the same title
    data: bytes
    is_lenient: bool  # llhttp is told to overlook something
    messages: int  # that llhttp finds complete
    error: str  # for which it refuses the rest; empty for none


def read_suite(name: str, pattern: str) -> dict[str, str]:
    """Those files whose path ends as the pattern says, by its group, a character for each byte."""
    (archive,) = SUITES.glob(f"{name}-*.tar.gz")
    with tarfile.open(archive) as files:
        return {
            found[1]: files.extractfile(member).read().decode("latin-1")
            for member in files.getmembers()
            if (found := re.search(pattern + "$", member.name))
        }


def unescape(text: str, named: str, *numbered: tuple[str, int]) -> bytes:
    values = {"r": "\r", "n": "\n", "t": "\t", "f": "\f", "0": "\0"}
    text = re.sub(rf"\\([{named}])", lambda found: values[found[1]], text)
    for pattern, base in numbered:
        text = re.sub(pattern, lambda found, base=base: chr(int(found[1], base)), text)
    return text.encode("latin-1")


@functools.cache
def gunicorn_cases() -> list[GunicornCase]:
    requests = read_suite("gunicorn", r"tests/requests/(\w+/\w+)\.http")
    scripts = read_suite("gunicorn", r"tests/requests/(\w+/\w+)\.py")
    setting = re.compile(r"""^cfg\.set\(["'](\w+)["'], ["']?([^"')]*)""", re.MULTILINE)
    return [
        # Its line ends are there for readers only.
        GunicornCase(name, unescape(text.replace("\n", ""), "rnt0", HEXADECIMAL),
                     dict(setting.findall(scripts[name])))
        for name, text in sorted(requests.items())
    ]  # fmt: skip


@functools.cache
def llhttp_cases() -> list[LlhttpCase]:
    specs = read_suite("aiohttp", r"llhttp/test/request/([\w-]+)\.md")
    cases = [case for name, text in sorted(specs.items()) for case in read_llhttp(name, text)]
    names = [case.name for case in cases]
    return [
        case._replace(name=f"{case.name} {names[:i].count(case.name) + 1}")
        if case.name in names[:i]
        else case
        for i, case in enumerate(cases)
    ]


def read_llhttp(file: str, text: str) -> Iterator[LlhttpCase]:
    """A case: a title, the type of parser that is meant, a block of input, a block of events."""
    title = meta = data = ""
    # At even places what stands between the blocks, which begin with their kind.
    for part in re.split(r"^```", text, flags=re.MULTILINE):
        if part.startswith("http\n"):
            data = part.removeprefix("http\n").removesuffix("\n")
        elif part.startswith("log\n"):
            error = re.search(r'error code=\d+ reason="(.*)"', part)
            yield LlhttpCase(f"{file}: {title}", unescape_llhttp(data), "lenient" in meta,
                             part.count("message complete"),
                             error[1] if error and not error[1].startswith("Pause") else "",
                             )  # fmt: skip
        else:
            title = (re.findall(r"^#+ (.*)$", part, re.MULTILINE) or [title])[-1]
            meta = (re.findall(r"^<!-- meta=(.*) -->$", part, re.MULTILINE) or [meta])[-1]


def unescape_llhttp(text: str) -> bytes:
    """Its lines end with CRLF, but for those that end with a backslash."""
    text = text.replace("\\\n", "").replace("\n", "\r\n")
    return unescape(text, "rntf", HEXADECIMAL, OCTAL)


def with_host(data: bytes) -> bytes:
    """Names a host in those heads of HTTP/1.1 that do not: that of their target, if it has one."""

    def complete(line: re.Match[bytes]) -> bytes:
        fields = data[line.end() - 2 :].partition(b"\r\n\r\n")[0]
        if b"\r\nhost" in fields.lower():
            return line[0]
        authority = re.match(rb"\S+ \w+://([\w.:-]*)", line[0])
        return line[0] + b"Host: %s\r\n" % (authority[1] if authority else b"test")

    return re.sub(rb"^[^\r\n]* HTTP/1\.1\r\n", complete, data, flags=re.MULTILINE)


def read_differences(path: Path) -> dict[str, str]:
    """A table of cases that end otherwise than their suite expects: how, and (not given) why."""
    differences = {}
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            name, outcome, reason = (part.strip() for part in line.split(" | "))
            assert reason, f"{path}: no reason: {line}"
            differences[name] = outcome
    return differences
