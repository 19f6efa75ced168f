"""Traces: what `coachwhip models --trace` wrote, and a kernel that forbids tracing."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import platform
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

from server import binary, environment

TRACE_SECONDS_MAX = 60

PTRACE_NUMBERS = {"x86_64": 101, "aarch64": 117}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM


class Lane:
    """A thread of the server."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.name: str = row["name"]
        self.connections: list[dict[str, Any]] = row["connections"]
        self.events: list[dict[str, Any]] = row["events"]

    def times(self, deed: str, client: int) -> list[float]:
        """When it began to do this for the client."""
        return [e["began_ms"] for e in self.events if (e["deed"], e["client"]) == (deed, client)]


class Trace:
    """One model's part of a trace.json."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.model: str = row["model"]
        self.clients: list[dict[str, Any]] = row["clients"]
        self.idle: list[str] = row["idle"]
        self.system_calls: int = row["system_calls"]
        self.lanes = [Lane(lane) for lane in row["lanes"]]

    def client(self, nature: str) -> int:
        (number,) = [client["number"] for client in self.clients if client["nature"] == nature]
        return number

    def fronts(self) -> list[Lane]:
        return [lane for lane in self.lanes if lane.name.startswith("front")]

    def workers(self) -> list[Lane]:
        return [lane for lane in self.lanes if lane.name.startswith("worker")]


def command(*models: str, output: Path) -> list[str]:
    return [binary(), "models", "--trace", *models, "--output", str(output)]


def trace_environment(folder: Path) -> dict[str, str]:
    """The site is made in `folder`; the application is run by our interpreter."""
    return environment({"VIRTUAL_ENV": sys.prefix, "TMPDIR": str(folder)})


def run_trace(
    *models: str, output: Path, folder: Path, is_forbidden: bool = False
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*models, output=output),
        env=trace_environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TRACE_SECONDS_MAX,
        check=False,
        preexec_fn=forbid_ptrace if is_forbidden else None,
    )


def is_refusal(done: subprocess.CompletedProcess[str]) -> bool:
    """Is tracing forbidden here? Then that is said, with a remedy."""
    if done.returncode == 0:
        return False
    assert done.returncode == 2, done.stderr
    assert "cannot be traced: ptrace: " in done.stderr
    assert "--cap-add SYS_PTRACE" in done.stderr
    return True


def load(output: Path) -> dict[str, Trace]:
    """By model."""
    whole = json.loads((output / "trace.json").read_text())
    assert whole["schema"] == 1
    return {row["model"]: Trace(row) for row in whole["models"]}


def forbid_ptrace() -> None:
    """For a child between fork and exec: from now on the kernel refuses ptrace, as in containers.

    The filter: load the call's number; if it is not ptrace's, go one further; refuse; allow.
    """
    rows = (
        (0x20, 0, 0, 0),
        (0x15, 0, 1, PTRACE_NUMBERS[platform.machine()]),
        (0x06, 0, 0, REFUSE),
        (0x06, 0, 0, ALLOW),
    )
    rules = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *row) for row in rows))
    program = struct.pack("HxxxxxxP", len(rows), ctypes.addressof(rules))
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero) != 0:
        os._exit(99)
    if libc.prctl(PR_SET_SECCOMP, ctypes.c_ulong(SECCOMP_MODE_FILTER), program, zero, zero) != 0:
        os._exit(98)
