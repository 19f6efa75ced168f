"""Applications that leave the sending of files to the server, as their frameworks do it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import parse_qs

import django.conf
import django.core.handlers.wsgi
import django.http
import django.urls
import flask

PRIVATE = Path(os.environ["PRIVATE"])


def named(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
    """?header=…&value=…&status=… says what is answered."""
    said = parse_qs(str(environ["QUERY_STRING"]), encoding="latin-1")
    fields = [(said["header"][0], said["value"][0])]
    start_response(said.get("status", ["200 OK"])[0], fields)
    return [b"the application's body"]


def large(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Has much to say itself, which nobody wants to hear."""
    start_response("200 OK", [("X-Accel-Redirect", "/protected/file.txt")])
    return (b"x" * 65536 for _ in range(1000))


flask_app = flask.Flask("flask_app")
flask_app.config["USE_X_SENDFILE"] = True


@flask_app.get("/<name>")
def download(name: str) -> flask.Response:
    return flask.send_file(PRIVATE / name, as_attachment=True, download_name="report.txt")


def accelerated(request: django.http.HttpRequest) -> django.http.HttpResponse:
    response = django.http.HttpResponse()
    response["X-Accel-Redirect"] = "/protected/" + request.GET["name"]
    response["Content-Disposition"] = "attachment"
    response.set_cookie("seen", "1")
    del response["Content-Type"]
    return response


urlpatterns = [django.urls.path("", accelerated)]
django.conf.settings.configure(
    ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[], SECRET_KEY="for a test"
)
django.setup()
django_app = django.core.handlers.wsgi.WSGIHandler()
