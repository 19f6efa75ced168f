"""Checks sizes and heads: lines, functions and files that fit a screen, a sentence at the top."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from project import ROOT, files, finish

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
LINE_COLUMNS_MAX = 100

OPEN_ENDS = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
BLOCK_END = re.compile(r"^( {0}| {2})\}$")


def main() -> int:
    cpp = files("src/*.cpp", "src/*.hpp", "include/*.hpp", "bench/*.cpp")
    python = files("*.py")
    other = files("dev", ".ci/run", "*CMakeLists.txt", "*.cmake", "*.pml", "*.mjs", "*.toml")
    findings: list[str] = []
    for path in (*cpp, *python, *other):
        text = path.read_text()
        name = path.relative_to(ROOT)
        findings += (f"{name}:{line}: {wrong}" for line, wrong in check_lines(text))
        if path.suffix in (".cpp", ".hpp"):
            findings += (f"{name}:{line}: {wrong}" for line, wrong in check_cpp(path, text))
        elif path.suffix == ".py":
            is_example = name.parts[0] == "examples"  # written as their readers would
            findings += (
                f"{name}:{line}: {wrong}" for line, wrong in check_python(text, not is_example)
            )
    return finish(findings)


def check_lines(text: str) -> Iterator[tuple[int, str]]:
    lines = text.splitlines()
    if len(lines) > FILE_LINES_MAX:
        yield 1, f"{len(lines)} lines: split the file (at most {FILE_LINES_MAX})"
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_COLUMNS_MAX:
            yield number, f"{len(line)} columns (at most {LINE_COLUMNS_MAX})"
        if found := OPEN_ENDS.search(line):
            yield number, f"{found[0]}: do it, or write an issue"


def check_cpp(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """A .cpp file whose header stands beside it has its head comment there."""
    lines = text.splitlines()
    header = path.with_name(path.stem.removesuffix("_test") + ".hpp")
    if (path == header or not header.exists()) and not text.startswith("// "):
        yield 1, "the file does not begin with a comment that says what it is"
    for last, line in enumerate(lines):
        if end := BLOCK_END.match(line):
            first = block_start(lines, last, end[1])
            if last - first + 1 > FUNCTION_LINES_MAX:
                yield first + 1, too_long(last - first + 1)


def block_start(lines: list[str], last: int, indent: str) -> int:
    """Where the block begins whose closing brace is at `last`: clang-format's indentation tells."""
    opening = re.compile(indent + r"(?!case |default:)[\w~\[]")
    return next((i for i in range(last - 1, -1, -1) if opening.match(lines[i])), last)


def check_python(text: str, wants_head: bool) -> Iterator[tuple[int, str]]:
    tree = ast.parse(text)
    if wants_head and tree.body and ast.get_docstring(tree) is None:
        yield 1, "the file does not begin with a docstring that says what it is"
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            count = node.end_lineno - node.lineno + 1
            if count > FUNCTION_LINES_MAX:
                yield node.lineno, too_long(count)


def too_long(count: int) -> str:
    return f"a function of {count} lines (at most {FUNCTION_LINES_MAX})"


if __name__ == "__main__":
    sys.exit(main())
