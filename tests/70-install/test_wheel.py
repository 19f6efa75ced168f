"""pip install: one wheel brings the executable, the package and the worker's module."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from server import ROOT

APPLICATION = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"from a wheel"]
"""


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a virtual environment into which the project was installed."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--disable-pip-version-check", ROOT], check=True)
    return folder / "bin"


@pytest.mark.timeout(900)
def test_installed_program(scripts, serve, run_cli, tmp_path, monkeypatch):
    monkeypatch.setenv("COACHWHIP_BINARY", str(scripts / "coachwhip"))
    (tmp_path / "app.py").write_text(APPLICATION)

    checked = run_cli("check", "app:app", cwd=tmp_path)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert str(scripts / "python") in checked.stdout  # the interpreter beside the executable

    server = serve("app:app", "--python", scripts / "python", cwd=tmp_path)
    with server.connect() as wire:
        assert wire.get("/").body == b"from a wheel"

    version = run_cli("--version").stdout
    as_module = [scripts / "python", "-m", "coachwhip", "--version"]
    assert subprocess.run(as_module, capture_output=True, text=True).stdout == version
