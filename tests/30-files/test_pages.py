"""What is answered for folders, for what is not there, and for errors, as the operator says it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from server import Server

HERE = Path(__file__).resolve().parent
BROWSER = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "public/assets").mkdir(parents=True)
    (tmp_path / "public/index.html").write_text("the page")
    (tmp_path / "public/home.htm").write_text("home")
    (tmp_path / "public/assets/app.js").write_text("script")
    (tmp_path / "public/assets/app.3f2a9c1b.css").write_text("style")
    (tmp_path / "gone.html").write_text("<h1>It is gone")
    (tmp_path / "down.html").write_text("<h1>We are down")
    return tmp_path


def test_all_of_it_in_a_file(serve: Callable[..., Server], site: Path) -> None:
    (site / "coachwhip.toml").write_text("""
        index = ["home.htm", "index.html"]
        listing = "/"
        [static]
        "/" = "public"
        "/app" = "public"
        [fallback]
        "/app" = "index.html"
        [cache-control]
        "/app/assets/**" = "max-age=60"
        "*.js" = "no-cache"
        "*.css" = ""
        [error-page]
        404 = "gone.html"
    """)
    server = serve(cwd=site)
    with server.connect() as wire:
        assert wire.get("/").body == b"home"
        listing = json.loads(wire.get("/assets/", "Accept: application/json").body)
        assert [entry["name"] for entry in listing["entries"]] == ["app.3f2a9c1b.css", "app.js"]
        page = wire.get("/assets/", BROWSER)
        assert page.header("Content-Type") == "text/html; charset=utf-8"
        assert b'<a href="app.js">app.js</a>' in page.body
        assert page.header("Transfer-Encoding") == "chunked"
        assert wire.ask("HEAD", "/assets/", BROWSER).status == 200
        assert wire.get("/app/users/7", BROWSER).body == b"the page"
        assert wire.get("/app/users/7").status == 404
        assert wire.get("/app/assets/", BROWSER).body == b"the page"  # nothing is listed there
        for path, kept in (("/app/assets/app.js", "max-age=60"), ("/assets/app.js", "no-cache"),
                           ("/assets/app.3f2a9c1b.css", None), ("/", None)):  # fmt: skip
            assert wire.get(path).header("Cache-Control") == kept
        gone = wire.get("/none.png")
        assert (gone.status, gone.body) == (404, b"<h1>It is gone")
        assert gone.header("Content-Type") == "text/html; charset=utf-8"
        head = wire.ask("HEAD", "/none.png")
        assert (head.status, head.header("Content-Length")) == (404, "14")
        assert wire.ask("POST", "/", body=b"x").text.startswith("405")


def test_an_application_that_is_down(serve: Callable[..., Server], site: Path) -> None:
    server = serve(
        "pages_app", "--static", f"/files={site / 'public'}", "--workers", 1,
        "--error-page", f"5xx={site / 'down.html'}", "--error-page", f"404={site / 'gone.html'}",
        cwd=HERE,
    )  # fmt: skip
    with server.connect() as wire:
        down = wire.get("/die")
        assert (down.status, down.body) == (502, b"<h1>We are down")
        assert wire.get("/").body == b"the application's own"
        assert wire.get("/files/none").body == b"<h1>It is gone"
        (
            site / "gone.html"
        ).unlink()  # it was read at the start, and a front that begins anew has it
        server.kill_front()
    with server.connect() as wire:
        assert wire.get("/files/none").body == b"<h1>It is gone"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--error-page", "404=none.html"], "none.html' as a page: it is not there"),
     (["--error-page", "302=gone.html"], "'302' is no status of an error"),
     (["--fallback", "/=none.html"], "there is no file"),
     (["--listing", "/none"], "there is no folder of files at '/none'"),
     (["--sendfile-root", "/x=public"], "there is no application that could name files")],
)  # fmt: skip
def test_what_is_wrong_is_said_at_start(
    serve: Callable[..., Server], site: Path, arguments: list[str], said: str
) -> None:
    server = serve("./public", *arguments, cwd=site, expect_exit=True)
    assert server.process.returncode == 2
    assert said in server.log()


def test_a_huge_folder(serve: Callable[..., Server], tmp_path: Path) -> None:
    for number in range(10_500):
        (tmp_path / f"{number:05}").touch()
    server = serve("./", "--listing", "/", cwd=tmp_path)
    with server.connect(30) as wire, server.connect() as other:
        wire.send("GET / HTTP/1.1\r\nHost: test\r\nAccept: application/json\r\n\r\n")
        assert other.get("/00000").status == 200
        listing = json.loads(wire.read_answer().body)
        assert (len(listing["entries"]), listing["complete"]) == (10_000, False)


def test_names_that_are_no_text(serve: Callable[..., Server], tmp_path: Path) -> None:
    (tmp_path / b"\xe4 <b>.txt".decode(errors="surrogateescape")).write_text("latin-1")
    server = serve("./", "--listing", "/", cwd=tmp_path)
    with server.connect() as wire:
        assert b'<a href="%E4%20%3Cb%3E.txt">\xef\xbf\xbd &lt;b&gt;.txt</a>' in wire.get("/").body
        assert wire.get("/%E4%20%3Cb%3E.txt").body == b"latin-1"
