"""The machine: its cores, its free ports, and how much of it others use meanwhile."""

from __future__ import annotations

import contextlib
import os
import platform
import resource
import socket
import time
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")

FIRST_PORT, LAST_PORT = 21000, 32700
"""Below Linux's ephemeral ports: a port that the load once used as a source cannot be bound."""


@dataclass(frozen=True)
class Cores:
    """One core for all of the server, another for the load and the measuring itself."""

    server: int
    load: int


def choose_cores() -> Cores:
    """The first usable core for the server, the last on other hardware for the load."""
    usable = sorted(os.sched_getaffinity(0))
    server = usable[0]
    apart = [core for core in usable if core not in siblings(server)]
    return Cores(server, (apart or usable)[-1])


def siblings(core: int) -> set[int]:
    """The hardware threads of one physical core, itself included."""
    file = Path(f"/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list")
    found = {core}
    if file.exists():
        for part in file.read_text().strip().split(","):
            first, _, last = part.partition("-")
            found |= set(range(int(first), int(last or first) + 1))
    return found


PORTS = iter(range(FIRST_PORT + os.getpid() % 5000, LAST_PORT + 1))


def find_free_port() -> int:
    """A port that can be bound now; no port is given out twice."""
    for port in PORTS:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError(f"no free port up to {LAST_PORT}")


def raise_file_limit() -> None:
    """Thousands of connections need as many descriptors, here and in the servers."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Watch:
    """CPU of the two cores from its creation to `read()`."""

    def __init__(self, cores: Cores) -> None:
        self.cores = {cores.server, cores.load}
        self.started = time.monotonic()
        self.busy, self.stolen = self.now()

    def now(self) -> tuple[float, float]:
        """Seconds (busy, stolen by the hypervisor) of the two cores since boot."""
        busy = stolen = 0.0
        for line in Path("/proc/stat").read_text().splitlines():
            name, *fields = line.split()
            if name in {f"cpu{core}" for core in self.cores}:
                user, nice, system, _idle, _wait, irq, softirq, steal = map(int, fields[:8])
                busy += user + nice + system + irq + softirq
                stolen += steal
        return busy / TICKS_PER_SECOND, stolen / TICKS_PER_SECOND

    def read(self, ours: float) -> Disturbance:
        """`ours`: CPU seconds that server and load account for."""
        busy, stolen = self.now()
        seconds = time.monotonic() - self.started
        others = max(0.0, busy - self.busy - ours)
        return Disturbance(seconds, others / seconds, (stolen - self.stolen) / seconds)


@dataclass(frozen=True)
class Disturbance:
    """What others took from a measurement, in cores (1.0 = one core all the time)."""

    seconds: float
    others: float
    steal: float

    OTHERS_MAX = 0.08
    STEAL_MAX = 0.05

    @property
    def is_small(self) -> bool:
        return self.others <= self.OTHERS_MAX and self.steal <= self.STEAL_MAX


def describe(cores: Cores) -> str:
    """One line for the head of a report."""
    model = "unknown CPU"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return (
        f"{model}, {os.cpu_count()} cores (server on {cores.server}, load on {cores.load}), "
        f"Linux {platform.release()}, Python {platform.python_version()}"
    )
