"""The Django project: its admin in a browser, its files from the front."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

USER = "keeper"
PASSWORD = "eleven quick snakes"


@pytest.fixture
def site(copy_site) -> Path:
    """The project as its README sets it up."""
    path = copy_site("djangosite")
    environment = os.environ | {
        "DJANGO_SUPERUSER_USERNAME": USER,
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        "DJANGO_SUPERUSER_EMAIL": "keeper@example.org",
    }
    for command in ("migrate", "collectstatic", "createsuperuser"):
        subprocess.run(
            [sys.executable, "manage.py", command, "--no-input", "--verbosity=0"],
            cwd=path,
            env=environment,
            check=True,
        )
    return path


def test_browser(serve, browse, fetch, site, picture, no_picture):
    server = serve("--workers", "2", "--threads", "2", cwd=site)
    seen = browse(
        "django_admin.mjs",
        server.url,
        user=USER,
        password=PASSWORD,
        picture=picture,
        noPicture=no_picture,
    )
    assert seen["size"] == [120, 180]
    assert seen["refusals"] == []
    assert "Traceback" not in server.log()

    assert re.fullmatch(r"/media/covers/[0-9a-f]{32}\.png", seen["coverPath"])
    assert (site / seen["coverPath"].lstrip("/")).read_bytes() == picture.read_bytes()
    answer = fetch(server.url + seen["coverPath"])
    assert answer.body == picture.read_bytes()
    assert answer.headers["content-type"] == "image/png"


def test_the_front_serves_the_collected_files(serve, fetch, site):
    """Without DEBUG Django answers /static with 404: what is there comes from the front."""
    server = serve(cwd=site)
    style = fetch(server.url + "/static/admin/css/base.css")
    assert style.status == 200
    assert style.headers["content-type"].startswith("text/css")
    assert style.body == (site / "staticfiles/admin/css/base.css").read_bytes()
    again = fetch(server.url + "/static/admin/css/base.css", If_None_Match=style.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert fetch(server.url + "/static/nowhere.css").status == 404
    assert fetch(server.url + "/media/nowhere.png").status == 404


def test_pages(serve, fetch, site):
    server = serve("bookshelf.wsgi", cwd=site)
    assert "The shelf is empty" in fetch(server.url + "/").text
    assert "Not on this shelf" in fetch(server.url + "/books/7/").text
    admin = fetch(server.url + "/admin/")
    assert (admin.status, admin.headers["location"]) == (302, "/admin/login/?next=/admin/")
    assert fetch(server.url + "/", Host="elsewhere.example").status == 400
