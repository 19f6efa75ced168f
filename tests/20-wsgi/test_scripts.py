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


CLASSES = """
from __future__ import annotations

import pickle
from dataclasses import dataclass

@dataclass
class Point:
    x: int = VALUE

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [repr(pickle.loads(pickle.dumps(Point()))).encode()]
"""


@pytest.mark.parametrize("path", ["classes.py", "sub/classes.py", "sub.folder/cla.sses.py"])
def test_classes_are_found_by_their_module(server, folder, path):
    script = folder / path
    script.parent.mkdir(exist_ok=True)
    with server.connect() as wire:
        for value in ("1", "22"):
            script.write_text(CLASSES.replace("VALUE", value))
            assert wire.get("/run/" + path).text == f"Point(x={value})"
        script.write_text(CLASSES.replace("VALUE", "1 / 0"))
        assert wire.get("/run/" + path).status == 500
        script.write_text(CLASSES.replace("VALUE", "4444"))
        assert wire.get("/run/" + path).text == "Point(x=4444)"


LIST_MODULES = """
import sys

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    names = [name for name, module in sys.modules.items()
             if (getattr(module, "__file__", None) or "").startswith(ROOT)]
    return ["|".join(names).encode()]
"""


def test_a_script_hides_no_module(server, folder):
    (folder / "threading.py").write_text(CLASSES.replace("VALUE", "1"))
    (folder / "list.py").write_text(LIST_MODULES.replace("ROOT", repr(str(folder))))
    with server.connect() as wire:
        assert wire.get("/run/list.py").text == "script:list"
        assert wire.get("/run/broken.py").status == 500
        assert wire.get("/run/threading.py").text == "Point(x=1)"
        assert wire.get("/run/list.py").text == "script:list|script:threading"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("import asyncio\nraise asyncio.CancelledError", "asyncio.exceptions.CancelledError"),
        ("class Own(BaseException): pass\nraise Own('so')", "Own: so"),
        ("def __getattr__(name):\n    raise LookupError('so')", "LookupError: so"),
    ],
)
def test_failures_show_no_frames_of_ours(server, folder, source, reason):
    (folder / "fails.py").write_text(source + "\n")
    with server.connect() as wire:
        assert wire.get("/run/fails.py").status == 500
        server.wait_log(reason)
        assert wire.get("/run/show.py").status == 200
    assert "fails.py cannot be loaded: Traceback" in server.log()
    assert "coachwhip/" not in server.log().partition("cannot be loaded")[2]


def test_what_can_never_be_an_application_is_told(server, folder):
    (folder / "asgi.py").write_text("async def application(scope, receive, send):\n    pass\n")
    with server.connect() as wire:
        assert wire.get("/run/asgi.py").status == 500
    server.wait_log("asgi.py cannot be served: it is asynchronous; ASGI is not served yet")
