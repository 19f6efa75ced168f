"""The two small C++ programs of the bench and the files that the file workloads serve."""

from __future__ import annotations

import functools
import os
import random
import subprocess
from pathlib import Path

from bench.places import BENCH, BUILD, SITE

FLOOR = BUILD / "floor"
CLIENTS = BUILD / "clients"

FILE_SIZES = {"1k.bin": 1024, "50k.bin": 50 * 1024, "10m.bin": 10 * 1024 * 1024}


class BuildFailed(Exception):
    """A tool of the bench itself does not compile."""


def ensure_built() -> None:
    BUILD.mkdir(parents=True, exist_ok=True)
    for program in (FLOOR, CLIENTS):
        compile_program(BENCH / f"{program.name}.cpp", program)
    write_site()


def compile_program(source: Path, program: Path) -> None:
    if program.exists() and program.stat().st_mtime > source.stat().st_mtime:
        return
    compiler = os.environ.get("CXX", "g++")
    command = [compiler, "-std=c++20", "-O2", "-o", str(program), str(source)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise BuildFailed(f"{compiler} is missing: install bench/packages.txt") from error
    if done.returncode:
        raise BuildFailed(f"{' '.join(command)}\n{done.stderr}")


@functools.cache
def file_content(name: str) -> bytes:
    """Bytes that do not compress, the same on every machine."""
    size = FILE_SIZES[name]
    return random.Random(size).randbytes(size)


def write_site() -> None:
    SITE.mkdir(parents=True, exist_ok=True)
    for name, size in FILE_SIZES.items():
        file = SITE / name
        if not file.exists() or file.stat().st_size != size:
            file.write_bytes(file_content(name))
