"""Server: a running coachwhip with all its processes, as the black-box tests see it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from wire import Wire

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS_MAX = 30
STOP_SECONDS_MAX = 10

SERVING = re.compile(r"serving .* on .*?http://127\.0\.0\.1:(\d+)")


def binary() -> str:
    return os.environ.get("COACHWHIP_BINARY", str(ROOT / "build/release/bin/coachwhip"))


def environment(extra: dict[str, str] | None) -> dict[str, str]:
    """Ours, without what would configure the server behind the test's back."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith("COACHWHIP_")}
    return ours | (extra or {})


def wait_until(condition: Callable[[], object], what: str, timeout: float = 10) -> None:
    """Looks again and again; the time limit is for the case of failure only."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout} s in vain: {what}")
        time.sleep(0.01)


class Server:
    """Started by the constructor. stop() is for the test or, at its end, for the fixture."""

    def __init__(
        self, arguments: list[str], cwd: Path | None, env: dict[str, str] | None, log_file: Path
    ) -> None:
        self._log_file = log_file
        command = [binary(), "--bind", "127.0.0.1:0", *arguments]
        if "--python" not in arguments:
            command += ["--python", sys.executable]
        with log_file.open("wb") as log:
            # A session of its own marks all processes that descend from it.
            self.process = subprocess.Popen(
                command,
                cwd=cwd,
                env=environment(env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.pid = self.process.pid
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self, timeout: float = 10) -> Wire:
        return Wire(("127.0.0.1", self.port), timeout)

    def log(self) -> str:
        """What it has written to standard output and standard error so far."""
        return self._log_file.read_text(errors="backslashreplace")

    def wait_ready(self) -> None:
        self.port = int(self.wait_log(SERVING, START_SECONDS_MAX)[1])

    def wait_log(self, text: str | re.Pattern[str], timeout: float = 10) -> re.Match[str]:
        """Until the log holds the text, or matches the pattern."""
        pattern = re.compile(re.escape(text)) if isinstance(text, str) else text
        deadline = time.monotonic() + timeout
        while True:
            has_ended = self.process.poll() is not None  # asked first: the log is then complete
            if found := pattern.search(self.log()):
                return found
            if has_ended or time.monotonic() > deadline:
                state = f"exit code {self.process.returncode}" if has_ended else f"{timeout} s"
                raise AssertionError(f"no {pattern.pattern!r} in the log ({state}):\n{self.log()}")
            time.sleep(0.01)

    def wait_exit(self, timeout: float = START_SECONDS_MAX) -> int:
        return self.process.wait(timeout)

    def tree(self) -> list[int]:
        """The ids of all its living processes, its own among them."""
        return [pid for pid, process in processes().items() if process.session == self.pid]

    def children(self) -> list[int]:
        """The ids of the supervisor's living children: the front and the workers."""
        return [pid for pid, process in processes().items() if process.parent == self.pid]

    def workers(self) -> list[int]:
        return [pid for pid in self.children() if is_worker(pid)]

    def front(self) -> int:
        # A worker that has just ended has no command any more.
        (front,) = [pid for pid in self.children() if command(pid) and not is_worker(pid)]
        return front

    def front_family(self) -> list[int]:
        """The front, and the processes that it has of its own."""
        front = self.front()
        return [front, *(pid for pid, one in processes().items() if one.parent == front)]

    def kill_front(self) -> None:
        """With it end the processes that it has of its own, a moment later."""
        family = self.front_family()
        os.kill(family[0], signal.SIGKILL)
        wait_until(lambda: not set(family) & set(self.tree()), "the end of the front")

    def stop(self) -> int:
        """Ends it as an operator would and gives the exit code; nothing of it may be left."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS_MAX)
            wait_until(lambda: not self.tree(), "the end of the server's processes", 5)
        except (subprocess.TimeoutExpired, AssertionError):
            left = {pid: command(pid) for pid in self.tree()}
            self.kill()
            raise AssertionError(f"still there after SIGTERM: {left}\n{self.log()}") from None
        return self.process.returncode

    def kill(self) -> None:
        """Ends all its processes at once."""
        while pids := self.tree():
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process.wait()


class Process:
    """One row of the kernel's table."""

    def __init__(self, stat: str) -> None:
        fields = stat.rpartition(")")[2].split()
        self.is_zombie = fields[0] in "ZX"
        self.parent = int(fields[1])
        self.session = int(fields[3])


def processes() -> dict[int, Process]:
    """Those that live, by id."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            process = Process(path.read_text(errors="replace"))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
        if not process.is_zombie:
            found[int(path.parent.name)] = process
    return found


def command(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except (FileNotFoundError, ProcessLookupError):
        return []


def is_worker(pid: int) -> bool:
    return "coachwhip.worker" in command(pid)
