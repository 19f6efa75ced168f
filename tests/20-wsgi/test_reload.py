"""--reload: a changed source file is served without a connection being lost."""

from __future__ import annotations

from server import wait_until

SITE = """
import part

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [part.TEXT]
"""


def test_changed_files_are_served(serve, tmp_path):
    (tmp_path / "site_module.py").write_text(SITE)
    part = tmp_path / "part.py"
    part.write_text("TEXT = b'first'\n")
    server = serve("site_module:app", "--reload", "--workers", "2", cwd=tmp_path)
    with server.connect() as wire:
        assert wire.get().body == b"first"
        part.write_text("TEXT = b'the second'\n")
        # A worker that starts just now may have the new text without a reload.
        wait_until(lambda: server.log().count("part.py changed, reloading") == 1, "the reload")
        wait_until(lambda: wire.get().body == b"the second", "the new text")
        part.write_text("TEXT = b'the third one'\n")
        wait_until(lambda: wire.get().body == b"the third one", "the newest text")


def test_a_new_module_that_was_broken_or_missing_is_watched(serve, tmp_path):
    """Of these the worker that serves on has imported none."""
    site = tmp_path / "site_module.py"
    site.write_text(SITE)
    (tmp_path / "part.py").write_text("TEXT = b'first'\n")
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "broken.py").write_text("TEXT = 1 / 0\n")
    server = serve("site_module:app", "--reload", "--workers", "1", cwd=tmp_path)
    with server.connect() as wire:
        site.write_text(SITE.replace("import part", "from package import broken as part"))
        wait_until(lambda: given_up(server) == 1, "the failure")
        assert wire.get().body == b"first"
        (package / "broken.py").write_text("from package.missing import TEXT\n")
        wait_until(lambda: given_up(server) == 2, "the next failure")
        (package / "missing.py").write_text("TEXT = b'mended'\n")
        wait_until(lambda: wire.get().body == b"mended", "the new text")


def given_up(server):
    return server.log().count("the reload was given up")


def test_installed_packages_are_not_watched(serve, tmp_path):
    site = tmp_path / "site_module.py"
    site.write_text(SITE)
    part = tmp_path / "part.py"
    part.write_text("TEXT = b'first'\n")
    installed = ["venv/lib", "node_modules", ".hidden", "lib/site-packages"]
    for name in installed:
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "venv/pyvenv.cfg").touch()
    server = serve("site_module:app", "--reload", "--workers", "1", cwd=tmp_path)
    with server.connect() as wire:
        part.write_text("TEXT = 1 / 0\n")
        wait_until(lambda: given_up(server) == 1, "the failure")
        for name in installed:
            (tmp_path / name / "new.py").touch()
        (tmp_path / "seen.py").touch()
        wait_until(lambda: given_up(server) == 2, "the next failure")
        part.write_text("TEXT = b'mended'\n")
        wait_until(lambda: wire.get().body == b"mended", "the new text")
    assert "new.py changed" not in server.log()
    assert "seen.py changed" in server.log()
