"""Checks docs/rfc9112.md: every rule that is ours (not "–") has a test, and each test is there."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from project import ROOT, files, finish

TABLE = ROOT / "docs" / "rfc9112.md"
CELLS = 4

FILE = re.compile(r"`([^`]+\.(?:cpp|py))`")
IN_PARENTHESES = re.compile(r"\([^)]*\)")
NAME = re.compile(r"\b([A-Z]\w+\.[A-Z]\w+|(?:test|check|read)_\w+)\b")


def main() -> int:
    sources = files("src/*_test.cpp", "src/*_fuzz.cpp", "tests/*.py")
    findings = []
    for number, line in enumerate(TABLE.read_text().splitlines(), 1):
        if line.startswith("| ") and not line.startswith("| § |"):
            findings += (f"{TABLE.name}:{number}: {wrong}" for wrong in check(line, sources))
    return finish(findings)


def check(row: str, sources: list[Path]) -> Iterator[str]:
    cells = row.strip("| ").split(" | ")
    if len(cells) != CELLS:
        yield f"{len(cells)} cells instead of {CELLS}"
        return
    _, *parts = FILE.split(cells[-1])
    if not parts and cells[-1].strip() != "–":
        yield "names no test"
    for file, words in zip(parts[::2], parts[1::2]):
        found = [path for path in sources if path.as_posix().endswith(f"/{file}")]
        if len(found) != 1:
            yield f"there are {len(found)} files {file}"
            continue
        text = found[0].read_text()
        for name in NAME.findall(IN_PARENTHESES.sub("", words)):
            if not is_defined(name, text):
                yield f"{file} has no {name}"


def is_defined(name: str, text: str) -> bool:
    suite, _, case = name.rpartition(".")
    if suite:
        return re.search(rf"TEST(_F|_P)?\({suite}, {case}\)", text) is not None
    return f"def {name}(" in text


if __name__ == "__main__":
    sys.exit(main())
