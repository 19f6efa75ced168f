"""--model: what is possible, what is refused, and what each of them promises."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from models import MODELS
from server import Server

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_all_are_explained(run_cli: Run) -> None:
    told = run_cli("models")
    assert told.returncode == 0
    for model in MODELS:
        assert f"\n  {model} " in told.stdout


def test_an_unknown_one_is_refused(run_cli: Run, project: Path) -> None:
    refused = run_cli("check", "./public", "--model", "epoll", cwd=project)
    assert refused.returncode == 2
    assert refused.stderr.startswith("coachwhip: --model: 'epoll' is not a model; write one of")
    assert all(model in refused.stderr for model in MODELS)


def test_a_ring_works_or_the_system_is_named_that_refuses_it(run_cli: Run, project: Path) -> None:
    told = run_cli("check", "./public", "--model", "uring", cwd=project)
    assert told.returncode in (0, 2)
    refusal = "this system refuses the model 'uring': io_uring"
    assert (refusal in told.stderr and "epoll-et" in told.stderr) == (told.returncode == 2)


@pytest.mark.parametrize("model", ["serial", "select", "epoll-et"])
def test_one_thread_is_all_that_one_loop_can_use(run_cli: Run, project: Path, model: str) -> None:
    arguments = ("check", "./public", "--model", model)
    assert run_cli(*arguments, cwd=project).returncode == 0
    refused = run_cli(*arguments, "--front-threads", "2", cwd=project)
    assert refused.returncode == 2
    assert "--front-threads" in refused.stderr
    assert "--model coroutine" in refused.stderr


def test_serial_serves_the_second_after_the_first(
    serve: Callable[..., Server], project: Path
) -> None:
    server = serve("./public", "--model", "serial", cwd=project)
    with server.connect() as first, server.connect() as second:
        assert first.get("/page.txt").status == 200
        second.send("GET /page.txt HTTP/1.1\r\nHost: test\r\n\r\n")
        assert not second.has_input(0.3)
        assert first.get("/page.txt").status == 200
        first.close()
        assert second.read_answer().status == 200


def test_serial_is_held_by_an_idle_client_only_until_its_time_out(
    serve: Callable[..., Server], project: Path
) -> None:
    server = serve("./public", "--model", "serial", "--idle-timeout", "300ms", cwd=project)
    with server.connect() as silent, server.connect() as second:
        assert second.get("/page.txt").status == 200
        assert silent.is_closed()


def test_more_clients_than_threads_wait_for_one(
    serve: Callable[..., Server], project: Path
) -> None:
    server = serve("./public", "--model", "thread", "--front-threads", "2", cwd=project)
    with server.connect() as a, server.connect() as b, server.connect() as c:
        assert a.get("/page.txt").status == 200
        assert b.get("/page.txt").status == 200
        c.send("GET /page.txt HTTP/1.1\r\nHost: test\r\n\r\n")
        assert not c.has_input(0.3)
        a.close()
        assert c.read_answer().status == 200


@pytest.mark.parametrize("model", MODELS)
def test_an_idle_server_ends_at_once(
    serve: Callable[..., Server], project: Path, model: str
) -> None:
    server = serve("./public", "--model", model, cwd=project)
    with server.connect() as wire:
        assert wire.get("/page.txt").status == 200
        assert server.stop() == 0
        assert wire.is_closed()


def test_more_descriptors_than_select_has_bits(serve: Callable[..., Server], project: Path) -> None:
    """Whoever is too many waits; nobody is cut off, and the server goes on."""
    server = serve("./public", "--model", "select", cwd=project)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    wires = [server.connect() for _ in range(1100)]
    try:
        for wire in wires[:700]:
            assert wire.get("/page.txt").status == 200
        for wire in wires[:500]:
            wire.close()
        for wire in wires[500:]:
            assert wire.get("/page.txt").status == 200
    finally:
        for wire in wires:
            wire.close()
