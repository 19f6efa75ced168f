"""The parts of README.md that are written by programs."""

from __future__ import annotations

from project import ROOT, write_or_check

README = ROOT / "README.md"


def update(begin: str, end: str, text: str, check: bool) -> int:
    """Puts the text between the two lines, or only says whether it is there; an exit code."""
    old = README.read_text()
    before, _, rest = old.partition(f"{begin}\n")
    after = rest.partition(f"{end}\n")[2]
    new = f"{before}{begin}\n\n{text.strip()}\n\n{end}\n{after}"
    return write_or_check(README, new, check, f" after {begin}")
