"""The Flask guestbook: written and read with a browser, then looked at from outside."""

from __future__ import annotations

import http.client
import re
from contextlib import suppress
from urllib.parse import urlencode

FORM = {"Content_Type": "application/x-www-form-urlencoded"}


def sign_in(fetch, url: str) -> tuple[str, str]:
    """The form's token and the cookie that belongs to it."""
    page = fetch(url + "/")
    return re.search(r'name="token" value="([^"]+)"', page.text)[1], page.headers["set-cookie"]


def test_browser(serve, browse, fetch, copy_site, picture, no_picture):
    site = copy_site("guestbook")
    server = serve("--workers", "2", "--threads", "2", cwd=site)
    seen = browse("guestbook.mjs", server.url, picture=picture, noPicture=no_picture)
    assert seen["size"] == [120, 180]
    assert seen["refusals"] == ["400 /entries"]
    assert "Traceback" not in server.log()

    stored = list((site / "instance" / "pictures").iterdir())
    assert [f"/pictures/{path.name}" for path in stored] == [seen["picturePath"]]
    assert re.fullmatch(r"[0-9a-f]{32}\.png", stored[0].name)
    answer = fetch(server.url + seen["picturePath"])
    assert answer.body == picture.read_bytes()
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in answer.headers["cache-control"]
    again = fetch(server.url + seen["picturePath"], If_None_Match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    part = fetch(server.url + seen["picturePath"], Range="bytes=1-3")
    assert (part.status, part.body) == (206, b"PNG")

    server.stop()
    page = fetch(serve(cwd=site).url + "/").text
    assert "Ada &lt;b&gt;L.&lt;/b&gt;" in page, "entries outlive the server"
    assert "<script>" not in page


def test_nothing_else_is_given_away(serve, fetch, copy_site):
    server = serve(cwd=copy_site("guestbook"))
    for path in ("/instance/secret_key", "/pictures/..%2Fsecret_key", "/static/../app.py", "/no"):
        assert fetch(server.url + path).status in (400, 404), path
    assert fetch(server.url + "/?before=99999999999999999999").status == 404
    assert fetch(server.url + "/entries").status == 405


def test_form_without_its_token_is_refused(serve, fetch, copy_site):
    server = serve(cwd=copy_site("guestbook"))
    body = urlencode({"name": "Mallory", "message": "from another site"}).encode()
    answer = fetch(server.url + "/entries", method="POST", body=body, **FORM)
    assert answer.status == 400
    assert "<h3>" not in fetch(server.url + "/").text


def test_older_entries(serve, fetch, copy_site):
    server = serve(cwd=copy_site("guestbook"))
    token, cookie = sign_in(fetch, server.url)
    for number in range(22):
        body = urlencode({"token": token, "name": f"Guest {number}", "message": "Hi"}).encode()
        answer = fetch(server.url + "/entries", method="POST", body=body, Cookie=cookie, **FORM)
        assert (answer.status, answer.headers["location"]) == (303, "/")
    page = fetch(server.url + "/").text
    assert re.findall(r"<h3>Guest (\d+)</h3>", page) == [str(n) for n in range(21, 1, -1)]
    older = re.search(r'href="(/\?before=\d+)"', page)[1]
    assert re.findall(r"<h3>Guest (\d+)</h3>", fetch(server.url + older).text) == ["1", "0"]


def test_too_large_upload_gets_an_answer(serve, copy_site):
    server = serve(cwd=copy_site("guestbook"))
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    with suppress(BrokenPipeError, ConnectionResetError):  # it may answer before it has read all
        connection.request("POST", "/entries", b"x" * (6 * 1024 * 1024), headers)
    response = connection.getresponse()
    assert response.status == 413
    assert "at most 5 MiB" in response.read().decode()
    connection.close()
