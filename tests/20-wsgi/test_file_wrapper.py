"""wsgi.file_wrapper."""

from __future__ import annotations

import pytest

CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def server(serve_app, tmp_path):
    file = tmp_path / "content"
    file.write_bytes(CONTENT)
    return serve_app("give_file", env={"FILE": str(file)})


@pytest.mark.parametrize("path", ["/plain", "/unbuffered", "/compressed", "/memory"])
def test_whole_and_part(server, path):
    with server.connect() as wire:
        for _ in range(2):
            assert wire.get(path).body == CONTENT
        assert wire.get(path + "?offset=1000").body == CONTENT[1000:]
        assert wire.get(path + "?offset=256000").body == b""
        part = wire.get(path + "?offset=10&length=500")
        assert (part.header("Content-Length"), part.body) == ("500", CONTENT[10:510])
        head = wire.ask("HEAD", path + "?length=500")
        assert (head.header("Content-Length"), head.body) == ("500", b"")
        assert wire.get(path).body == CONTENT


@pytest.mark.parametrize("path", ["/plain", "/unbuffered"])
def test_length_of_a_plain_file_is_computed(server, path):
    with server.connect() as wire:
        assert wire.get(path).header("Content-Length") == str(len(CONTENT))
        assert wire.get(path + "?offset=256000").header("Content-Length") == "0"
        assert wire.ask("HEAD", path).header("Content-Length") == str(len(CONTENT))


def test_file_shorter_than_declared_cuts_the_connection(server):
    with server.connect() as wire, pytest.raises((EOFError, ConnectionResetError)):
        wire.get("/plain?length=300000")
    server.wait_log("the answer ended after 256000 of 300000 bytes")
