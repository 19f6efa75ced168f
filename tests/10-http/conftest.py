"""A site of an application and a folder, shared by the tests of a file, under every model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models import MODELS
from server import Server
from serving import start_servers
from wire import Wire

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module", params=MODELS)
def model(request: pytest.FixtureRequest) -> str:
    """Tests that need more than one connection at once say so by a mark of models.py."""
    return request.param


@pytest.fixture(scope="module")
def serve_module(
    tmp_path_factory: pytest.TempPathFactory, model: str
) -> Iterator[Callable[..., Server]]:
    """Servers of one model end before those of the next begin."""
    yield from start_servers(tmp_path_factory)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    (folder / "small.txt").write_text("small file")
    (folder / "large.bin").write_bytes(b"0123456789" * 100_000)
    return folder


@pytest.fixture(scope="module")
def start(serve_module: Callable[..., Server], model: str, folder: Path) -> Callable[..., Server]:
    """start(*options): a server of the application at / and of the folder at /files."""

    def start_one(*options: str) -> Server:
        site = ("site_module:app", "--static", f"/files={folder}", "--workers", "1")
        site += ("--model", model)
        return serve_module(*site, *options, cwd=HERE)

    return start_one


@pytest.fixture(scope="module")
def site(start: Callable[..., Server]) -> Server:
    return start()


@pytest.fixture
def wire(site: Server) -> Iterator[Wire]:
    with site.connect() as connected:
        yield connected
