"""What all black-box tests share: servers that end with their test, and one-off commands."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from xdist.remote import Producer

import laboratory
from parallel import ByServer
from server import binary, environment
from serving import start_servers

CLI_SECONDS_MAX = 30


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByServer:
    return ByServer(config, log)


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


@pytest.fixture(scope="session")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> laboratory.Comparison:
    """Three models, measured as shortly as is possible."""
    output = tmp_path_factory.mktemp("comparison")
    models = ("serial", "epoll-et", "coroutine")
    process = laboratory.start(*models, "--quick", "--seconds", 0.1, output=output)
    return laboratory.finish(process, output)
