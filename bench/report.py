"""Tables of what was measured: printed, and kept as Markdown for people and JSON for programs."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.measures import Figures
from bench.runner import Row
from bench.workloads import Workload

OURS = "coachwhip"
BUSY_MIN = 0.9
"""A server whose core is less busy than this was limited by the load generator."""

MIB = 2**20


@dataclass(frozen=True)
class Column:
    heading: str
    figure: str
    write: Callable[[float], str]


def count(value: float) -> str:
    return f"{value:,.0f}"


def two_digits(value: float) -> str:
    return f"{value:,.2f}"


def mib(value: float) -> str:
    return f"{value / MIB:,.1f}"


CPU = (
    Column("CPU µs/request", "cpu_us", two_digits),
    Column("user", "user_us", two_digits),
    Column("system", "system_us", two_digits),
)
RATE = Column("requests/s", "requests_per_second", count)
MEMORY = Column("PSS MiB", "memory_bytes", mib)

LATENCY = (Column("p50 µs", "p50_us", count), Column("p99 µs", "p99_us", count))

COLUMNS = {
    "wrk": (*CPU, RATE, *LATENCY, MEMORY),
    "pipelined": (*CPU, RATE, *LATENCY, MEMORY),
    "jmeter": (*CPU, RATE, *LATENCY, MEMORY),
    "mixed": (
        Column("p99 µs of the fast", "p99_us", count),
        Column("p50 µs", "p50_us", count),
        Column("max µs", "max_us", count),
        Column("p50 µs of the slow", "slow_p50_us", count),
        RATE,
        *CPU,
        MEMORY,
    ),
    "idle": (
        Column("bytes/connection", "connection_bytes", count),
        Column("PSS MiB before", "memory_bytes", mib),
    ),
    "function": (Column("CPU ns/call", "cpu_ns", count),),
    "attack": (
        Column("× p99", "p99_ratio", two_digits),
        Column("p99 µs", "p99_us", count),
        Column("before", "quiet_p99_us", count),
        RATE,
        Column("before", "quiet_requests_per_second", count),
        Column("MiB more", "grown_bytes", mib),
    ),
    "start": (
        Column("ms to the first answer", "start_ms", count),
        Column("CPU ms", "start_cpu_ms", count),
        MEMORY,
    ),
}
"""The first column of each kind is the one that is compared and sorted by."""


def table(workload: Workload, rows: list[Row]) -> str:
    """A Markdown table: medians of the rounds, the range of the first column, its ratio to ours."""
    columns = COLUMNS[workload.kind]
    key = columns[0].figure
    ours = next((median(row, key) for row in rows if row.server == OURS and row.rounds), None)
    headings = ["server", columns[0].heading, "min–max", "× ours"]
    headings += [column.heading for column in columns[1:]] + ["notes"]
    lines = [headings]
    for row in sorted(rows, key=lambda row: median(row, key) if row.rounds else float("inf")):
        cells = [row.server]
        if row.rounds:
            values = [figures[key] for figures in undisturbed(row)]
            cells += [columns[0].write(median(row, key))]
            cells += [f"{columns[0].write(min(values))}–{columns[0].write(max(values))}"]
            cells += [f"{median(row, key) / ours:.2f}" if ours else "–"]
            cells += [column.write(median(row, column.figure)) for column in columns[1:]]
        else:
            cells += ["–"] * (len(columns) + 2)
        lines.append([*cells, notes(workload, row)])
    return aligned(lines)


def aligned(lines: list[list[str]]) -> str:
    """Markdown that reads well on a terminal too: figures to the right, first and last left."""
    last = len(lines[0]) - 1
    widths = [max(len(line[i]) for line in lines) for i in range(last)] + [len(lines[0][last])]
    lefts = [i in (0, last) for i in range(last + 1)]
    rule = ["-" * widths[i] if lefts[i] else "-" * (widths[i] - 1) + ":" for i in range(last + 1)]
    padded = [
        [
            cell.ljust(widths[i]) if lefts[i] else cell.rjust(widths[i])
            for i, cell in enumerate(line)
        ]
        for line in [lines[0], rule, *lines[1:]]
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in padded)


def undisturbed(row: Row) -> list[Figures]:
    """The rounds that count: all of them, should none have been left in peace."""
    quiet = [figures for figures in row.rounds if not figures.get("disturbed")]
    return quiet or row.rounds


def median(row: Row, figure: str) -> float:
    return statistics.median(figures[figure] for figures in undisturbed(row))


def notes(workload: Workload, row: Row) -> str:
    """What a reader must know about a row beside its figures."""
    if not row.rounds:
        return "failed: " + row.failures[-1].replace("|", "/")
    said = list(row.remarks)
    counted = undisturbed(row)
    if workload.name == "file-10m":
        said.append(f"CPU {median(row, 'cpu_ms_per_gib'):.0f} ms/GiB")
    if workload.kind in ("wrk", "pipelined") and median(row, "busy_cores") < BUSY_MIN:
        said.append(f"limited by the load, core {median(row, 'busy_cores'):.0%} busy")
    for figure, text in (("bad_answers", "bad answers"), ("socket_errors", "socket errors")):
        if total := sum(figures.get(figure, 0) for figures in counted):
            said.append(f"{total:.0f} {text}")
    if disturbed := sum(bool(figures.get("disturbed")) for figures in row.rounds):
        what = "counted all the same" if counted is row.rounds else "left out"
        said.append(f"{disturbed} of {len(row.rounds)} rounds disturbed, {what}")
    if row.failures:
        said.append(f"{len(row.failures)} rounds failed: {row.failures[-1]}".replace("|", "/"))
    return ", ".join(said)


class Results:
    """The two files of one suite; written anew after every workload, so an abort loses little."""

    def __init__(self, folder: Path, name: str, title: str, head: dict[str, str]) -> None:
        self.folder = folder
        self.name = name
        self.title = title
        self.head = head
        self.parts: list[tuple[Workload, list[Row]]] = []
        self.verdicts = ""

    def add(self, workload: Workload, rows: list[Row]) -> None:
        self.parts.append((workload, rows))
        self.write()

    def write(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.markdown_file.write_text(self.markdown())
        self.markdown_file.with_suffix(".json").write_text(self.json())

    @property
    def markdown_file(self) -> Path:
        return self.folder / f"{self.name}.md"

    def markdown(self) -> str:
        lines = [f"# {self.title}", ""]
        lines += [f"- {name}: {value}" for name, value in self.head.items()]
        if self.verdicts:
            lines += ["", "## Goals", "", self.verdicts]
        for workload, rows in self.parts:
            lines += ["", f"## {workload.title}", "", f"`{workload.name}`, {shape(workload)}", ""]
            lines += [table(workload, rows)]
        return "\n".join(lines) + "\n"

    def json(self) -> str:
        """Every round of every row, for whoever wants another statistic than the median."""
        workloads = {workload.name: [asdict(row) for row in rows] for workload, rows in self.parts}
        return json.dumps({**self.head, "workloads": workloads}, indent=1) + "\n"


def shape(workload: Workload) -> str:
    """How a workload is driven."""
    if workload.kind == "start":
        return "the process starts, the port is asked until it answers 200"
    if workload.kind == "function":
        return "one call after another"
    text = f"{workload.connections:,} connections"
    return text + (f", {workload.pipelined} requests deep" if workload.pipelined > 1 else "")
