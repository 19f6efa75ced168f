"""Nothing outside the folder is served, and nothing in it that is hidden or no file."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from server import Server
from wire import Wire


@pytest.fixture(scope="module")
def traps(folder: Path) -> Path:
    (folder / ".env").write_text("secret")
    (folder / ".git").mkdir()
    (folder / ".git/config").write_text("secret")
    (folder / "sub/.hidden").write_text("secret")
    (folder / "link-out").symlink_to(folder.parent / "secret.txt")
    (folder / "folder-out").symlink_to(folder.parent)
    (folder / "relative-out").symlink_to("../secret.txt")
    (folder / "etc").symlink_to("/etc")
    (folder / "self").symlink_to("/proc/self")
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "fifo")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(folder / "socket"))
    (folder / "env-link").symlink_to(".env")
    (folder / "git-link").symlink_to(".git")
    (folder / "sub/link").symlink_to("../git-link/config")
    (folder / "link-in").symlink_to("sub/file.txt")
    for name in ("file.txt~", "#file.txt#", "file.txt.bak", "file.txt.ORIG", "file.swp",
                 "coachwhip.toml", ".htaccess", ".env.local"):  # fmt: skip
        (folder / name).write_text("secret")
    for name in ("__pycache__", "CVS", ".svn", ".hg", "sub/.well-known"):
        (folder / name).mkdir()
        (folder / name / "file").write_text("secret")
    return folder


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/sub/../../secret.txt", "/%2e%2e/secret.txt", "/%2E./secret.txt",
     "/sub/%2e%2e/%2e%2e/secret.txt", "/..%2fsecret.txt", "/sub%2f..%2f..%2fsecret.txt",
     "/%252e%252e/secret.txt", "/..%5csecret.txt", "/..;/secret.txt", "/%c0%ae%c0%ae/secret.txt",
     "/%c0%af../secret.txt", "/.../secret.txt", "/....//secret.txt", "//../secret.txt",
     "/../public-not/secret.txt", "/sub/../../public-not/secret.txt", "/%2e%2e%2fpublic-not/",
     "/./../secret.txt", "/%2fetc/passwd", "//etc/passwd", "///etc/passwd", "/etc/passwd",
     "/self/environ", "/link-out", "/folder-out/secret.txt", "/folder-out/", "/relative-out",
     "/loop", "/.env", "/.git/config", "/%2egit/config", "/sub/.hidden", "/.git/", "/.",
     "/env-link", "/git-link/config", "/git-link", "/git-link/", "/sub/link",
     "/fifo", "/socket", "/file.txt/", "/file.txt/more", "/file.txt%20", "/file.txt.", "/FILE.TXT",
     "/file.txt%00", "/file.txt%0a", "/" + "a" * 300, "/" + "a/" * 2000, "/" + "../" * 1000 + "etc",
     "/none", "/sub/none",
     "/file.txt~", "/file.txt%7E", "/%23file.txt%23", "/file.txt.bak", "/file.txt.ORIG",
     "/file.swp", "/coachwhip.toml", "/CoachWhip.toml", "/coachwhip.toml.", "/coachwhip.toml%20",
     "/.htaccess", "/.env.local", "/__pycache__/file", "/CVS/file", "/.svn/file", "/.hg/file",
     "/sub/.well-known/file", "/.well-known/../.env", "/.well-known/%2e%2e/.git/config",
     "/%e0%80%ae%e0%80%ae/secret.txt", "/%f0%80%80%ae%f0%80%80%ae/secret.txt",
     "/%ef%bc%8e%ef%bc%8e/secret.txt", "/%25%32%65%25%32%65/secret.txt",
     "/%u002e%u002e/secret.txt",
     "/..%00/secret.txt", "/%00../secret.txt", "/secret.txt%00.html", "/..%0d%0a/secret.txt",
     "/..;x=1/secret.txt", "/sub;x/../../secret.txt", "/file.txt;param", "/file.txt::$DATA",
     "/file.txt...", "/file.txt%20%20", "/file.txt%2e", "/.env.", "/.env%20", "/.ENV",
     "/.Git/config", "/C:/Windows/win.ini", "/%5c..%5c..%5csecret.txt", "/..%255c..%255csecret.txt",
     "/sub/..;/..;/secret.txt", "/./.././secret.txt", "/%2f%2e%2e%2fsecret.txt",
     "/" + "%2e%2e/" * 1000 + "secret.txt", "/" + "a/" * 4000, "/" + "%61" * 2600,
     "/" + "x" * 255 + "/" + "y" * 256, "/sub/" + "../sub/" * 1100 + "../../secret.txt"],
)  # fmt: skip
def test_not_served(traps: Path, wire: Wire, path: str) -> None:
    for target in (path, path + "?x=1"):
        wire.send(f"GET {target} HTTP/1.1\r\nHost: test\r\n\r\n")
        answer = wire.read_answer()
        assert b"secret" not in answer.body
        assert b"root:" not in answer.body
        assert str(traps).encode() not in answer.body
        if answer.status == 308:  # the dots led to a folder in it
            assert answer.header("Location").startswith("/")
            assert not answer.header("Location").startswith("//")
            return
        # The dots may lead to the folder itself, never above it.
        assert answer.status in (400, 403, 404) or answer.body == b"the index"
        if answer.status == 400:
            return


def test_a_raw_backslash_is_refused(wire: Wire) -> None:
    wire.send("GET /..\\secret.txt HTTP/1.1\r\nHost: test\r\n\r\n")
    assert wire.read_answer().status == 400


def test_links_that_stay_inside_are_followed(traps: Path, wire: Wire) -> None:
    assert wire.get("/link-in").body == b"below"


def test_well_known_is_not_hidden(wire: Wire, folder: Path) -> None:
    (folder / ".well-known").mkdir()
    (folder / ".well-known/security.txt").write_text("mail us")
    assert wire.get("/.well-known/security.txt").body == b"mail us"


def test_redirects_stay_on_the_site(wire: Wire, folder: Path) -> None:
    for path in ("//test.example/%2e%2e/sub", "/%2f/sub", "/%5c/%2e%2e/sub", "//sub"):
        answer = wire.get(path)
        location = answer.header("Location") or "/"
        assert location.startswith("/")
        assert location[1:2] not in ("/", "\\")


def test_dots_within_the_folder_are_resolved(wire: Wire) -> None:
    assert wire.get("/sub/../file.txt").status == 200
    assert wire.get("/./sub/%2e/file.txt").body == b"below"


def test_a_mount_does_not_cover_its_neighbours(
    serve: Callable[..., Server], folder: Path, traps: Path
) -> None:
    server = serve("--static", f"/a={folder / 'sub'}", "--static", f"/b={folder}")
    with server.connect() as wire:
        assert wire.get("/a/../b/file.txt").status == 200  # another mount, by its own name
        assert wire.get("/a/%2e%2e/%2e%2e/secret.txt").status == 404
        assert wire.get("/a/..%2ffile.txt").status == 404
