"""Status and headers: what is taken, what is refused, and how the log says it."""

from __future__ import annotations

import pytest

REFUSED = {
    "/status-number": "TypeError: the response status must be str, not int",
    "/status-text": "ValueError: the response status must be a number from 200 to 599",
    "/status-early": "to 599, a space and a reason, not '103 Early Hints'",
    "/status-late": "to 599, a space and a reason, not '600 Later'",
    "/status-control": "ValueError: the response status must be a number from 200 to 599",
    "/headers-tuple": "TypeError: the response headers must be a list, not tuple",
    "/header-list": "TypeError: a response header must be a tuple of name and value, not ['X-Name'",
    "/header-bytes": "TypeError: the response header X-Name must be str, not bytes",
    "/name-bytes": "TypeError: a response header's name must be str, not bytes",
    "/name-space": "ValueError: 'X Name' is not a name that a response header can have",
    "/value-newline": "ValueError: the response header X-Name has a control character",
    "/value-nul": "ValueError: the response header X-Name has a control character",
    "/value-snowman": "ValueError: the response header X-Name has a character that latin-1",
    "/length-text": "ValueError: the response header Content-Length is not a number: 'ten'",
    "/length-two": "ValueError: the response has two different Content-Length headers",
    "/large": "ValueError: the response's headers take",
}


def test_refused(serve_app):
    server = serve_app("call_start_response")
    with server.connect() as wire:
        for path, complaint in REFUSED.items():
            answer = wire.get(path)
            assert (path, answer.status) == (path, 500)
            assert not answer.header("X-Forged")
            server.wait_log(complaint)
        assert wire.get("/latin").status == 200


def test_taken(serve_app):
    server = serve_app("call_start_response")
    with server.connect() as wire:
        answer = wire.get("/latin")
    assert (answer.status, answer.reason) == (200, "Pr\u00e9cis")
    assert answer.all("X-Name") == ["caf\u00e9", "two"]
    assert answer.header("X-Empty") == ""
    assert answer.header("Content-Length") == "2"


def test_fields_of_the_connection_are_dropped_with_one_warning(serve_app):
    server = serve_app("call_start_response")
    with server.connect() as wire:
        for _ in range(2):
            answer = wire.get("/hop")
            assert (answer.status, answer.body) == (200, b"ok")
            assert not answer.header("Keep-Alive")
            assert not answer.header("Transfer-Encoding")
    assert server.log().count("is dropped: the connection is the server's") == 1


def test_what_to_upgrade_to_is_said_where_it_is_required(serve_app):
    server = serve_app("call_start_response")
    with server.connect() as wire:
        for fields, connection in (((), "upgrade"), (("Connection: close",), "close, upgrade")):
            assert wire.get("/offer").header("Upgrade") is None
            answer = wire.get("/upgrade", *fields)
            assert (answer.status, answer.header("Upgrade")) == (426, "HTTP/3")
            assert answer.header("Connection") == connection


def test_connection_close_is_obeyed(serve_app):
    server = serve_app("call_start_response")
    with server.connect() as wire:
        assert wire.get("/close").body == b"ok"
        assert wire.is_closed()


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("call_twice", "AssertionError: start_response was called twice without exc_info"),
        ("never_call", "AssertionError: the application did not call start_response"),
    ],
)
def test_wrong_number_of_calls(serve_app, name, complaint):
    server = serve_app(name)
    with server.connect() as wire:
        assert wire.get().status == 500
    server.wait_log(complaint)


def test_exc_info_replaces_a_head_that_was_not_sent(serve_app):
    server = serve_app("replace_head")
    with server.connect() as wire:
        answer = wire.get()
    assert (answer.status, answer.reason, answer.body) == (410, "Gone", b"replaced")
    assert (answer.header("X-First"), answer.header("X-Second")) == (None, "2")


def test_exc_info_raises_once_the_head_was_sent(serve_app):
    server = serve_app("replace_sent_head")
    with server.connect() as wire, pytest.raises((EOFError, ConnectionResetError, ValueError)):
        wire.get()
    server.wait_log("LookupError: too late")


def test_exc_info_that_cannot_be_raised(serve_app):
    server = serve_app("give_wrong_exc_info")
    expected = {
        "/nothing": "TypeError: exc_info holds no exception",
        "/numbers": "TypeError: exc_info[0] must be an exception type, not int",
        "/no-type": "TypeError: exc_info[0] must be an exception type, not NoneType",
        "/instance": "TypeError: exc_info[0] must be an exception type, not ValueError",
        "/plain-type": "TypeError: exc_info[0] must be an exception type, not type",
        "/value": "TypeError: exc_info[1] must be an instance of exc_info[0] or None, not int",
        "/other-value": (
            "TypeError: exc_info[1] must be an instance of exc_info[0] or None, not KeyError"
        ),
        "/traceback": "TypeError: exc_info[2] must be a traceback or None, not int",
        "/two": "TypeError: exc_info must be a tuple as sys.exc_info() returns it",
        "/only-type": "ValueError: ",
        "/subclass": "KeyError: 'given'",
    }
    with server.connect() as wire:
        for path, complaint in expected.items():
            assert (path, wire.get(path).text) == (path, f"begun, {complaint}")


def test_write(serve_app):
    server = serve_app("use_write")
    with server.connect() as wire:
        assert wire.get().body == b"written, ok"


def test_callables_end_with_their_request(serve_app):
    server = serve_app("keep_callables")
    complaint = "start_response, write or wsgi.early_hints was called after its request"
    with server.connect() as wire:
        assert wire.get().body == b"[]"
        answer = wire.get()
    assert (answer.status, answer.text) == (200, repr([complaint, complaint]))
