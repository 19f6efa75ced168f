"""Servers that end with the tests that use them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server import Server


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


def failure_to_stop(server: Server) -> str:
    try:
        server.stop()
    except AssertionError as error:
        return str(error)
    return ""
