"""readme_comparison.py [--check]: writes the newest figures of bench/results into README.md."""

from __future__ import annotations

import json
import statistics
import sys

import readme
from project import ROOT

BEGIN = "<!-- comparison: written by ./dev docs from bench/results -->"
END = "<!-- end of comparison -->"

APPLICATIONS = {
    "hello-1": "hello, 1 connection",
    "hello": "hello, 64 connections",
    "hello-1024": "hello, 1,024 connections",
    "pipelined": "hello, 16 requests a write",
    "body": "10 KiB body",
    "post": "POST of 1 KiB",
    "flask": "Flask hello",
    "django": "Django hello",
}
FILES = {"file-1k": "file of 1 KiB", "file-50k": "file of 50 KiB", "file-10m": "file of 10 MiB"}

PYTHON_SERVERS = ("fastpysgi", "bjoern", "granian", "uwsgi", "waitress", "gunicorn")
FILE_SERVERS = ("lighttpd", "h2o", "nginx")


def main() -> int:
    workloads, head = newest_results()
    if not workloads:
        print("bench/results: no results; run ./dev bench", file=sys.stderr)
        return 1
    text = "\n\n".join(
        [
            "Microseconds of CPU per request, one core for the server, medians; the best is in "
            "bold. Where a server was\nmeasured in several settings, its best counts.",
            table("Application", APPLICATIONS, workloads, PYTHON_SERVERS, "cpu_us"),
            table("Files", FILES, workloads, FILE_SERVERS, "cpu_us"),
            "Bytes of memory for an idle keep-alive connection.",
            table("", {"idle": "application"}, workloads, PYTHON_SERVERS, "connection_bytes"),
            table("", {"idle-files": "files"}, workloads, FILE_SERVERS, "connection_bytes"),
            f"{head['machine']};\n{head['peers']};\n{head['servers of files']}.",
        ]
    )
    return readme.update(BEGIN, END, text, check="--check" in sys.argv[1:])


def newest_results() -> tuple[dict[str, list[dict]], dict[str, str]]:
    """The rows of each workload, and what was measured on what; later files win."""
    workloads, head = {}, {}
    for file in sorted((ROOT / "bench" / "results").glob("*.json")):
        results = json.loads(file.read_text())
        workloads.update(results["workloads"])
        head = results
    return workloads, head


def table(
    title: str, names: dict[str, str], workloads: dict, peers: tuple[str, ...], figure: str
) -> str:
    servers = ("coachwhip", *peers)
    lines = [f"| {title} | {' | '.join(servers)} |", f"|---|{'---:|' * len(servers)}"]
    for name, label in names.items():
        if name in workloads:
            values = [best(workloads[name], server, figure) for server in servers]
            lines.append(f"| {label} | {' | '.join(cells(values))} |")
    return "\n".join(lines)


def best(rows: list[dict], server: str, figure: str) -> float | None:
    """The best median of the server's rows."""
    medians = [
        statistics.median(figures[figure] for figures in row["rounds"])
        for row in rows
        if row["rounds"] and (row["server"] == server or row["server"].startswith(f"{server}-"))
    ]
    return min(medians, default=None)


def cells(values: list[float | None]) -> list[str]:
    lowest = min(value for value in values if value is not None)
    texts = []
    for value in values:
        if value is None:
            texts.append("–")
            continue
        text = f"{value:.1f}" if value < 100 else f"{value:,.0f}"
        texts.append(f"**{text}**" if value == lowest else text)
    return texts


if __name__ == "__main__":
    sys.exit(main())
