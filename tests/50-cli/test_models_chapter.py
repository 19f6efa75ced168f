"""docs/models: the loop on each page is a program, and serves."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import MODELS

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "models"
LISTING = re.compile(r"```cpp\n(.*?)```", re.DOTALL)
INCLUDE = re.compile(r"`(#include <[^>]+>)`")
REQUEST = b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n"

# So that the system chooses the port, and tells it.
TELL_PORT = """  socklen_t size = sizeof here;
  getsockname(door, (sockaddr*)&here, &size);
  dprintf(1, "%d\\n", ntohs(here.sin_port));
  return door;
"""


def program(model: str) -> str:
    page = (FOLDER / f"{model}.md").read_text()
    shared = LISTING.search((FOLDER / "README.md").read_text())[1]
    listing = LISTING.search(page)
    includes = INCLUDE.findall(page[: listing.start()])
    shared = shared.replace("htons(8000)", "htons(0)").replace("  return door;\n", TELL_PORT, 1)
    return "\n".join(["#include <cstdio>", *includes, shared, listing[1]])


@pytest.fixture(params=MODELS)
def port(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    source = tmp_path / "loop.cpp"
    source.write_text(program(request.param))
    libraries = ["-luring"] if request.param == "uring" else []
    compiler = ["g++", "-std=c++20", "-Wall", "-Werror", "-pthread", "-o", tmp_path / "loop"]
    subprocess.run([*compiler, source, *libraries], check=True)
    with subprocess.Popen(
        [tmp_path / "loop"], stdout=subprocess.PIPE, start_new_session=True
    ) as server:
        try:
            yield int(server.stdout.readline())
        finally:
            os.killpg(server.pid, signal.SIGKILL)


def receive(client: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        piece = client.recv(count - len(got))
        assert piece, "closed too early"
        got += piece
    return got


def test_the_loop_answers_pieces_pipelines_and_one_after_the_other(port: int) -> None:
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            for byte in REQUEST:
                client.send(bytes([byte]))
            assert receive(client, len(ANSWER)) == ANSWER
            client.sendall(3 * REQUEST + REQUEST[:7])
            assert receive(client, 3 * len(ANSWER)) == 3 * ANSWER
            client.sendall(REQUEST[7:-2] + b"X: " + 9000 * b"y" + b"\r\n\r\n")
            assert receive(client, len(ANSWER)) == ANSWER
            client.shutdown(socket.SHUT_WR)
            assert client.recv(1) == b""
