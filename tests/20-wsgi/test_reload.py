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
