"""What an application is told about its request (PEP 3333, "environ variables")."""

from __future__ import annotations

import ast
import json
import os


def environ_of(wire, target="/", *fields, method="GET", body=None):
    answer = wire.ask(method, target, *fields, body=body)
    shown = json.loads(answer.body)
    return {
        key: ast.literal_eval(value) if is_plain(value) else value for key, value in shown.items()
    }


def is_plain(text):
    return not text.startswith("<") and text != "FileWrapper"


def test_request(serve_app):
    server = serve_app("show_environ")
    with server.connect() as wire:
        environ = environ_of(wire, "/a%20b/%C3%A9?x=%201&y")
        _, port = wire.socket.getsockname()
    assert environ["REQUEST_METHOD"] == "GET"
    assert environ["SCRIPT_NAME"] == ""
    assert environ["PATH_INFO"] == "/a b/\u00c3\u00a9"  # the octets of é, a character each
    assert environ["QUERY_STRING"] == "x=%201&y"
    assert environ["REQUEST_URI"] == environ["RAW_URI"] == "/a%20b/%C3%A9?x=%201&y"
    assert environ["SERVER_PROTOCOL"] == "HTTP/1.1"
    assert environ["SERVER_NAME"] == "127.0.0.1"
    assert environ["SERVER_PORT"] == str(server.port)
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert environ["REMOTE_PORT"] == str(port)
    assert environ["SERVER_SOFTWARE"].startswith("coachwhip/")
    assert environ["HTTP_HOST"] == "test"
    assert environ["wsgi.version"] == (1, 0)
    assert environ["wsgi.url_scheme"] == "http"
    assert environ["wsgi.multithread"] is False
    assert environ["wsgi.multiprocess"] is False
    assert environ["wsgi.run_once"] is False
    assert environ["wsgi.input_terminated"] is True
    assert environ["file_wrapper"] == "FileWrapper"
    for absent in ("HTTPS", "CONTENT_LENGTH", "CONTENT_TYPE", "GATEWAY_INTERFACE", "PATH"):
        assert absent not in environ


def test_threads_and_workers_are_told(serve_app):
    server = serve_app("show_environ", "--workers", "2", "--threads", "3")
    with server.connect() as wire:
        environ = environ_of(wire)
    assert environ["wsgi.multithread"] is True
    assert environ["wsgi.multiprocess"] is True


def test_fields(serve_app):
    server = serve_app("show_environ")
    with server.connect() as wire:
        environ = environ_of(
            wire, "/",
            "X-Two: one", "x-two: two", "X-Two:", "X-TWO: a, b", "Cookie: a=1", "Cookie: b=2",
            "X_Two: forged", "X-Real_IP: forged", "Proxy: http://evil", "Content_Length: 7",
            "Content-Type: text/x", "X-Latin: caf\u00e9", "X-Empty:",
            method="POST", body=b"12345",
        )  # fmt: skip
    assert environ["HTTP_X_TWO"] == "one, two, , a, b"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_X_LATIN"] == "caf\u00e9"
    assert environ["HTTP_X_EMPTY"] == ""
    assert environ["CONTENT_TYPE"] == "text/x"
    assert environ["CONTENT_LENGTH"] == "5"
    for absent in ("HTTP_PROXY", "HTTP_X_REAL_IP", "HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"):
        assert absent not in environ


def test_fields_that_connection_names_stay(serve_app):
    """Nobody stands between the server and its applications."""
    server = serve_app("show_environ")
    with server.connect() as wire:
        environ = environ_of(wire, "/", "Connection: X-Hop, Keep-Alive, TE", "X-Hop: 1",
                             "Keep-Alive: timeout=5", "TE: trailers", "Upgrade: h2c")  # fmt: skip
    assert environ["HTTP_CONNECTION"] == "X-Hop, Keep-Alive, TE"
    assert environ["HTTP_X_HOP"] == "1"
    assert environ["HTTP_KEEP_ALIVE"] == "timeout=5"
    assert (environ["HTTP_TE"], environ["HTTP_UPGRADE"]) == ("trailers", "h2c")


def test_repeated_fields_do_not_repeat_the_request(serve_app):
    """From the second time on an environ is copied from that of an earlier request."""
    server = serve_app("show_raw")
    with server.connect() as wire, server.connect() as other:
        first = environ_of(wire, "/one?1", "X-Same: 1")
        for _ in range(3):
            assert environ_of(wire, "/one?1", "X-Same: 1") == first
        changed = environ_of(wire, "/two?2", "X-Same: 1", method="DELETE")
        expected = {
            "PATH_INFO": "/two",
            "QUERY_STRING": "2",
            "REQUEST_METHOD": "DELETE",
            "REQUEST_URI": "/two?2",
            "RAW_URI": "/two?2",
        }
        assert changed == first | expected
        assert environ_of(wire, "/one?1", "X-Same: 1") == first
        another = environ_of(other, "/one?1", "X-Same: 1")
        assert another == first | {"REMOTE_PORT": str(other.socket.getsockname()[1])}
        assert "HTTP_X_LEFT" not in another
        posted = environ_of(wire, "/one?1", "X-Same: 1", method="POST", body=b"")
        assert posted == first | {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "0"}
        assert "CONTENT_LENGTH" not in environ_of(wire, "/one?1", "X-Same: 1")


def test_http_1_0(serve_app):
    server = serve_app("show_environ")
    with server.connect() as wire:
        wire.send("GET / HTTP/1.0\r\n\r\n")
        shown = json.loads(wire.read_answer().body)
    assert shown["SERVER_PROTOCOL"] == repr("HTTP/1.0")
    assert "HTTP_HOST" not in shown


def test_chunked_body_that_was_collected_has_a_length(serve_app):
    server = serve_app("show_environ")
    with server.connect() as wire:
        for _ in range(3):
            wire.send("POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
                      "5\r\nhello\r\n0\r\n\r\n")  # fmt: skip
            shown = json.loads(wire.read_answer().body)
            assert shown["CONTENT_LENGTH"] == repr("5")
            assert "HTTP_TRANSFER_ENCODING" not in shown


def test_unix_socket_takes_the_server_from_host(serve_app, tmp_path):
    path = str(tmp_path / "site.sock")
    serve_app("show_environ", "--bind", "unix:" + path)
    from wire import Wire

    for host, expected in (("site.test:81", ("site.test", "81")), ("[::1]", ("[::1]", "80"))):
        with Wire(path) as wire:
            wire.send(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")
            shown = json.loads(wire.read_answer().body)
        assert (shown["SERVER_NAME"], shown["SERVER_PORT"]) == tuple(map(repr, expected))
        assert shown["REMOTE_ADDR"] == repr("")
    os.stat(path)


def test_mounts(serve_app):
    server = serve_app("show_environ", "--mount", "/shop=apps:show_environ")
    with server.connect() as wire:
        for target, script, path in (
            ("/shop/cart", "/shop", "/cart"),
            ("/shop", "/shop", ""),
            ("/shop/", "/shop", "/"),
            ("/shopping", "", "/shopping"),
        ):
            environ = environ_of(wire, target)
            assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == (script, path)
