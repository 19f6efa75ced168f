"""The two load generators, run on the load core: wrk, and our own for the rest."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import tools
from bench.places import BENCH
from bench.tree import ServerFailed

ANSWER_SECONDS_MAX = 5
"""wrk counts an answer that takes longer as a time-out."""

UNIT_US = {"us": 1.0, "ms": 1e3, "s": 1e6, "m": 6e7, "h": 3.6e9}
UNIT_BYTES = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


@dataclass(frozen=True)
class WrkResult:
    requests: int
    """Answers completely received."""
    requests_per_second: float
    bytes: float
    """All that was received, of unfinished answers too."""
    p50_us: float
    p99_us: float
    bad_answers: int
    """Answers of a status other than 2xx and 3xx."""
    socket_errors: int
    """Failed connects, reads and writes, and time-outs."""


def run_wrk(
    port: int, path: str, connections: int, seconds: int, script: Path | None = None
) -> WrkResult:
    if not shutil.which("wrk"):
        raise ServerFailed("wrk is missing: install the packages of bench/packages.txt")
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    command += ["--timeout", f"{ANSWER_SECONDS_MAX}s"]
    command += ["-s", str(script)] if script else []
    command.append(f"http://127.0.0.1:{port}{path}")
    return parse_wrk(run(command, seconds))


def run_clients(
    port: int, connections: int, seconds: int, depth: int, slow_one_in: int
) -> dict[str, float]:
    """See clients.cpp for the meaning of what it takes and returns."""
    numbers = (port, connections, seconds, depth, slow_one_in)
    return json.loads(run([str(tools.CLIENTS), *map(str, numbers)], seconds))


@contextlib.contextmanager
def attackers(kind: str, port: int, connections: int) -> Iterator[None]:
    """Those of attackers.py, all of them connected, until the end."""
    command = [sys.executable, BENCH / "attackers.py", kind, str(port), str(connections)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout.readline() != "ready\n":
                raise ServerFailed(f"{connections} connections could not be opened")
            yield
        finally:
            process.kill()


def run(command: list[str], seconds: int) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30)
    except subprocess.TimeoutExpired as error:
        raise ServerFailed(f"{command[0]} did not end within {seconds + 30} s") from error
    if done.returncode:
        raise ServerFailed(f"{command[0]}: {(done.stderr or done.stdout).strip()[-200:]}")
    return done.stdout


def parse_wrk(output: str) -> WrkResult:
    def number(pattern: str) -> float:
        found = re.search(pattern, output)
        return float(found[1]) if found else 0.0

    def latency_us(percent: int) -> float:
        found = re.search(rf"^ +{percent}% +([\d.]+)([a-z]+)", output, re.MULTILINE)
        return float(found[1]) * UNIT_US[found[2]] if found else 0.0

    received = re.search(r"([\d.]+)([KMGT]?)B read", output)
    errors = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    return WrkResult(
        requests=int(number(r"(\d+) requests in")),
        requests_per_second=number(r"Requests/sec: +([\d.]+)"),
        bytes=float(received[1]) * UNIT_BYTES[received[2]] if received else 0.0,
        p50_us=latency_us(50),
        p99_us=latency_us(99),
        bad_answers=int(number(r"Non-2xx or 3xx responses: (\d+)")),
        socket_errors=sum(map(int, errors.groups())) if errors else 0,
    )
