"""models_traces.py trace.html: keeps each timeline of a trace as docs/models/NAME-trace.svg.

The page is what `coachwhip models --trace MODEL…` has written. A picture of its own needs the
colours of the page and no tips, which nobody sees in an image.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from project import ROOT

FOLDER = ROOT / "docs" / "models"
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
DEFINITIONS = re.compile(r"<defs>.*?</defs>", re.DOTALL)
TIMELINE = re.compile(r'<svg class="timeline".*?</svg>', re.DOTALL)
NAME = re.compile(r'id="trace-([a-z-]+)-title"')
BOX = re.compile(r'viewBox="0 0 (\d+) (\d+)"')
HEAD_END = re.compile(r"</desc>\s*")
RULE = re.compile(r"@media[^{]*\{\s*:root[^}]*\}\s*\}|[^{}]+\{[^{}]*\}")
WANTED = re.compile(
    r"\s*(@media|:root|svg|\.(timeline|border|rest|hatch|over|spin|thread|tick|work|sending|held"
    r"|asleep|accept|close|client\d)\b)"
)
TIP = re.compile(r"><title>[^<]*</title></(?:rect|line|circle|path|g)>")
MARGIN = 16


def main() -> int:
    page = Path(sys.argv[1]).read_text()
    styles = "".join(STYLE.findall(page))
    definitions = "".join(DEFINITIONS.findall(page))
    for timeline in TIMELINE.findall(page):
        path = FOLDER / f"{NAME.search(timeline)[1]}-trace.svg"
        path.write_text(picture(timeline, used(styles), definitions))
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")
    return 0


def used(styles: str) -> str:
    """Without the rules for what an image has not: text around it, tables, lists."""
    return "\n".join(rule.strip() for rule in RULE.findall(styles) if WANTED.match(rule))


def picture(timeline: str, style: str, definitions: str) -> str:
    width, height = (int(size) for size in BOX.search(timeline).groups())
    width, height = width + 2 * MARGIN, height + 2 * MARGIN
    head, rest = HEAD_END.split(timeline, maxsplit=1)
    head = head.replace(
        '<svg class="timeline"', '<svg xmlns="http://www.w3.org/2000/svg" class="timeline"'
    )
    head = BOX.sub(f'viewBox="-{MARGIN} -{MARGIN} {width} {height}"', head, count=1)
    place = f'x="-{MARGIN}" y="-{MARGIN}" width="{width}" height="{height}" rx="12"'
    paper = f'<rect {place} fill="var(--paper)"/>'
    return f"{head}</desc>\n<style>{style}</style>\n{definitions}\n{paper}\n{TIP.sub('/>', rest)}\n"


if __name__ == "__main__":
    sys.exit(main())
