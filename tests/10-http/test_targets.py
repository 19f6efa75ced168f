"""Forms of targets, and methods that are not for applications."""

from __future__ import annotations

from collections.abc import Callable

from models import any_model
from server import Server
from wire import Wire


def test_absolute_form(wire: Wire) -> None:
    wire.send("GET http://site.test:81/host?x=1 HTTP/1.1\r\nHost: site.test:81\r\n\r\n")
    assert wire.read_answer().text.endswith(" x=1")
    wire.send("GET HTTP://site.test HTTP/1.1\r\nHost: site.test\r\n\r\n")
    assert wire.read_answer().status in (200, 404, 500)
    wire.send("GET http://site.test/files/small.txt HTTP/1.1\r\nHost: site.test\r\n\r\n")
    assert wire.read_answer().body == b"small file"


def test_the_target_s_host_is_the_one_that_counts(wire: Wire) -> None:
    wire.send("GET http://site.test:80/host HTTP/1.1\r\nHost: SITE.test\r\n\r\n")
    assert wire.read_answer().text.startswith("site.test:80 ")
    wire.send("GET http://site.test/host HTTP/1.0\r\n\r\n")
    assert wire.read_answer().text.startswith("site.test ")


def test_a_plain_connection_speaks_for_no_https_resource(wire: Wire) -> None:
    wire.send("GET https://site.test/hello HTTP/1.1\r\nHost: site.test\r\n"
              "X-Forwarded-Proto: https\r\n\r\n")  # fmt: skip
    answer = wire.read_answer()
    assert (answer.status, answer.header("Connection")) == (421, "close")
    assert wire.is_closed()


@any_model
def test_a_trusted_proxy_may_have_got_an_https_target(start: Callable[..., Server]) -> None:
    server = start("--trusted-proxies", "127.0.0.1")
    request = "GET https://site.test/hello HTTP/1.1\r\nHost: site.test\r\n"
    for field, status in (("X-Forwarded-Proto: https\r\n", 200), ("", 421)):
        with server.connect() as wire:
            wire.send(request + field + "\r\n")
            assert wire.read_answer().status == status


def test_absolute_form_of_another_host(wire: Wire) -> None:
    """No two readers of the message may take it for different sites (RFC 9112 section 3.2.2)."""
    wire.send("GET http://site.test/host HTTP/1.1\r\nHost: other.test\r\n\r\n")
    answer = wire.read_answer()
    assert (answer.status, answer.header("Connection")) == (400, "close")
    assert wire.is_closed()


def test_options_of_the_server(wire: Wire) -> None:
    answer = wire.ask("OPTIONS", "*")
    assert answer.status in (200, 204)
    assert "GET" in answer.header("Allow")
    assert wire.get("/hello").status == 200


def test_trace_is_refused(wire: Wire) -> None:
    every = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
    for path, allowed in (("/hello", every), ("/files/small.txt", "GET, HEAD, OPTIONS")):
        answer = wire.ask("TRACE", path, "X-Secret: 1")
        assert (answer.status, answer.header("Allow")) == (405, allowed)
        assert "X-Secret" not in answer.text


def test_connect_is_refused(wire: Wire) -> None:
    wire.send("CONNECT site.test:443 HTTP/1.1\r\nHost: site.test:443\r\n\r\n")
    answer = wire.read_answer()
    assert (answer.status, answer.header("Connection")) == (501, "close")
    assert wire.is_closed()


def test_any_method_reaches_an_application(wire: Wire) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH", "PROPFIND", "M-SEARCH"):
        assert wire.ask(method, "/echo", body=b"x").body == method.encode() + b" x"
