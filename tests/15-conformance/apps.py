"""The applications of these tests."""

from __future__ import annotations

from wsgiref.validate import validator

from paste import lint

FIELDS_OF_THE_CONNECTION = ("REMOTE_PORT", "SERVER_PORT")


def tell(environ, start_response):
    """Answers with what was asked."""
    lines = [
        f"{name}: {value}\n"
        for name, value in sorted(environ.items())
        if name.isupper() and name not in FIELDS_OF_THE_CONNECTION
    ]
    page = "".join(lines).encode("latin-1") + environ["wsgi.input"].read(-1) + b"\n"
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(page)))])
    return [page]


def stream(environ, start_response):
    """Gives back what it is sent, in pieces and with as few words as can be, or a page."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Twice", "1"), ("X-Twice", "2")])
    return iter(lambda: environ["wsgi.input"].read(7), b"")


def write(environ, start_response):
    """The old way to answer, and all of wsgi.input's and wsgi.errors' methods."""
    body, errors = environ["wsgi.input"], environ["wsgi.errors"]
    first, some, rest = body.readline(), body.readlines(1), list(body)
    send = start_response("200 OK", [("Content-Type", "text/plain")])
    send(first)
    send(b"".join(some))
    errors.write("one line\n")
    errors.writelines(["two", " lines\n"])
    errors.flush()
    return rest


def no_content(environ, start_response):
    start_response("204 No Content", [("X-Kind", "none")])
    return []


APPLICATIONS = {"/tell": tell, "/stream": stream, "/write": write, "/none": no_content}


def choose(environ, start_response):
    name = "/" + environ["PATH_INFO"].split("/")[1]
    return APPLICATIONS[name](environ, start_response)


validated = validator(choose)
linted = lint.middleware(choose)
