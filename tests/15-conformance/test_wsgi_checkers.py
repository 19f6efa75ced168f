"""What two programs that watch both sides of WSGI have to say: wsgiref.validate and paste.lint."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server import Server

PATHS = ("/tell", "/stream", "/write", "/none", "/tell/%C3%A9%20%2F%FF?q=%C3%A9", "/stream//x/")
METHODS = ("GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE")  # paste.lint warns of others
FIELDS = {
    "none": (),
    "twice": ("X-One: 1", "X-One: 2", "Cookie: a=1", "Cookie: b=2", "Accept: */*", "Accept: x"),
    "odd": ("X-Empty:", "X-Latin: caf\xe9", "Content-Type: text/plain", "Referer: x, y"),
}
LINES = b"one\ntwo\nthree without an end"


@pytest.mark.parametrize("name", ["validated", "linted"])
def test_nothing_to_complain_about(start: Callable[..., Server], name: str) -> None:
    """Each raises an error, which becomes a 500, or writes a warning to the log."""
    site = start(name, "--threads", "1")
    with site.connect() as wire:
        for path in PATHS:
            for method in METHODS:
                for fields in FIELDS.values():
                    for body in (None, b"", LINES):
                        answer = wire.ask(method, path, *fields, body=body)
                        assert answer.status in (200, 204), (method, path, answer.text)
                        if method == "PUT" and path == "/stream" and body is not None:
                            assert answer.body == body
            wire.send(f"POST {path} HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
                      "4\r\none\n\r\n3\r\ntwo\r\n0\r\nX-Trailer: 1\r\n\r\n")  # fmt: skip
            assert wire.read_answer("POST").status in (200, 204)
        wire.send("POST /write HTTP/1.0\r\nContent-Length: 3\r\n\r\nold")
        assert wire.read_answer().body == b"old"
    site.wait_log("two lines")
    told = [line for line in site.log().splitlines() if "one line" not in line]
    assert [line for line in told if "arning" in line or "Error" in line] == []
