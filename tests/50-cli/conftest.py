"""A project folder to start the program in."""

from __future__ import annotations

from pathlib import Path

import pytest

APPLICATION = """
import os

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    names = ("WORD", "HOME_PAGE")
    return [" ".join([__name__, *(os.environ.get(name, "-") for name in names)]).encode()]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "public").mkdir(parents=True)
    (folder / "public/page.txt").write_text("a page")
    (folder / "site_module.py").write_text(APPLICATION)
    return folder
