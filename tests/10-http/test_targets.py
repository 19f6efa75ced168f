"""Forms of targets, and methods that are not for applications."""

from __future__ import annotations

from wire import Wire


def test_absolute_form(wire: Wire) -> None:
    wire.send("GET http://site.test:81/host?x=1 HTTP/1.1\r\nHost: site.test:81\r\n\r\n")
    assert wire.read_answer().text.endswith(" x=1")
    wire.send("GET HTTP://site.test HTTP/1.1\r\nHost: site.test\r\n\r\n")
    assert wire.read_answer().status in (200, 404, 500)
    wire.send("GET https://site.test/files/small.txt HTTP/1.1\r\nHost: site.test\r\n\r\n")
    assert wire.read_answer().body == b"small file"


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
    for path in ("/hello", "/files/small.txt"):
        answer = wire.ask("TRACE", path, "X-Secret: 1")
        assert answer.status == 405
        assert "TRACE" not in answer.header("Allow")
        assert "X-Secret" not in answer.text


def test_connect_is_refused(wire: Wire) -> None:
    wire.send("CONNECT site.test:443 HTTP/1.1\r\nHost: site.test:443\r\n\r\n")
    answer = wire.read_answer()
    assert (answer.status, answer.header("Connection")) == (501, "close")
    assert wire.is_closed()


def test_any_method_reaches_an_application(wire: Wire) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH", "PROPFIND", "M-SEARCH"):
        assert wire.ask(method, "/echo", body=b"x").body == method.encode() + b" x"
