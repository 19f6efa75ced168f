"""A served folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server import Server
from settled import settle
from wire import Wire

CONTENT = b"0123456789" * 10


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Beside it lies what must never be served."""
    around = tmp_path_factory.mktemp("around")
    (around / "secret.txt").write_text("secret")
    (around / "public-not").mkdir()
    (around / "public-not/secret.txt").write_text("secret")
    folder = around / "public"
    (folder / "sub").mkdir(parents=True)
    (folder / "file.txt").write_bytes(CONTENT)
    (folder / "index.html").write_text("the index")
    (folder / "sub/index.html").write_text("the index below")
    (folder / "sub/file.txt").write_text("below")
    settle(folder)
    return folder


@pytest.fixture(scope="module")
def site(serve_module: Callable[..., Server], folder: Path) -> Server:
    return serve_module(folder)


@pytest.fixture
def wire(site: Server) -> Iterator[Wire]:
    with site.connect() as connected:
        yield connected
