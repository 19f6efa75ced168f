"""python -m bench [SUITE…]: measures our server and its peers, prints and keeps the tables."""

from __future__ import annotations

import argparse
import datetime
import os
import signal
import subprocess
import sys
from pathlib import Path

from bench import goals, machine, peers, report, tools
from bench.file_servers import versions as file_server_versions
from bench.machine import Cores
from bench.measures import Settings
from bench.places import PARTIAL_RESULTS, RESULTS, ROOT
from bench.runner import run_workload
from bench.servers import Server
from bench.workloads import SUITES, WORKLOADS, Workload

Plan = list[tuple[Workload, list[Server]]]


def main() -> int:
    arguments = parse_arguments()
    plan = make_plan(arguments)
    if arguments.list:
        for workload, servers in plan:
            print(f"{workload.suite:12} {workload.name:12} {' '.join(s.name for s in servers)}")
        return 0
    if not plan:
        print("bench: no such server in these workloads; see --list", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that every tree is ended
    try:
        peers.ensure_installed()
        tools.ensure_built()
    except (tools.BuildFailed, subprocess.CalledProcessError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    settings = Settings(arguments.cores, arguments.rounds, arguments.seconds)
    machine.raise_file_limit()
    head = describe(settings)
    os.sched_setaffinity(0, {settings.cores.load})  # ours and, by inheritance, the load's
    run(plan, settings, head, results_folder(arguments))
    return 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"of: {' '.join(SUITES)}")
    parser.add_argument("--only", action="append", metavar="NAME", help="a workload or a server")
    parser.add_argument("--rounds", type=int, default=3, help="of every server (default: 3)")
    parser.add_argument("--seconds", type=int, default=3, help="of a measurement (default: 3)")
    parser.add_argument("--quick", action="store_true", help="one round of one second")
    parser.add_argument("--cores", type=cores, help="SERVER,LOAD: the two cores to use")
    parser.add_argument("--list", action="store_true", help="print suites, workloads, servers")
    arguments = parser.parse_args()
    for suite in arguments.suites:
        if suite not in SUITES:
            parser.error(f"no suite {suite!r}; there are: {' '.join(SUITES)}")
    names = {workload.name for workload in WORKLOADS}
    names |= {server.name for workload in WORKLOADS for server in workload.servers}
    for name in set(arguments.only or ()) - names:
        parser.error(f"no workload or server {name!r}; see --list")
    if arguments.quick:
        arguments.rounds = arguments.seconds = 1
    arguments.cores = arguments.cores or machine.choose_cores()
    return arguments


def cores(text: str) -> Cores:
    server, load = map(int, text.split(","))
    return Cores(server, load)


def make_plan(arguments: argparse.Namespace) -> Plan:
    """The workloads of the suites; `--only` narrows them by name, and their servers by name."""
    only = set(arguments.only or ())
    workload_names = only & {workload.name for workload in WORKLOADS}
    server_names = only - workload_names
    plan = []
    for workload in WORKLOADS:
        if arguments.suites and workload.suite not in arguments.suites:
            continue
        if workload_names and workload.name not in workload_names:
            continue
        servers = [s for s in workload.servers if not server_names or s.name in server_names]
        if servers:
            plan.append((workload, servers))
    return plan


def results_folder(arguments: argparse.Namespace) -> Path:
    """A partial run must not overwrite a whole one of the same day."""
    is_whole = not (arguments.only or arguments.quick)
    return RESULTS if is_whole else PARTIAL_RESULTS


def run(plan: Plan, settings: Settings, head: dict[str, str], folder: Path) -> None:
    date = datetime.date.today().isoformat()
    for suite in dict.fromkeys(workload.suite for workload, _ in plan):
        results = report.Results(folder, f"{date}-{suite}", f"Bench: {suite}, {date}", head)
        for workload, servers in plan:
            if workload.suite != suite:
                continue
            print(f"\n{workload.title} ({report.shape(workload)})", flush=True)
            rows = run_workload(workload, servers, settings)
            print(f"\n{report.table(workload, rows)}", flush=True)
            results.add(workload, rows)
        results.verdicts = goals.verdicts({part.name: rows for part, rows in results.parts})
        results.write()
        print(f"\n{results.verdicts}" if results.verdicts else "")
        print(f"\nkept: {results.markdown_file.relative_to(ROOT)} and .json", flush=True)


def describe(settings: Settings) -> dict[str, str]:
    """The head of a report: what was measured, on what, how."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return {
        "commit": commit.stdout.strip() or "unknown",
        "machine": machine.describe(settings.cores),
        "peers": ", ".join(peers.requirements()).replace("==", " "),
        "servers of files": file_server_versions(),
        "measured": f"{settings.rounds} interleaved rounds of {settings.seconds} s, "
        f"{settings.warm_up_seconds} s warm-up; medians",
    }


if __name__ == "__main__":
    sys.exit(main())
