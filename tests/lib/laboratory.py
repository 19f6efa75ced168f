"""coachwhip models --compare, as short as it can be, for tests of what it writes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from server import binary, environment

COMPARE_SECONDS_MAX = 180


class Comparison(NamedTuple):
    exit_code: int
    table: str  # standard output
    told: str  # standard error
    html: Path
    json: dict

    def sample(self, experiment: str, model: str, x: float) -> dict[str, float]:
        """The values of one measurement."""
        (found,) = [one for one in self.json["experiments"] if one["id"] == experiment]
        (sample,) = [one for one in found["samples"] if (one["model"], one["x"]) == (model, x)]
        return sample["values"]


def start(
    *arguments: object, output: Path, files_max: int = 0, **variables: str
) -> subprocess.Popen[str]:
    """In a session of its own, which marks all processes that descend from it."""
    limited = [str(shutil.which("prlimit")), f"--nofile={files_max}", "--"] if files_max else []
    return subprocess.Popen(
        [*limited, binary(), "models", "--compare", *map(str, arguments), "--output", output],
        env=environment({"VIRTUAL_ENV": sys.prefix, **variables}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str], output: Path) -> Comparison:
    try:
        table, told = process.communicate(timeout=COMPARE_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    written = output / "models.json"
    assert written.exists(), told
    facts = json.loads(written.read_text())
    return Comparison(process.returncode, table, told, output / "models.html", facts)
