"""A site that tells which process answers, in a folder of its own so that it can be changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from models import CREWS
from server import Server, wait_until

APPLICATION = """
import os
import time

TEXT = "first"
HERE = os.path.dirname(os.path.abspath(__file__))


def app(environ, start_response):
    path = environ["PATH_INFO"]
    body = environ["wsgi.input"].read()
    if path in WAITS:
        tell("begun")
        WAITS[path](os.path.join(HERE, environ["QUERY_STRING"] or "go"))
    start_response("200 OK", [("Content-Type", "text/plain")])
    if path == "/stream":
        return stream()
    return [b"%d %s %d" % (os.getpid(), TEXT.encode(), len(body))]


def tell(what):
    with open(os.path.join(HERE, what), "a") as file:
        file.write("%d\\n" % os.getpid())


def wait_for_file(path):
    while not os.path.exists(path):
        time.sleep(0.01)


WAITS = {"/wait": wait_for_file, "/slow": lambda path: time.sleep(0.2)}


def stream():
    yield b"begun"
    wait_for_file(os.path.join(HERE, "go"))
    yield b"ended"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "site_module.py").write_text(APPLICATION)
    return tmp_path


@pytest.fixture(params=CREWS)
def model(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def start(serve: Callable[..., Server], folder: Path, model: str) -> Callable[..., Server]:
    """start(workers, *options)"""

    def start_one(workers: int, *options: str) -> Server:
        server = serve(
            "site_module:app", "--workers", str(workers), "--log-level", "debug", "--model", model,
            *options, cwd=folder,
        )  # fmt: skip
        wait_until(lambda: server.log().count(" is ready") == workers, f"{workers} workers")
        return server

    return start_one
