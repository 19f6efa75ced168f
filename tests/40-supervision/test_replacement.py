"""SIGHUP and --reload: new workers take over, and no client notices."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from load import Load
from server import Server, wait_until

Start = Callable[..., Server]


def change_text(folder: Path, text: str) -> None:
    site = folder / "site_module.py"
    site.write_text(site.read_text().replace('"first"', f'"{text}"'))


def test_under_load(start: Start, folder: Path) -> None:
    server = start(2)
    front = server.front()
    with Load(server) as load:
        for turn in (1, 2, 3):
            before = set(server.workers())
            os.kill(server.pid, signal.SIGHUP)
            wait_until(lambda n=turn: server.log().count("] reloaded") == n, "the reload", 30)
            wait_until(lambda: len(server.workers()) == 2, "the end of the old ones")
            assert not before & set(server.workers())
    assert load.failures == []
    assert len(load.answers) >= 4  # processes
    assert server.front() == front


def test_changed_code_is_loaded(start: Start, folder: Path) -> None:
    server = start(2)
    with server.connect() as wire:
        assert "first" in wire.get().text
        change_text(folder, "second")
        assert "first" in wire.get().text
        os.kill(server.pid, signal.SIGHUP)
        server.wait_log("] reloaded")
        for _ in range(10):
            assert "second" in wire.get().text


def test_a_request_under_way_is_finished_by_the_old_worker(start: Start, folder: Path) -> None:
    server = start(1)
    with server.connect() as wire:
        wire.send("GET /wait HTTP/1.1\r\nHost: test\r\n\r\n")
        wait_until((folder / "begun").exists, "the request")
        (old,) = server.workers()
        change_text(folder, "second")
        os.kill(server.pid, signal.SIGHUP)
        server.wait_log("] reloaded")
        with server.connect() as other:
            assert "second" in other.get().text
        (folder / "go").touch()
        assert wire.read_answer().text == f"{old} first 0"
        assert "second" in wire.get().text
    wait_until(lambda: old not in server.tree(), "the end of the old one")


def test_a_new_worker_that_fails_leaves_the_old_ones(start: Start, folder: Path) -> None:
    server = start(2)
    old = server.workers()
    site = folder / "site_module.py"
    good = site.read_text()
    site.write_text("import nothing_of_that_name\n")
    with Load(server) as load:
        os.kill(server.pid, signal.SIGHUP)
        server.wait_log("the reload was given up; the workers that are there go on serving")
        assert "nothing_of_that_name" in server.log()
        assert sorted(server.workers()) == sorted(old)
        site.write_text(good)
        os.kill(server.pid, signal.SIGHUP)
        server.wait_log("] reloaded")
    assert load.failures == []
    wait_until(lambda: not set(old) & set(server.workers()), "the end of the old ones")


def test_many_signals_in_a_row(start: Start) -> None:
    server = start(2)
    with Load(server) as load:
        for _ in range(10):
            os.kill(server.pid, signal.SIGHUP)
        server.wait_log("] reloaded")
        wait_until(lambda: server.log().count("reloading: ") == server.log().count("] reloaded"),
                   "the last reload", 30)  # fmt: skip
    assert load.failures == []
    wait_until(lambda: len(server.workers()) == 2, "two workers")


def test_without_workers_nothing_is_replaced(serve: Start, folder: Path) -> None:
    server = serve(".", cwd=folder)
    os.kill(server.pid, signal.SIGHUP)
    server.wait_log("nothing to reload")
    with server.connect() as wire:
        assert wire.get("/site_module.py").status == 200


def test_reload_option(start: Start, folder: Path) -> None:
    """A changed file is served, a broken one is not, and no connection is lost."""
    server = start(1, "--reload")
    site = folder / "site_module.py"
    good = site.read_text()
    with Load(server, clients=2) as load, server.connect() as wire:
        assert "first" in wire.get().text
        site.write_text("this is no Python\n")
        server.wait_log("the reload was given up")
        assert "first" in wire.get().text
        site.write_text(good.replace('"first"', '"mended"'))
        wait_until(lambda: "mended" in wire.get().text, "the new text")
    assert load.failures == []
