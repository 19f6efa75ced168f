"""Picture: the shapes, arrows and colours that the diagrams of the models have in common.

Three columns: the clients, what the kernel keeps, the processes of the server. Colours follow the
reader's choice of a light or a dark page.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

WIDTH = 820
KERNEL = (156, 290)  # left edge and width of the column
SERVER = (490, 312)
SOCKET = (172, 84)
CLIENT = (18, 92)
ROW = 50  # from one client to the next
FIRST_ROW = 78

STYLE = """
svg { --paper: #fdfcf9; --ink: #1d2126; --soft: #535b64; --line: #c9c6be; --kernel: #f0eee8;
  --box: #ffffff; --asks: #15803d; --idle: #7b838c; --waits: #c2410c; --bytes: #2563c9;
  --wake: #9333ea; }
@media (prefers-color-scheme: dark) { svg { --paper: #14171b; --ink: #e9eaec; --soft: #a8b0ba;
  --line: #454d57; --kernel: #1f242a; --box: #181c21; --asks: #4ade80; --idle: #8e98a4;
  --waits: #fb923c; --bytes: #6fa8ff; --wake: #c084fc; } }
text { font: 13px system-ui, "DejaVu Sans", sans-serif; fill: var(--ink); }
text.soft { fill: var(--soft); font-size: 12px; }
text.zone { fill: var(--soft); font-weight: 600; }
text.code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 12px; }
text.label { fill: var(--soft); font-size: 12px; paint-order: stroke; stroke: var(--paper);
  stroke-width: 4px; stroke-linejoin: round; }
text.label.inside { stroke: var(--kernel); }
.paper { fill: var(--paper); stroke: var(--line); }
.kernel { fill: var(--kernel); stroke: none; }
.box { fill: var(--box); stroke: var(--line); stroke-width: 1.5; }
.process { fill: none; stroke: var(--soft); stroke-width: 1.5; }
.thread { fill: var(--box); stroke: var(--soft); stroke-dasharray: none; }
.asks { stroke: var(--asks); stroke-width: 2; fill: var(--box); }
.idle { stroke: var(--idle); stroke-width: 1.5; stroke-dasharray: 4 3; fill: var(--box); }
.waits { stroke: var(--waits); stroke-width: 2; fill: var(--box); }
.arrow { fill: none; stroke-width: 1.8; }
.bytes { stroke: var(--bytes); } .bytes-head { fill: var(--bytes); }
.watch { stroke: var(--idle); stroke-dasharray: 3 4; } .watch-head { fill: var(--idle); }
.wake { stroke: var(--wake); } .wake-head { fill: var(--wake); }
.late { stroke: var(--waits); stroke-dasharray: 7 4; } .late-head { fill: var(--waits); }
"""

HEADS = "".join(
    f'<marker id="{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    f'markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path class="{kind}-head" '
    f'd="M0 0L8 4L0 8z"/></marker>'
    for kind in ("bytes", "watch", "wake", "late")
)


def row(number: int) -> int:
    """The middle of a client's row; the first client is 1."""
    return FIRST_ROW + ROW * (number - 1)


class Picture:
    def __init__(self, title: str, description: str, rows: int = 4) -> None:
        self.title = title
        self.description = description
        self.bottom = row(rows) + 42
        self.parts: list[str] = []
        for (left, width), name in ((KERNEL, "kernel"), (SERVER, "")):
            if name:
                self.rect(left, 34, width, self.bottom - 34, name, 10)
        self.text(CLIENT[0], 24, "clients", "zone")
        self.text(KERNEL[0], 24, "kernel", "zone")
        self.text(SERVER[0], 24, "server", "zone")

    # ---- shapes ----

    def rect(self, x: float, y: float, w: float, h: float, kind: str, round: float = 6) -> None:
        self.parts.append(
            f'<rect class="{kind}" x="{x}" y="{y}" width="{w}" height="{h}" rx="{round}"/>'
        )

    def text(self, x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> None:
        shown = f' class="{kind}"' if kind else ""
        at = f' text-anchor="{anchor}"' if anchor != "start" else ""
        self.parts.append(f'<text{shown} x="{x}" y="{y}"{at}>{escape(text)}</text>')

    def lines(self, x: float, y: float, texts: Iterable[str], kind: str = "soft") -> None:
        for i, text in enumerate(texts):
            self.text(x, y + 17 * i, text, kind)

    def client(self, number: int, state: str, note: str = "") -> None:
        """asks: is served; idle: says nothing; waits: would be served, and is not."""
        left, width = CLIENT
        y = row(number)
        self.rect(left, y - 17, width, 34, state, 17)
        name = f"client {number}"
        self.text(left + width / 2, y - 1 if note else y + 4.5, name, anchor="middle")
        if note:
            self.text(left + width / 2, y + 12, note, "soft", "middle")

    def socket(self, number: int, state: str, connected: bool = True) -> None:
        left, width = SOCKET
        y = row(number)
        self.rect(left, y - 14, width, 28, state, 4)
        self.text(left + width / 2, y + 4.5, f"socket {number}", anchor="middle")
        if connected:
            kind = {"asks": "bytes", "waits": "late"}.get(state, "watch")
            self.arrow((CLIENT[0] + CLIENT[1] + 3, y), (left - 3, y), kind, both=kind == "bytes")

    def queue(
        self, y: float, waiting: Iterable[int], x: float = SOCKET[0], width: float = 84
    ) -> None:
        """The queue of the listening socket, whose first place is at the given height."""
        waiting = list(waiting)
        height = 26 + 22 * max(len(waiting), 1)
        self.rect(x, y, width, height, "box", 4)
        self.text(x + width / 2, y + 17, "listen queue", "soft", "middle")
        for i, number in enumerate(waiting):
            self.rect(x + width / 2 - 15, y + 25 + 22 * i, 30, 18, "waits", 3)
            self.text(x + width / 2, y + 38.5 + 22 * i, str(number), "", "middle")

    def process(
        self, y: float, height: float, name: str, x: float = SERVER[0], w: float = 312
    ) -> None:
        self.rect(x, y, w, height, "process", 10)
        self.text(x + 10, y + 18, name, "soft")

    def thread(self, y: float, texts: list[str], x: float, w: float, state: str = "thread") -> None:
        """A box of 16 points and 17 for each line, around the middle of its row."""
        height = 12 + 17 * len(texts)
        self.rect(x, y - height / 2, w, height, state, 4)
        for i, text in enumerate(texts):
            self.text(x + 9, y - height / 2 + 18 + 17 * i, text, "soft" if i else "")

    def cells(
        self, x: float, y: float, texts: Iterable[str], width: float, kind: str = "box"
    ) -> None:
        for i, text in enumerate(texts):
            self.rect(x + i * width, y, width, 22, kind, 0)
            self.text(x + (i + 0.5) * width, y + 15.5, text, "code", "middle")

    # ---- arrows ----

    def arrow(
        self,
        start: tuple,
        end: tuple,
        kind: str,
        *via: tuple,
        both: bool = False,
        label: str = "",
        at: tuple | None = None,
        anchor: str = "middle",
        inside: bool = False,
    ) -> None:
        """bytes: they flow; watch: waits for; wake: wakes or hands over; late: held up."""
        path = "M" + "L".join(f"{x} {y}" for x, y in (start, *via, end))
        heads = f' marker-end="url(#{kind})"' + (f' marker-start="url(#{kind})"' if both else "")
        self.parts.append(f'<path class="arrow {kind}" d="{path}"{heads}/>')
        if label:
            x, y = at or ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - 6)
            self.text(x, y, label, "label inside" if inside else "label", anchor)

    # ---- the whole ----

    def legend(self) -> None:
        y = self.bottom + 28
        x = CLIENT[0]
        for state, name in (("asks", "is served"), ("idle", "is idle"), ("waits", "is held up")):
            self.rect(x, y - 8, 24, 14, state, 7)
            self.text(x + 30, y + 3.5, name, "soft")
            x += 98
        for kind, name in (
            ("bytes", "bytes"),
            ("watch", "watches"),
            ("wake", "wakes, hands over"),
            ("late", "has to wait"),
        ):
            self.arrow((x, y - 1), (x + 30, y - 1), kind)
            self.text(x + 37, y + 3.5, name, "soft")
            x += 62 + 6.4 * len(name)

    def svg(self) -> str:
        self.legend()
        height = self.bottom + 48
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" role="img" aria-labelledby="title desc">\n'
            f'<title id="title">{escape(self.title)}</title>\n'
            f'<desc id="desc">{escape(self.description)}</desc>\n'
            f"<style>{STYLE}</style>\n<defs>{HEADS}</defs>\n"
            f'<rect class="paper" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" '
            f'rx="12"/>\n' + "\n".join(self.parts) + "\n</svg>\n"
        )
