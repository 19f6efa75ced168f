"""The virtual environment of the peers, made on first use and again when peers.txt changes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

from bench.places import BENCH, LOGS, OUR_PYTHON, PEERS

REQUIREMENTS = BENCH / "peers.txt"
STAMP = PEERS / "installed"


def requirements() -> list[str]:
    """The lines of peers.txt that name a package, as `name==version`."""
    lines = (line.strip() for line in REQUIREMENTS.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def program(name: str) -> Path:
    """A console script (or the interpreter) of the peers' environment."""
    return PEERS / "bin" / name


def packages_folder() -> Path | None:
    """site-packages of the peers, so that our server runs the very same Flask and Django."""
    return next(PEERS.glob("lib/python*/site-packages"), None)


def ensure_installed() -> None:
    """Installs what peers.txt names, after printing it; says which packages did not build.

    A package that failed is tried again when peers.txt changes or the folder is removed.
    """
    wanted = f"{interpreter()}\n{REQUIREMENTS.read_text()}"
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    print(f"bench: installing into {PEERS}: {', '.join(requirements())}", flush=True)
    subprocess.run([interpreter(), "-m", "venv", "--clear", PEERS], check=True)
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "peers-install.log"
    with log.open("wb") as output:
        failed = [line for line in requirements() if not install(line, output)]
    for line in failed:
        print(f"bench: {line} did not install (see {log}); its rows will say so", flush=True)
    STAMP.write_text(wanted)


def install(requirement: str, output: BinaryIO) -> bool:
    command = [str(program("python")), "-m", "pip", "install", requirement]
    environ = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(command, stdout=output, stderr=output, env=environ, check=False)
    return done.returncode == 0


def interpreter() -> str:
    """Ours, so that every Python server runs on the same interpreter."""
    return str(OUR_PYTHON if OUR_PYTHON.exists() else sys.executable)
