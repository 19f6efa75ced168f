"""models_chapter.py [--check]: writes the figures of docs/models/models.json into docs/models/*.md.

The file is what `coachwhip models --compare --output docs/models` has written. A page says where
it wants what:

  <!--= ROW MODEL-->3.21<!--/-->            one figure; ROW/ROW or MODEL/MODEL: their quotient
  <!-- figures: MODEL …; ROW … -->          a table, up to <!-- end of figures -->
  <!-- calls: MODEL … -->                   the system calls of a request by name, likewise
  <!-- overview --> and <!-- machine -->    the table of all models; where it was measured
"""

from __future__ import annotations

import json
import re
import sys

from project import ROOT, write_or_check

FOLDER = ROOT / "docs" / "models"
END = "<!-- end of figures -->"

# Row: its name, then experiment, variant and value of the run, and a factor.
ROWS = {
    "rps-1": ("requests a second, 1 connection", "connections", 1, "rps", 1),
    "rps-8": ("requests a second, 8 connections", "connections", 8, "rps", 1),
    "rps-64": ("requests a second, 64 connections", "connections", 64, "rps", 1),
    "rps-500": ("requests a second, 500 connections", "connections", 500, "rps", 1),
    "rps-2000": ("requests a second, 2,000 connections", "connections", 2000, "rps", 1),
    "rps-10000": ("requests a second, 10,000 connections", "connections", 10000, "rps", 1),
    "served-64": ("clients of 64 that got an answer", "connections", 64, "served", 1),
    "served-500": ("clients of 500 that got an answer", "connections", 500, "served", 1),
    "served-2000": ("clients of 2,000 that got an answer", "connections", 2000, "served", 1),
    "served-10000": ("clients of 10,000 that got an answer", "connections", 10000, "served", 1),
    "p99-8": ("waiting time at 8 connections, p99, ms", "connections", 8, "p99_ms", 1),
    "p99-64": ("waiting time at 64 connections, p99, ms", "connections", 64, "p99_ms", 1),
    "p99-2000": ("waiting time at 2,000 connections, p99, ms", "connections", 2000, "p99_ms", 1),
    "connected-10000": (
        "clients of 10,000 whom the kernel connected", "connections", 10000, "connected", 1
    ),
    "burst": ("500 clients at once, one request each: all served after, ms", "burst", 1024,
              "seconds", 1000),
    "users": ("users served, of 500 who think between requests", "users", 500, "served", 1),
    "users-p99": ("their waiting time, p99, ms", "users", 500, "p99_ms", 1),
    "idle-0": ("requests a second of 8 clients", "idle", 0, "rps", 1),
    "idle-100": ("requests a second of 8 clients, beside 100 idle ones", "idle", 100, "rps", 1),
    "idle-1000": ("requests a second of 8 clients, beside 1,000 idle ones", "idle", 1000, "rps", 1),
    "idle-5000": ("requests a second of 8 clients, beside 5,000 idle ones", "idle", 5000, "rps", 1),
    "slow-1": ("requests a second of 8 clients, beside 1 slow one", "slow", 1, "rps", 1),
    "slow-100": ("requests a second of 8 clients, beside 100 slow ones", "slow", 100, "rps", 1),
    "quick-p99": ("waiting time of those whose handler is quick, p99, ms", "sleep", 0, "p99_ms", 1),
    "sleep-p99": ("of those whose handler sleeps for 50 ms, p99, ms", "sleep", 50, "p99_ms", 1),
    "memory": ("memory of a served connection, KiB", "memory", 500, "connection_kib", 1),
    "rest": ("memory of all processes at rest, MiB", "memory", 500, "rest_mib", 1),
    "processes": ("processes that serve 500 connections", "memory", 500, "processes", 1),
    "cpu": ("processor time of a request, µs, connection kept", "cost", 0, "cpu_us", 1),
    "cpu-new": ("processor time of a request, µs, a connection each", "cost", 1, "cpu_us", 1),
    "switches": ("context switches of a request, connection kept", "cost", 0, "switches", 1),
    "switches-new": ("context switches of a request, a connection each", "cost", 1, "switches", 1),
    "calls": ("system calls of a request, connection kept", "calls", 0, "total", 1),
    "calls-new": ("system calls of a request, a connection each", "calls", 1, "total", 1),
}  # fmt: skip

OVERVIEW = {
    "rps-64": "requests/s, 64 conn.",
    "p99-64": "p99 of these, ms",
    "rps-10000": "requests/s, 10,000 conn.",
    "idle-1000": "8 clients beside 1,000 idle, requests/s",
    "slow-100": "beside 100 slow, requests/s",
    "users": "users served, of 500",
    "cpu": "CPU µs, kept",
    "cpu-new": "CPU µs, conn. each",
    "switches": "switches, kept",
    "calls": "calls, kept",
    "memory": "KiB/conn.",
}

COUNTS = {"served", "connected", "processes"}

