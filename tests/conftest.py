"""What all black-box tests share: servers that end with their test, and one-off commands."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from server import binary, environment
from serving import start_servers

CLI_SECONDS_MAX = 30


serve = pytest.fixture(start_servers)
# For servers that all tests of a file may share.
serve_module = pytest.fixture(start_servers, scope="module")


@pytest.fixture
def run_cli() -> Callable[..., subprocess.CompletedProcess[str]]:
    """run_cli(*arguments, cwd, env): runs coachwhip to its end, output as text."""

    def run(
        *arguments: object, cwd: Path | str | None = None, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [binary(), *map(str, arguments)],
            cwd=cwd,
            env=environment(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=CLI_SECONDS_MAX,
            check=False,
        )

    return run
