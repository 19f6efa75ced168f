"""The framework site: its pages, in a browser, behind a mount, and under another server."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from calendar import timegm

import pytest

PAGES = {
    "/": (200, "A site in four files"),
    "/ctime": (200, "where the server stands"),
    "/ctime?timezone=e8": (200, "at UTC+8"),
    "/ctime?timezone=w5": (200, "at UTC-5"),
    "/ctime?timezone=moon": (400, "“moon” is no time zone"),
    "/sayhello": (200, "Hello, world!"),
    "/sayhello?name=%3Cb%3E%C3%84da": (200, "Hello, &lt;b&gt;Äda!"),
    "/sayhaha": (200, "Hahahahaha!"),
    "/nowhere": (404, "no page <code>/nowhere</code>"),
    "/%C3%BCber%3C": (404, "no page <code>/über&lt;</code>"),
    "/static/nowhere.css": (404, ""),
}


def check_pages(fetch, url: str) -> None:
    for path, (status, text) in PAGES.items():
        answer = fetch(url + path)
        assert (path, answer.status) == (path, status)
        assert text in answer.text
    style = fetch(url + "/static/style.css")
    assert style.status == 200
    assert style.headers["content-type"].startswith("text/css")
    assert "--accent" in style.text
    image = fetch(url + "/static/coachwhip.svg")
    assert image.headers["content-type"].startswith("image/svg+xml")


def test_pages(serve, fetch, copy_site):
    server = serve("app:app", "--static", "/static=static", cwd=copy_site("framework"))
    check_pages(fetch, server.url)
    assert "Traceback" not in server.log()


def test_plain_command_in_the_folder_reads_its_configuration(serve, fetch, copy_site):
    server = serve(cwd=copy_site("framework"))
    check_pages(fetch, server.url)


def test_links_follow_a_mount(serve, fetch, copy_site):
    site = copy_site("framework")
    (site / "coachwhip.toml").unlink()
    server = serve("--mount", "/hello=app:app", cwd=site)
    check_pages(fetch, server.url + "/hello")
    page = fetch(server.url + "/hello/").text
    assert set(re.findall(r'(?:href|src)="(/[^/"]*)', page)) == {"/hello"}


def test_methods(serve, fetch, copy_site):
    server = serve("app:app", cwd=copy_site("framework"))
    head = fetch(server.url + "/sayhaha", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["content-length"]) == len(fetch(server.url + "/sayhaha").body)
    post = fetch(server.url + "/sayhaha", method="POST", body=b"x=1")
    assert (post.status, post.headers["allow"]) == (405, "GET, HEAD")


def test_time_zone(serve, fetch, copy_site):
    server = serve("app:app", cwd=copy_site("framework"))
    page = fetch(server.url + "/ctime?timezone=e8").text
    shown = time.strptime(re.search(r"<time>(.*)</time>", page)[1], "%a %b %d %H:%M:%S %Y")
    assert abs(timegm(shown) - 8 * 3600 - time.time()) < 30


def test_browser(serve, browse, copy_site):
    server = serve("--workers", "2", cwd=copy_site("framework"))
    seen = browse("framework.mjs", server.url)
    assert seen["logo"] == [96, 96]
    assert seen["refusals"] == ["404 /nowhere"]


OTHER_SERVER = """
import io, json, sys
from urllib.parse import unquote_to_bytes
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator
from app import app

answers = {}
for address in json.load(sys.stdin):
    path, _, query = address.partition("?")
    environ = {"SCRIPT_NAME": "", "PATH_INFO": unquote_to_bytes(path).decode("latin-1")}
    environ.update({"QUERY_STRING": query, "wsgi.input": io.BytesIO()})
    setup_testing_defaults(environ)
    started = []
    body = validator(app)(environ, lambda *arguments: started.append(arguments))
    text = b"".join(body).decode()
    body.close()
    answers[address] = [int(started[0][0].split()[0]), dict(started[0][1])["Content-Type"], text]
print(json.dumps(answers))
"""


@pytest.fixture
def other_server(copy_site):
    """Calls the application as a strict server would, which has no front and serves no files."""

    def call(*addresses: str) -> dict:
        done = subprocess.run(
            [sys.executable, "-c", OTHER_SERVER],
            input=json.dumps(addresses),
            cwd=copy_site("framework"),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return call


def test_another_server(other_server):
    answers = other_server(*PAGES, "/static/style.css", "/static/coachwhip.svg")
    for path, (status, text) in PAGES.items():
        assert (path, answers[path][0]) == (path, status)
        assert text in answers[path][2]
    assert answers["/static/style.css"][:2] == [200, "text/css"]
    assert answers["/static/coachwhip.svg"][:2] == [200, "image/svg+xml"]


def test_another_server_gets_no_file_outside_the_folder(other_server):
    attempts = ["/static/../app.py", "/static//etc/passwd", "/static/%00", "/static/", "/static/."]
    answers = other_server(*attempts, "/static/" + "x" * 5000)
    assert {answer[0] for answer in answers.values()} == {404}
