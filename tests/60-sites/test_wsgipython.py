"""The folder of scripts, each its own page."""

from __future__ import annotations

import time
from calendar import timegm

FORMAT = "%a %b %d %H:%M:%S %Y"


def test_scripts(serve, fetch, copy_site):
    server = serve("--scripts", "/=.", cwd=copy_site("wsgipython"))

    answer = fetch(server.url + "/ctime.py")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert abs(time.mktime(time.strptime(answer.text, FORMAT)) - time.time()) < 30
    east = time.strptime(fetch(server.url + "/ctime.py?timezone=e8").text, FORMAT)
    assert abs(timegm(east) - 8 * 3600 - time.time()) < 30

    assert fetch(server.url + "/sayhello.py").text == "Hello, world!\n"
    assert fetch(server.url + "/sayhello.py?name=%C3%84da").text == "Hello, Äda!\n"
    assert fetch(server.url + "/nowhere.py").status == 404
