"""Applications that fork and start programs: what they start is theirs, and is no worker."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from server import Server, processes, wait_until

HERE = Path(__file__).resolve().parent


@pytest.fixture
def serve_app(serve: Callable[..., Server]) -> Callable[..., Server]:
    def start(name: str, *options: str, env: dict[str, str] | None = None) -> Server:
        options = ("--workers", "1", "--threads", "2", *options)
        return serve(f"process_apps:{name}", *options, cwd=HERE, env=env)

    return start


def ask_for_ids(server, count):
    """Each of these requests must get its own answer; the ids of the processes that gave them."""
    found = set()
    with server.connect() as wire:
        for number in range(count):
            path, pid = wire.get(f"/other-{number}").text.split()
            assert path == f"/other-{number}"
            found.add(int(pid))
    return found


@pytest.mark.parametrize(
    ("how", "code", "told"),
    [
        ("return", 0, None),
        ("exit", 7, None),
        ("exit-text", 1, "the child says why"),
        ("raise", 1, "LookupError: raised by the child"),
    ],
)
def test_a_child_that_comes_back_ends(serve_app, how, code, told):
    server = serve_app("fork")
    with server.connect() as wire:
        assert wire.get(f"/fork/{how}").text == f"True {code}"
    assert ask_for_ids(server, 10) == set(server.workers())
    if told:
        assert server.log().count(told) == 1
    assert len(server.tree()) == 3
    assert server.stop() == 0


def test_a_child_that_comes_back_from_the_iteration_ends(serve_app):
    server = serve_app("fork")
    with server.connect() as wire:
        assert wire.get("/streamed").text == "begun, ended"
        server.wait_log("LookupError: raised in the iteration")
        assert wire.get("/closing").text == "closing"
        server.wait_log("close in the child")
    assert ask_for_ids(server, 3) == set(server.workers())
    wait_until(lambda: len(server.tree()) == 3, "the ends of the children")


def test_the_request_is_the_parents(serve_app):
    server = serve_app("use_request_in_child")
    with server.connect() as wire:
        assert wire.ask("POST", "/", body=b"sent").text == (
            "wsgi.input belongs to the process that forked this one\n"
            "the answer belongs to the process that forked this one\nsent"
        )


def test_a_child_that_lives_on_has_no_part_in_the_server(serve_app):
    server = serve_app("live_on")
    with server.connect() as wire:
        child = int(wire.get().text)
    assert child not in server.workers()
    assert not listening_sockets() & open_sockets(child)
    assert listening_sockets() & open_sockets(server.front())
    os.kill(child, signal.SIGTERM)
    wait_until(lambda: child not in processes(), "the end of the child")


def listening_sockets():
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {f"socket:[{row[9]}]" for row in rows if row[3] == "0A"}


def open_sockets(pid):
    return {os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir()}


def test_a_fork_in_a_thread(serve_app):
    server = serve_app("fork_in_thread")
    with server.connect() as wire:
        assert wire.get().text == "5"
        assert wire.get().text == "5"


def test_a_fork_at_import(serve_app):
    server = serve_app("fork", env={"FORK_AT_IMPORT": "1"})
    assert ask_for_ids(server, 3) == set(server.workers())
    wait_until(lambda: len(server.tree()) == 3, "the end of the child")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"])
def test_what_an_application_starts_ends_by_signals(serve_app, name):
    server = serve_app("send_signals")
    number = getattr(signal, name)
    with server.connect() as wire:
        assert wire.get(f"/{name}").text == repr([-number] * 3)
        assert wire.get(f"/{name}").text == repr([-number] * 3)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGQUIT])
def test_a_terminals_signals_do_not_disturb_a_worker(serve_app, number):
    server = serve_app("wait_for_go")
    with server.connect() as wire, server.connect() as other:
        wire.send("GET /wait HTTP/1.1\r\nHost: test\r\n\r\n")
        server.wait_log("waiting now")
        before = server.workers()
        os.kill(before[0], number)
        assert other.get("/go").text == "done"
        assert wire.read_answer().text == "done"
        os.kill(before[0], number)  # now it is idle
        assert other.get("/go").text == "done"
    assert server.workers() == before
    assert "Traceback" not in server.log()


def test_handlers_of_the_application_win(serve_app):
    server = serve_app("handle_interrupts", env={"HANDLE_INTERRUPTS": "1"})
    with server.connect() as wire:
        os.kill(server.workers()[0], signal.SIGINT)
        wait_until(lambda: wire.get().text == "1", "the handler")
