"""Applications whose answers are worth compressing."""

import itertools
import os
import tempfile
import time
from wsgiref.validate import validator

PAGE = b"".join(b"<p>line %d of a page that is worth it</p>\n" % i for i in range(250))
HTML = ("Content-Type", "text/html; charset=utf-8")

# By path: the status, the fields beside the type, the content.
PAGES = {
    "/page": ("200 OK", [("ETag", '"tag"'), ("Vary", "Cookie")], PAGE),
    "/weak": ("200 OK", [("ETag", 'W/"tag"')], PAGE),
    "/small": ("200 OK", [], b"small"),
    "/missing": ("404 Not Found", [], PAGE),
    "/encoded": ("200 OK", [("Content-Encoding", "gzip")], PAGE),
    "/no-transform": ("200 OK", [("Cache-Control", "private, no-transform")], PAGE),
    "/part": ("206 Partial Content", [("Content-Range", "bytes 0-1/2")], PAGE),
}


@validator
def give_page(environ, start_response):
    status, fields, content = PAGES[environ["PATH_INFO"]]
    if environ.get("HTTP_IF_NONE_MATCH") in ('W/"tag"', '"tag"'):
        start_response("304 Not Modified", [("ETag", '"tag"')])
        return []
    length = ("Content-Length", str(len(content)))
    start_response(status, [HTML, length, *fields])
    return [content] if environ["REQUEST_METHOD"] != "HEAD" else [b""]


def give_pieces(environ, start_response):
    """In pieces of a kilobyte, without a length; /known tells it, /wrong tells too much."""
    head = [HTML]
    if environ["PATH_INFO"] != "/unknown":
        length = len(PAGE) * 20 + (environ["PATH_INFO"] == "/wrong")
        head.append(("Content-Length", str(length)))
    start_response("200 OK", head)
    content = PAGE * 20
    return (content[start : start + 1000] for start in range(0, len(content), 1000))


def give_events(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/event-stream")])
    for number in itertools.count():
        yield b"data: %d\n\n" % number
        time.sleep(0.05)


def break_off(environ, start_response):
    start_response("200 OK", [HTML])
    yield PAGE
    raise RuntimeError("broken off")


def give_endlessly(environ, start_response):
    start_response("200 OK", [HTML])
    return iter(lambda: os.urandom(50_000).hex().encode(), b"")


def give_file(environ, start_response):
    file = tempfile.TemporaryFile()  # noqa: SIM115
    file.write(PAGE * 30)
    file.seek(0)
    start_response("200 OK", [HTML, ("Content-Length", str(len(PAGE) * 30))])
    return environ["wsgi.file_wrapper"](file)
