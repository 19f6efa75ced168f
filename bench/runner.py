"""Rounds × servers of one workload, interleaved: a slow minute of the machine meets everyone."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from bench import functions, probe
from bench.machine import find_free_port
from bench.measures import MEASURES, Figures, Settings, Subject
from bench.places import LOGS
from bench.servers import Server
from bench.tree import ServerFailed, Tree
from bench.workloads import Workload


@dataclass
class Row:
    """All that is known about one server in one workload."""

    server: str
    rounds: list[Figures] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def run_workload(workload: Workload, servers: list[Server], settings: Settings) -> list[Row]:
    rows = {server.name: Row(server.name) for server in servers}
    for number in range(1, settings.rounds * workload.repeats + 1):
        for server in servers:
            row = rows[server.name]
            try:
                figures = measure(server, workload, settings, row)
                row.rounds.append(figures)
                outcome = brief(figures)
            except ServerFailed as failure:
                row.failures.append(str(failure))
                outcome = str(failure)
            print(f"  {workload.name} round {number}: {server.name}: {outcome}", flush=True)
    return list(rows.values())


def measure(server: Server, workload: Workload, settings: Settings, row: Row) -> Figures:
    """Starts the server, checks its answer, measures, ends it."""
    if workload.kind == "function":
        return functions.measure(workload, settings.cores, settings.seconds)
    port = find_free_port()
    command = server.command(port, workload.target)
    log = LOGS / f"{workload.name}-{server.name}.log"
    with Tree(command, settings.cores.server, log) as tree:
        probe.wait_until_ready(tree, port, workload)
        ready_seconds = time.monotonic() - tree.started
        row.remarks = probe.check(port, workload)
        subject = Subject(tree, port, workload, ready_seconds, settings)
        return MEASURES[workload.kind](subject)


def brief(figures: Figures) -> str:
    """What one measurement gave, in a few words."""
    texts = {
        "cpu_us": "{:.2f} µs CPU",
        "cpu_ns": "{:.0f} ns CPU",
        "requests_per_second": "{:,.0f}/s",
        "p99_us": "p99 {:,.0f} µs",
        "connection_bytes": "{:,.0f} bytes/connection",
        "start_ms": "{:.0f} ms",
    }
    return ", ".join(text.format(figures[name]) for name, text in texts.items() if name in figures)
