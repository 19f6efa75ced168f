"""What an application is told about a request that a proxy has passed on."""

from __future__ import annotations

import json
from ast import literal_eval

import pytest

from wire import Wire

X_FORWARDED = (
    "X-Forwarded-For: 192.0.2.66, 192.0.2.1, 10.1.1.1",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: site.test",
    "X-Forwarded-Prefix: /outer/",
)
FORWARDED = (
    'Forwarded: for=192.0.2.66;host="forged.test", for="192.0.2.1:99";proto=https;host=site.test',
    "Forwarded: for=10.1.1.1;by=_inner",
)
TRUSTED = ("--trusted-proxies", "127.0.0.1,10.0.0.0/8")

models = pytest.mark.parametrize("model", ["coroutine", "fork", "pool", "serial"])


def environ_of(wire, *fields, target="/shop/cart"):
    answer = wire.get(target, *fields)
    assert answer.status == 200, answer.text
    return json.loads(answer.body)


def seen(environ, *names):
    return tuple(literal_eval(environ[name]) if name in environ else None for name in names)


@models
def test_nobody_is_trusted_by_default(serve_app, model):
    server = serve_app("show_raw", "--model", model)
    with server.connect() as wire:
        plain = environ_of(wire)
        stranger = environ_of(wire, *X_FORWARDED, *FORWARDED, "X-Real-IP: 192.0.2.1",
                              "X-Forwarded-Ssl: on", "x-forwarded-user: admin")  # fmt: skip
        assert stranger == plain
        assert seen(plain, "REMOTE_ADDR", "wsgi.url_scheme") == ("127.0.0.1", "http")


@models
def test_x_forwarded(serve_app, model):
    server = serve_app("show_raw", *TRUSTED, "--mount", "/shop=apps:show_raw",
                       "--model", model)  # fmt: skip
    with server.connect() as wire:
        plain = environ_of(wire)
        for _ in range(3):
            environ = environ_of(wire, *X_FORWARDED)
            assert seen(environ, "REMOTE_ADDR", "REMOTE_PORT") == ("192.0.2.1", "0")
            assert seen(environ, "wsgi.url_scheme", "HTTPS") == ("https", "on")
            assert seen(environ, "HTTP_HOST", "SERVER_NAME") == ("site.test", "site.test")
            assert seen(environ, "SERVER_PORT") == ("443",)
            assert seen(environ, "SCRIPT_NAME", "PATH_INFO") == ("/outer/shop", "/cart")
            assert seen(environ, "HTTP_X_FORWARDED_PROTO") == ("https",)
        assert environ_of(wire) == plain


def test_the_port_becomes_part_of_the_host(serve_app):
    server = serve_app("show_raw", *TRUSTED)
    with server.connect() as wire:
        environ = environ_of(wire, *X_FORWARDED, "X-Forwarded-Port: 8443")
    assert seen(environ, "HTTP_HOST", "SERVER_PORT") == ("site.test:8443", "8443")


@models
def test_forwarded(serve_app, model):
    server = serve_app("show_raw", *TRUSTED, "--model", model)
    with server.connect() as wire:
        environ = environ_of(wire, *FORWARDED)
        assert seen(environ, "REMOTE_ADDR", "REMOTE_PORT") == ("192.0.2.1", "99")
        assert seen(environ, "wsgi.url_scheme", "HTTP_HOST") == ("https", "site.test")
        assert seen(environ, "SCRIPT_NAME", "PATH_INFO") == ("", "/shop/cart")
        hidden = environ_of(wire, "Forwarded: for=_secret")
        assert seen(hidden, "REMOTE_ADDR", "REMOTE_PORT") == ("", "0")


def test_of_both_kinds_only_x_forwarded_counts(serve_app):
    server = serve_app("show_raw", *TRUSTED)
    with server.connect() as wire:
        environ = environ_of(wire, *FORWARDED, "X-Forwarded-For: 192.0.2.7")
    assert seen(environ, "REMOTE_ADDR", "wsgi.url_scheme") == ("192.0.2.7", "http")
    assert seen(environ, "HTTP_HOST", "HTTP_FORWARDED") == ("test", None)


@pytest.mark.parametrize(
    "field",
    [
        "X-Forwarded-For: nonsense",
        "X-Forwarded-Proto: gopher",
        "X-Forwarded-Host: a/b",
        "X-Forwarded-Port: 0",
        "X-Forwarded-Prefix: //evil.test",
        'Forwarded: for="192.0.2.1',
        "Forwarded: for=192.0.2.1;for=192.0.2.2",
        'Forwarded: host="user@host"',
    ],
)
def test_malformed_words_of_a_trusted_proxy(serve_app, field):
    server = serve_app("show_raw", *TRUSTED)
    with server.connect() as wire:
        answer = wire.get("/", field)
        assert (answer.status, answer.header("Connection")) == (400, "close")
        assert "malformed" in answer.text
        assert wire.is_closed()
    with server.connect() as wire:  # what one connection was told is not left to the next
        assert seen(environ_of(wire), "REMOTE_ADDR", "HTTP_HOST") == ("127.0.0.1", "test")


@pytest.mark.parametrize(("trusted", "client"), [("unix", "192.0.2.1"), ("127.0.0.1", "")])
def test_unix_socket(serve_app, tmp_path, trusted, client):
    path = str(tmp_path / "site.sock")
    serve_app("show_raw", "--trusted-proxies", trusted, "--bind", "unix:" + path)
    with Wire(path) as wire:
        environ = environ_of(wire, "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https")
    scheme, port = ("https", "443") if client else ("http", "80")
    assert seen(environ, "REMOTE_ADDR", "wsgi.url_scheme") == (client, scheme)
    assert seen(environ, "SERVER_NAME", "SERVER_PORT") == ("test", port)


def test_underscores_forge_nothing(serve_app):
    for trusted in ((), TRUSTED):
        server = serve_app("show_raw", *trusted)
        with server.connect() as wire:
            environ = environ_of(wire, "X_Forwarded_For: 192.0.2.66", "X-Forwarded_For: 192.0.2.66",
                                 "X_Forwarded-Proto: https")  # fmt: skip
        assert seen(environ, "REMOTE_ADDR", "HTTP_X_FORWARDED_FOR") == ("127.0.0.1", None)
        assert seen(environ, "HTTP_X_FORWARDED_PROTO") == (None,)
