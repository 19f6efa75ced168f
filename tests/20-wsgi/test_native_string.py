"""Applications that return a native string where WSGI wants an iterable of bytes."""

from __future__ import annotations

import pytest

SNOWMAN = "na\u00efve \u2603"
WARNINGS = ("where WSGI wants an iterable of bytes", "is made of str where WSGI wants bytes")


@pytest.mark.parametrize("path", ["/str", "/list", "/generator"])
def test_taken_as_utf_8_with_one_warning(serve_app, path):
    server = serve_app("native_string")
    with server.connect() as wire:
        for _ in range(3):
            answer = wire.get(path)
            assert (answer.status, answer.text) == (200, SNOWMAN)
        if path != "/generator":
            assert answer.header("Content-Length") == str(len(SNOWMAN.encode()))
    assert sum(server.log().count(warning) for warning in WARNINGS) == 1


def test_bytes_are_taken_whole(serve_app):
    server = serve_app("native_string")
    with server.connect() as wire:
        assert wire.get("/bytes").body == b"plain"
        assert wire.get("/surrogate").status == 500
    server.wait_log("UnicodeEncodeError")


@pytest.mark.parametrize("path", ["/str", "/bytes", "/list", "/generator"])
def test_strict(serve_app, path):
    server = serve_app("native_string", "--strict-wsgi")
    with server.connect() as wire:
        assert wire.get(path).status == 500
    server.wait_log("TypeError: the application")
