"""What all black-box tests share: servers that end with their test, and one-off commands."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import laboratory
from server import binary, environment
from serving import start_servers

CLI_SECONDS_MAX = 30


@pytest.hookimpl(tryfirst=True)  # xdist reads the marks in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What may run in parallel: files, models within a file. The rest shares servers."""
    for item in items:
        model = item.callspec.params.get("model", "") if hasattr(item, "callspec") else ""
        group = f"{item.path.parent.name}/{item.path.stem} {model}"
        if "comparison" in item.fixturenames:  # which takes long
            group = "comparison"
        item.add_marker(pytest.mark.xdist_group(group))


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
