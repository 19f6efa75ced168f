"""What single functions of ours cost: Google Benchmark programs, run on the server's core."""

from __future__ import annotations

import json
import subprocess

from bench.machine import Cores
from bench.places import COACHWHIP
from bench.tree import ServerFailed
from bench.workloads import Workload

PROGRAMS = COACHWHIP.parent


def measure(workload: Workload, cores: Cores, seconds: int) -> dict[str, float]:
    """CPU time of a call of the function that the workload's target names as `program:function`."""
    program, function = workload.target.split(":")
    command = ["taskset", "-c", str(cores.server), str(PROGRAMS / program)]
    command += [f"--benchmark_filter=^{function}$", f"--benchmark_min_time={seconds}"]
    command += ["--benchmark_format=json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerFailed(f"{program}: {done.stderr.strip()[-200:]}")
    (result,) = json.loads(done.stdout)["benchmarks"]
    return {"cpu_ns": result["cpu_time"]}
