"""A folder of scripts."""

from __future__ import annotations

import os

import pytest

SCRIPT = """
import neighbour

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    parts = [neighbour.TEXT, environ["SCRIPT_NAME"], environ["PATH_INFO"], environ["QUERY_STRING"]]
    return ["|".join(parts).encode("latin-1")]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "outside.py").write_text(SCRIPT)
    root = tmp_path / "scripts"
    (root / "sub").mkdir(parents=True)
    (root / "neighbour.py").write_text("TEXT = 'first'\n")
    for name in ("show.py", "sub/deep.py", "_hidden.py", ".secret.py", "caf\u00e9.py"):
        (root / name).write_text(SCRIPT)
    (root / "broken.py").write_text("1 / 0\n")
    (root / "leaves.py").write_text("raise SystemExit(3)\n")
    (root / "leads_out.py").symlink_to(tmp_path / "outside.py")
    (root / "data.txt").write_text("not a script\n")
    return root


@pytest.fixture
def server(serve, folder):
    return serve("--scripts", "/run=.", "--workers", "1", cwd=folder)


def test_found(server):
    with server.connect() as wire:
        assert wire.get("/run/show.py?a=1").text == "first|/run/show.py||a=1"
        assert wire.get("/run/show.py/more/path").text == "first|/run/show.py|/more/path|"
        assert wire.get("/run/sub/deep.py").text == "first|/run/sub/deep.py||"
        assert wire.get("/run/caf%C3%A9.py/x").body.decode().endswith("/x|")


@pytest.mark.parametrize(
    "path",
    ["/", "/nowhere.py", "/show", "/sub", "/sub/", "/sub/nowhere.py", "/data.txt", "/_hidden.py",
     "/.secret.py", "/leads_out.py", "/%2e%2e/outside.py", "/sub/%2e%2e%2f%2e%2e/outside.py",
     "/%FF.py", "//show.py"],
)  # fmt: skip
def test_not_found(server, path):
    with server.connect() as wire:
        assert wire.get("/run" + path).status in (400, 404)
        assert wire.get("/run/show.py").status == 200


def test_failures(server):
    with server.connect() as wire:
        assert wire.get("/run/broken.py").status == 500
        server.wait_log("ZeroDivisionError: division by zero")
        assert wire.get("/run/leaves.py").status == 500
        server.wait_log("SystemExit: 3")
        assert wire.get("/run/neighbour.py").status == 500
        server.wait_log("neighbour.py has no callable named 'application'")
        assert wire.get("/run/show.py").status == 200


def test_loaded_again_when_changed(server, folder):
    with server.connect() as wire:
        assert wire.get("/run/show.py").text == "first|/run/show.py||"
        changed = folder / "changed.py"
        changed.write_text(SCRIPT.replace("neighbour.TEXT", "'second'"))
        os.replace(changed, folder / "show.py")
        assert wire.get("/run/show.py").text == "second|/run/show.py||"
        (folder / "broken.py").write_text(SCRIPT)
        assert wire.get("/run/broken.py").text == "first|/run/broken.py||"
        (folder / "show.py").unlink()
        assert wire.get("/run/show.py").status == 404