FIGURE = re.compile(r"<!--= ([\w/-]+) ([\w/-]+)-->.*?<!--/-->", re.DOTALL)
BLOCK = re.compile(
    rf"<!-- (figures|calls|overview|machine)(?:: ([^>]*?))? -->\n.*?{END}", re.DOTALL
)


class Run:
    """What was measured."""

    def __init__(self, text: str) -> None:
        self.results = json.loads(text)
        self.models = [model["name"] for model in self.results["models"]]
        self.samples = {
            (experiment["id"], sample["model"], sample["x"]): sample["values"]
            for experiment in self.results["experiments"]
            for sample in experiment["samples"]
        }

    def value(self, row: str, model: str) -> float | None:
        _, experiment, x, name, factor = ROWS[row]
        value = self.samples.get((experiment, model, x), {}).get(name)
        return None if value is None else value * factor

    def cell(self, row: str, model: str) -> str:
        """The figure; of a throughput, how many clients had to do without."""
        _, experiment, x, name, _ = ROWS[row]
        values = self.samples.get((experiment, model, x), {})
        text = shown(self.value(row, model), name in COUNTS)
        if name == "rps" and values and values["served"] < values["clients"]:
            text += f" ({values['served']:,.0f} of {values['clients']:,.0f} served)"
        return text


def shown(value: float | None, is_count: bool = False) -> str:
    """Three digits say enough, but clients and processes are counted."""
    if value is None:
        return "–"
    if is_count:
        return f"{value:,.0f}"
    if 0 < value < 0.1:
        return f"{value:.1g}"
    if value >= 100:
        return f"{float(f'{value:.3g}'):,.0f}"
    return (
        f"{value:.2f}".rstrip("0").rstrip(".") if value < 10 else f"{value:.1f}".removesuffix(".0")
    )


def figure(run: Run, rows: str, models: str) -> str:
    value = run.value(rows.split("/")[0], models.split("/")[0])
    if "/" not in rows + models:
        return shown(value, ROWS[rows][3] in COUNTS)
    base = run.value(rows.split("/")[-1], models.split("/")[-1])
    if not value or not base:
        return "–"
    return f"{value / base:.0f}" if value / base >= 10 else f"{value / base:.1f}"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def figures(run: Run, arguments: str) -> str:
    models, rows = (part.split() for part in arguments.split(";"))
    return table(
        ["", *models],
        [[ROWS[row][0], *(run.cell(row, model) for model in models)] for row in rows],
    )


def calls(run: Run, arguments: str) -> str:
    """What comes up less than once in twenty requests is left out."""
    rows = []
    for model in arguments.split():
        for x, kind in ((0, "kept"), (1, "one each")):
            values = run.samples.get(("calls", model, x), {})
            named = {
                name.removeprefix("call."): value
                for name, value in values.items()
                if name.startswith("call.") and value >= 0.05
            }
            order = sorted(named, key=lambda name: (-named[name], name))
            texts = [f"`{name}` {shown(round(named[name], 2))}" for name in order]
            rows.append([model, kind, shown(values.get("total")), ", ".join(texts)])
    lines = ["| model | connections | calls of a request | by name |", "|---|---|---:|---|"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def overview(run: Run, _: str) -> str:
    return table(
        ["", *OVERVIEW.values()],
        [
            [f"[{model}]({model}.md)", *(run.cell(row, model) for row in OVERVIEW)]
            for model in run.models
        ],
    )


def machine(run: Run, _: str) -> str:
    machine, settings = run.results["machine"], run.results["settings"]
    return (
        f"{machine['processor']}, {machine['memory']}, {machine['kernel']}; coachwhip "
        f"{machine['coachwhip']}. Processors: {settings['processors']}. Rounds: "
        f"{settings['rounds']}; each measurement {settings['time of a measurement']}. "
        + " ".join(run.results["notes"])
    ).strip()


BLOCKS = {"figures": figures, "calls": calls, "overview": overview, "machine": machine}


def written(page: str, run: Run) -> str:
    def block(match: re.Match) -> str:
        arguments = match[2] or ""
        head = f"<!-- {match[1]}{': ' + match[2] if match[2] else ''} -->"
        return f"{head}\n\n{BLOCKS[match[1]](run, ' '.join(arguments.split()))}\n\n{END}"

    page = BLOCK.sub(block, page)
    return FIGURE.sub(
        lambda match: f"<!--= {match[1]} {match[2]}-->{figure(run, match[1], match[2])}<!--/-->",
        page,
    )


def main() -> int:
    run = Run((FOLDER / "models.json").read_text())
    exit_code = 0
    for path in sorted(FOLDER.glob("*.md")):
        old = path.read_text()
        if "\n<!--=" in old:  # Markdown would end the paragraph there
            print(f"{path.relative_to(ROOT)}: a line begins with a figure", file=sys.stderr)
            exit_code = 1
        exit_code |= write_or_check(path, written(old, run), "--check" in sys.argv)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
