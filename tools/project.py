"""What the checks share: the project's files, and how a finding is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def files(*patterns: str) -> list[Path]:
    """The project's files, committed or not yet, whose path matches one of git's patterns."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"]
    listed = subprocess.run([*command, *patterns], cwd=ROOT, capture_output=True, check=True)
    names = sorted(set(listed.stdout.decode().split("\0")) - {""})
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def head_comment(text: str) -> str:
    """The lines of a C++ file before its first line that is no comment."""
    lines = text.splitlines()
    count = next((i for i, line in enumerate(lines) if not line.startswith("//")), len(lines))
    return "\n".join(lines[:count])


def write_or_check(path: Path, text: str, check: bool, what: str = "") -> int:
    """Writes the file if its text is another, or only says that it is; gives the exit code."""
    if path.exists() and path.read_text() == text:
        return 0
    if check:
        place = path.relative_to(ROOT)
        print(f"{place}: out of date{what}: run ./dev docs", file=sys.stderr)
        return 1
    path.write_text(text)
    return 0


def finish(findings: list[str]) -> int:
    """Prints the findings, a line each; gives the exit code."""
    for finding in findings:
        print(finding, file=sys.stderr)
    return 1 if findings else 0
