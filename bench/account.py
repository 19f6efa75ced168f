"""CPU time and members of a process tree: by a cgroup of its own, or by /proc if none can be made.

A cgroup counts threads, children that ended and re-parented processes, exactly. The fallback sums
the tick-sampled times of /proc over one session; a grandchild that ended may be missing.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.machine import TICKS_PER_SECOND

CPUACCT = Path("/sys/fs/cgroup/cpuacct")
UNIFIED = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class CpuTime:
    """Seconds of CPU. The total may be exact where user and system are only sampled by ticks."""

    total: float
    user: float
    system: float

    def __sub__(self, earlier: CpuTime) -> CpuTime:
        """What was used in between, user and system scaled to the exact total."""
        total = self.total - earlier.total
        user, system = self.user - earlier.user, self.system - earlier.system
        share = user / (user + system) if user + system > 0 else 0.0
        return CpuTime(total, total * share, total * (1 - share))


class Account(Protocol):
    def enter(self) -> None:
        """Called in the new process before it becomes the server."""

    def members(self) -> list[int]:
        """The process ids alive."""

    def cpu(self) -> CpuTime:
        """Used so far by all that are or were members."""

    def close(self) -> None:
        """Called when no member is left."""


def open_account(name: str) -> Account:
    """The best account that this machine allows."""
    kinds = [(CPUACCT, CgroupV1)] if CPUACCT.is_dir() else [(UNIFIED, CgroupV2)]
    for parent, kind in kinds:
        folder = parent / name
        try:
            folder.mkdir()
        except OSError:
            continue
        account = kind(folder)
        if account.is_usable():
            return account
        folder.rmdir()
    return Session()


class Cgroup:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def is_usable(self) -> bool:
        """An unprivileged container may show files that cannot be written."""
        try:
            self.cpu()
            return os.access(self.folder / "cgroup.procs", os.W_OK)
        except (OSError, KeyError):
            return False

    def enter(self) -> None:
        (self.folder / "cgroup.procs").write_text("0")

    def members(self) -> list[int]:
        return [int(line) for line in (self.folder / "cgroup.procs").read_text().split()]

    def cpu(self) -> CpuTime:
        raise NotImplementedError

    def close(self) -> None:
        for _ in range(50):
            try:
                self.folder.rmdir()
                return
            except OSError:
                time.sleep(0.05)


class CgroupV1(Cgroup):
    def cpu(self) -> CpuTime:
        files = ("cpuacct.usage", "cpuacct.usage_user", "cpuacct.usage_sys")
        return CpuTime(*(int((self.folder / file).read_text()) / 1e9 for file in files))


class CgroupV2(Cgroup):
    def cpu(self) -> CpuTime:
        stat = dict(line.split() for line in (self.folder / "cpu.stat").read_text().splitlines())
        return CpuTime(*(int(stat[f"{name}_usec"]) / 1e6 for name in ("usage", "user", "system")))


class Session:
    """The processes of the session that the server's first process leads."""

    def __init__(self) -> None:
        self.leader = 0

    def enter(self) -> None:
        """Nothing to do: the tree starts a session of its own in any case."""

    def members(self) -> list[int]:
        return [pid for pid, state, *_ in self.processes() if state != "Z"]

    def cpu(self) -> CpuTime:
        ticks = [times for _, _, *times in self.processes()]
        user = sum(own + children for own, _, children, _ in ticks) / TICKS_PER_SECOND
        system = sum(own + children for _, own, _, children in ticks) / TICKS_PER_SECOND
        return CpuTime(user + system, user, system)

    def processes(self) -> list[tuple]:
        """(pid, state, utime, stime, cutime, cstime) of each; the times in ticks."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == self.leader:
                found.append((int(folder.name), fields[0], *map(int, fields[11:15])))
        return found

    def close(self) -> None:
        pass
