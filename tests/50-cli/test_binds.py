"""Addresses to listen on."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from server import Server, binary, environment
from wire import Wire


def test_several(serve: Callable[..., Server], project: Path) -> None:
    path = project / "site.sock"
    server = serve("./public", "--bind", "127.0.0.1:0", "--bind", f"unix:{path}", cwd=project)
    ports = {int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)", server.log())}
    assert len(ports) == 2
    for address in (*(("127.0.0.1", port) for port in ports), str(path)):
        with Wire(address) as wire:
            assert wire.get("/page.txt").text == "a page"
    server.stop()
    assert not path.exists()


def test_stale_socket_is_replaced(serve: Callable[..., Server], project: Path) -> None:
    path = project / "site.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    serve("./public", "--bind", f"unix:{path}", cwd=project)
    with Wire(str(path)) as wire:
        assert wire.get("/page.txt").text == "a page"


@pytest.mark.parametrize("kind", ["file", "socket"])
def test_what_took_the_path_meanwhile_is_left(
    serve: Callable[..., Server], project: Path, kind: str
) -> None:
    path = project / "site.sock"
    server = serve("./public", "--bind", f"unix:{path}", cwd=project)
    path.unlink()
    if kind == "file":
        path.write_text("precious")
        server.stop()
        assert path.read_text() == "precious"
    else:
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(str(path))
            server.stop()
            assert path.is_socket()


def test_other_files_are_not_replaced(serve: Callable[..., Server], project: Path) -> None:
    path = project / "site.sock"
    path.write_text("precious")
    server = serve("./public", "--bind", f"unix:{path}", cwd=project, expect_exit=True)
    assert server.process.returncode == 2
    assert path.read_text() == "precious"


def test_abstract_socket(serve: Callable[..., Server], project: Path) -> None:
    name = f"@coachwhip-test-{project.parent.name}-{id(project)}"
    serve("./public", "--bind", f"unix:{name}", cwd=project)
    with Wire("\0" + name[1:]) as wire:
        assert wire.get("/page.txt").text == "a page"


def test_ipv6(serve: Callable[..., Server], project: Path) -> None:
    server = serve("site_module:app", "--bind", "[::1]:0", "--workers", "1", cwd=project)
    port = int(re.search(r"http://\[::1\]:(\d+)", server.log())[1])
    with socket.create_connection(("::1", port), timeout=10) as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert client.makefile("rb").read().endswith(b"\r\n\r\nsite_module - -")


def test_inherited_descriptor(project: Path, tmp_path: Path) -> None:
    import subprocess

    with socket.create_server(("127.0.0.1", 0)) as listening:
        descriptor = listening.fileno()
        process = subprocess.Popen(
            [binary(), "./public", "--bind", f"fd://{descriptor}"],
            cwd=project,
            env=environment(None),
            pass_fds=(descriptor,),
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with Wire(listening.getsockname(), 30) as wire:  # waits in the kernel until it serves
                assert wire.get("/page.txt").text == "a page"
        finally:
            process.terminate()
            assert process.wait(20) == 0


def test_any_address(serve: Callable[..., Server], project: Path) -> None:
    server = serve("./public", "--bind", "0.0.0.0:0", cwd=project)
    port = int(re.search(r"http://localhost:(\d+)", server.log())[1])
    with Wire(("127.0.0.2", port)) as wire:
        assert wire.get("/page.txt").text == "a page"


@pytest.mark.parametrize("bind", ["127.0.0.1:0", "[::1]:0"])
def test_port_zero_is_shown(serve: Callable[..., Server], project: Path, bind: str) -> None:
    server = serve("./public", "--bind", bind, cwd=project)
    assert ":0 " not in server.log()
