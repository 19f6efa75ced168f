"""A server's process tree: pinned to one core, measured as a whole, always ended."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import mmap
import os
import re
import signal
import struct
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.account import CpuTime, Session, open_account
from bench.places import APPS, ROOT

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1

TERM_SECONDS, KILL_SECONDS = 2.0, 3.0


class ServerFailed(Exception):
    """Why a server has no figures; the text goes into its row."""


@dataclass(frozen=True)
class Command:
    """How a server is started: arguments, and what its environment has beyond ours."""

    argv: tuple[str, ...]
    environ: dict[str, str] = field(default_factory=dict)


class Tree:
    """`with Tree(command, core, log) as tree`: at the end of the block nothing of it is left."""

    numbers = itertools.count(1)

    def __init__(self, command: Command, core: int, log: Path) -> None:
        self.command = command
        self.core = core
        self.log = log
        self.account = open_account(f"coachwhip-bench.{os.getpid()}.{next(self.numbers)}")
        self.leader: subprocess.Popen[bytes] | None = None
        self.start_clock = mmap.mmap(-1, 8)  # shared with the new process

    def __enter__(self) -> Tree:
        try:
            self.start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.end()

    def start(self) -> None:
        environ = {"PYTHONPATH": str(APPS)}
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as output:
            try:
                self.leader = subprocess.Popen(
                    self.command.argv,
                    env={**os.environ, **environ, **self.command.environ},
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                    preexec_fn=self.settle,
                )
            except OSError as error:
                raise ServerFailed(f"{self.command.argv[0]}: {error.strerror}") from error
        if isinstance(self.account, Session):
            self.account.leader = self.leader.pid

    def settle(self) -> None:
        """In the new process: end with us, join the account, stay on the core."""
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        self.account.enter()
        os.sched_setaffinity(0, {self.core})
        self.start_clock[:] = struct.pack("d", time.monotonic())

    @property
    def started(self) -> float:
        """When the server's program was about to run, on the monotonic clock."""
        return struct.unpack("d", self.start_clock)[0]

    @property
    def has_ended(self) -> bool:
        return self.leader is None or (
            self.leader.poll() is not None and not self.account.members()
        )

    def cpu(self) -> CpuTime:
        """What the whole tree used so far."""
        return self.account.cpu()

    def memory(self) -> int:
        """Proportional set size in bytes: pages shared by n processes count 1/n for each."""
        total = 0
        for pid in self.account.members():
            try:
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue
            if found := re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE):
                total += int(found[1]) * 1024
        return total

    def last_words(self) -> str:
        """The last line that the server wrote, for the row of one that failed."""
        lines = self.log.read_text(errors="replace").split("\n") if self.log.exists() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def end(self) -> None:
        """Asks the first process, then kills whatever is left of the tree."""
        if self.leader is not None:
            self.signal(signal.SIGTERM, only_leader=self.leader.poll() is None)
            self.wait(TERM_SECONDS)
            deadline = time.monotonic() + KILL_SECONDS
            while not self.has_ended and time.monotonic() < deadline:
                self.signal(signal.SIGKILL)
                self.wait(0.1)
        self.account.close()

    def signal(self, number: int, only_leader: bool = False) -> None:
        if self.leader is None:
            return
        members = [self.leader.pid] if only_leader else self.account.members()
        for pid in members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self.has_ended and time.monotonic() < deadline:
            time.sleep(0.02)
