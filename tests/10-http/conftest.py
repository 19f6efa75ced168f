"""A site of an application and a folder, shared by the tests of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server import Server
from wire import Wire

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    (folder / "small.txt").write_text("small file")
    (folder / "large.bin").write_bytes(b"0123456789" * 100_000)
    return folder


@pytest.fixture(scope="module")
def start(serve_module: Callable[..., Server], folder: Path) -> Callable[..., Server]:
    """start(*options): a server of the application at / and of the folder at /files."""

    def start_one(*options: str) -> Server:
        site = ("site_module:app", "--static", f"/files={folder}", "--workers", "1")
        return serve_module(*site, *options, cwd=HERE)

    return start_one


@pytest.fixture(scope="module")
def site(start: Callable[..., Server]) -> Server:
    return start()


@pytest.fixture
def wire(site: Server) -> Iterator[Wire]:
    with site.connect() as connected:
        yield connected
