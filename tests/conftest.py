"""What all black-box tests share: servers that end with their test, and one-off commands."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server import Server, binary, environment

CLI_SECONDS_MAX = 30


def start_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """serve(*arguments, cwd, env, expect_exit): starts a server and waits until it serves.

    With expect_exit, waits until it has ended instead. `env` adds to the environment.
    """
    servers: list[Server] = []
    logs = tmp_path_factory.mktemp("log")

    def start(
        *arguments: object,
        cwd: Path | str | None = None,
        env: dict[str, str] | None = None,
        expect_exit: bool = False,
    ) -> Server:
        log_file = logs / f"{len(servers)}.log"
        server = Server([str(argument) for argument in arguments], cwd, env, log_file)
        servers.append(server)
        if expect_exit:
            server.wait_exit()
        else:
            server.wait_ready()
        return server

    yield start
    for server in servers:
        print(f"---- log of server {server.pid}\n{server.log()}")  # pytest shows it on failure
    failures = [failure for server in servers if (failure := failure_to_stop(server))]
    assert not failures, "\n".join(failures)


serve = pytest.fixture(start_servers)
# For servers that all tests of a file may share.
serve_module = pytest.fixture(start_servers, scope="module")


def failure_to_stop(server: Server) -> str:
    try:
        server.stop()
    except AssertionError as error:
        return str(error)
    return ""


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
