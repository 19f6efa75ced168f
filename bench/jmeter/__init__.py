"""Apache JMeter, the classic test of the story: many users that each ask for some pages."""

from __future__ import annotations

import csv
import shutil
import statistics
import string
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from bench.places import BUILD
from bench.tree import ServerFailed

HERE = Path(__file__).resolve().parent
HOME = BUILD / "jmeter"
PAGES = 20
"""That each user asks for."""
RUN_SECONDS_MAX = 180


@dataclass(frozen=True)
class Result:
    requests: int
    seconds: float
    p50_us: float
    p99_us: float
    failures: int


def ensure_installed() -> None:
    """From Maven Central, once."""
    if (HOME / "bin" / "jmeter.properties").exists():
        return
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise ServerFailed(f"{program} is missing: install bench/packages.txt")
    print("bench: JMeter from Maven Central into build/bench/jmeter", flush=True)
    subprocess.run(
        ["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={HOME / 'jars'}"],
        cwd=HERE, check=True,
    )  # fmt: skip
    (config,) = (HOME / "jars").glob("ApacheJMeter_config-*.jar")
    with zipfile.ZipFile(config) as archive:
        archive.extractall(HOME, [name for name in archive.namelist() if name.startswith("bin/")])
    (HOME / "lib" / "ext").mkdir(parents=True, exist_ok=True)


def run(port: int, path: str, users: int, ramp_seconds: int) -> Result:
    plan = string.Template((HERE / "users.jmx").read_text())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "users.jmx").write_text(
            plan.substitute(
                users=users, ramp_seconds=ramp_seconds, pages=PAGES, port=port, path=path
            )
        )
        command = [
            "java", "-Xss256k", f"-Djmeter.home={HOME}", "-cp", f"{HOME / 'jars'}/*",
            "org.apache.jmeter.NewDriver", "-n", "-t", "users.jmx", "-l", "samples.csv",
            "-j", "jmeter.log",
        ]  # fmt: skip
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=RUN_SECONDS_MAX
        )
        samples = folder / "samples.csv"
        if done.returncode or not samples.exists():
            raise ServerFailed(f"JMeter failed:\n{done.stdout}{done.stderr}")
        with samples.open() as rows:
            return summary(list(csv.DictReader(rows)))


def summary(rows: list[dict[str, str]]) -> Result:
    """JMeter's times are whole milliseconds."""
    if not rows:
        raise ServerFailed("JMeter has asked for nothing")
    elapsed = [int(row["elapsed"]) for row in rows]
    first = min(int(row["timeStamp"]) for row in rows)
    last = max(int(row["timeStamp"]) + int(row["elapsed"]) for row in rows)
    return Result(
        requests=len(rows),
        seconds=max(last - first, 1) / 1e3,
        p50_us=statistics.median(elapsed) * 1e3,
        p99_us=sorted(elapsed)[int(len(elapsed) * 0.99)] * 1e3,
        failures=sum(row["success"] != "true" for row in rows),
    )
