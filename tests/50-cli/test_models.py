"""--model: what is possible, what is refused, and what each of them promises."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from models import MODELS
from server import Server, wait_until
from wire import Wire

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


def test_more_descriptors_than_select_can_watch_are_refused(run_cli: Run, project: Path) -> None:
    binds = ["--bind", "127.0.0.1:0"] * 600
    refused = run_cli("check", "./public", "--model", "select", *binds, cwd=project)
    assert refused.returncode == 2
    assert "the model 'select' can watch 1024 descriptors" in refused.stderr
    assert "the nearest is poll" in refused.stderr
    assert run_cli("check", "./public", "--model", "poll", *binds, cwd=project).returncode == 0


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


@pytest.mark.parametrize("model", ["fork", "prefork", "thread"])
def test_more_clients_than_places_wait_for_one(
    serve: Callable[..., Server], project: Path, model: str
) -> None:
    server = serve("./public", "--model", model, "--front-threads", "2", cwd=project)
    with server.connect() as a, server.connect() as b, server.connect() as c:
        assert a.get("/page.txt").status == 200
        assert b.get("/page.txt").status == 200
        c.send("GET /page.txt HTTP/1.1\r\nHost: test\r\n\r\n")
        assert not c.has_input(0.3)
        a.close()
        assert c.read_answer().status == 200


@pytest.mark.parametrize("model", ["fork", "prefork"])
def test_a_crash_takes_one_connection_with_it(
    serve: Callable[..., Server], project: Path, model: str
) -> None:
    server = serve("./public", "--model", model, "--front-threads", "2", cwd=project)
    for _ in range(2):
        with server.connect() as lost, server.connect() as other:
            assert lost.get("/page.txt").status == 200
            lost_pid = owner_of(lost, server)
            assert other.get("/page.txt").status == 200
            os.kill(lost_pid, signal.SIGKILL)
            assert lost.is_closed()
            assert other.get("/page.txt").status == 200
            with server.connect() as third:  # has the place of the one that is gone
                assert third.get("/page.txt").status == 200
    assert server.log().count("has ended with signal SIGKILL") == 2


def owner_of(wire: Wire, server: Server) -> int:
    """The process that has the server's end of the connection."""
    host, port = wire.socket.getsockname()
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()]
    # Ports may be in use between other pairs as well.
    ends, established = (f"{server.port:04X}", f"{port:04X}"), "01"
    (inode,) = (
        row[9] for row in rows if (row[1][-4:], row[2][-4:]) == ends and row[3] == established
    )
    for pid in server.tree():
        for fd in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                if fd.readlink().name == f"socket:[{inode}]":
                    return pid
    raise AssertionError(f"nobody has the connection of {host}:{port}")


def test_a_fork_ends_with_its_connection(serve: Callable[..., Server], project: Path) -> None:
    server = serve("./public", "--model", "fork", cwd=project)
    before = len(server.tree())
    with server.connect() as a, server.connect() as b:
        assert a.get("/page.txt").status == b.get("/page.txt").status == 200
        assert len(server.tree()) == before + 2
    wait_until(lambda: len(server.tree()) == before, "the end of both")


def test_idle_connections_hold_no_thread_of_a_pool(
    serve: Callable[..., Server], project: Path
) -> None:
    server = serve("./public", "--model", "pool", "--front-threads", "1", cwd=project)
    wires = [server.connect() for _ in range(20)]
    try:
        for _ in range(3):
            for wire in wires:
                assert wire.get("/page.txt").status == 200
    finally:
        for wire in wires:
            wire.close()


def test_a_pool_waits_for_the_slow(serve: Callable[..., Server], project: Path) -> None:
    """For no longer than the time-out, and silent clients go after theirs."""
    limits = ("--header-timeout", "500ms", "--idle-timeout", "1s")
    server = serve("./public", "--model", "pool", "--front-threads", "1", *limits, cwd=project)
    with server.connect() as silent, server.connect() as slow, server.connect() as other:
        slow.send("GET /page.txt HTT")
        time.sleep(0.1)
        other.send("GET /page.txt HTTP/1.1\r\nHost: test\r\n\r\n")
        assert not other.has_input(0.2)
        assert slow.read_answer().status == 408
        assert other.read_answer().status == 200
        assert silent.is_closed()


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
