"""A web framework in one file: a table of addresses, and functions that answer.

The server calls the application once for each request (that is all that WSGI, PEP 3333, is):
it hands over `environ`, a dictionary that describes the request, and `start_response`, a function
that takes the status and the headers of the answer. What the application returns is the body.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterable, Mapping
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qs

HERE = Path(__file__).resolve().parent
REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed"}


class Request:
    """What a view needs to know, taken out of the server's `environ`."""

    def __init__(self, environ: Mapping) -> None:
        self.method: str = environ["REQUEST_METHOD"]
        # The folder in which the server has mounted the site: "" or, for example, "/hello".
        self.root = text(environ.get("SCRIPT_NAME", ""))
        self.path = text(environ.get("PATH_INFO", "")) or "/"
        self.query = parse_qs(environ.get("QUERY_STRING", ""))
        self.server: str = environ.get("SERVER_SOFTWARE", "") or "an unknown server"

    def argument(self, name: str, default: str = "") -> str:
        """The value of `?name=value`, or the default."""
        return self.query.get(name, [default])[0]


class Response:
    """What a view answers: a body, a status and a content type."""

    def __init__(
        self,
        body: bytes,
        status: int = 200,
        content_type: str = "text/html; charset=utf-8",
        **headers: str,
    ) -> None:
        self.body = body
        self.status = status
        self.headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
        self.headers += headers.items()


View = Callable[[Request], Response]


class Application:
    """The object that the server calls: looks the path up in the table, calls its view."""

    def __init__(self, urls: Iterable[tuple[str, View]], not_found: View) -> None:
        self.views = dict(urls)
        self.not_found = not_found

    def __call__(self, environ: Mapping, start_response: Callable) -> list[bytes]:
        request = Request(environ)
        response = self.answer(request)
        start_response(f"{response.status} {REASONS[response.status]}", response.headers)
        return [] if request.method == "HEAD" else [response.body]

    def answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response(b"GET or HEAD, please.\n", 405, "text/plain", Allow="GET, HEAD")
        if request.path.startswith("/static/"):
            return static_file(request.path[len("/static/") :]) or self.not_found(request)
        return self.views.get(request.path, self.not_found)(request)


def render(
    request: Request, name: str, title: str, status: int = 200, /, **values: str
) -> Response:
    """Fill `templates/NAME` and put it into the layout. Every value is escaped on its way in."""
    safe = {key: escape(value) for key, value in values.items()}
    safe.update(root=escape(request.root), server=escape(request.server), title=escape(title))
    content = template(name).substitute(safe)
    page = template("layout.html").substitute(safe, content=content)
    return Response(page.encode(), status)


def template(name: str) -> Template:
    return Template((HERE / "templates" / name).read_text(encoding="utf-8"))


def static_file(name: str) -> Response | None:
    """A file of the folder `static`. With `coachwhip --static` the front answers before us."""
    folder = HERE / "static"
    try:
        path = (folder / name).resolve()
        if folder not in path.parents or not path.is_file():
            return None
    except (OSError, ValueError):  # a name that is too long, or that holds a zero byte
        return None
    content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Response(path.read_bytes(), content_type=content_type)


def text(value: str) -> str:
    """WSGI hands bytes over as latin-1 text; what the browser sent is UTF-8."""
    return value.encode("latin-1").decode("utf-8", "replace")
