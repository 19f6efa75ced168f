"""What the tests of the example sites share: a copy of a site, a picture, a browser."""

from __future__ import annotations

import fcntl
import json
import shutil
import struct
import subprocess
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent.parent / "examples"
CHROMIUM = "/usr/bin/chromium"
BROWSER_SECONDS_MAX = 120


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class KeepRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object) -> None:
        return None


def fetch(url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    """One request; an answer of 300 or more is an answer too, not an exception."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, body, names, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), KeepRedirects)
    try:
        response = opener.open(request, timeout=20)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        lower = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, lower, response.read())


@pytest.fixture(name="fetch")
def fetch_fixture() -> Callable[..., Answer]:
    return fetch


@pytest.fixture
def copy_site(tmp_path: Path) -> Callable[[str], Path]:
    """Copies an example, without what it wrote while somebody tried it out, and gives the path."""

    def copy(name: str) -> Path:
        left_out = ["instance", "__pycache__", "staticfiles", "db.sqlite3*", ".secret_key"]
        site = tmp_path / name
        shutil.copytree(EXAMPLES / name, site, ignore=shutil.ignore_patterns(*left_out))
        if (site / "media").exists():
            shutil.rmtree(site / "media")
            (site / "media").mkdir()
        return site

    return copy


def png(width: int, height: int) -> bytes:
    """A picture: red runs to the right, green runs down."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    rows = b"".join(
        b"\0" + b"".join(bytes((x * 255 // width, y * 255 // height, 128)) for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A PNG of 120 by 180 pixels whose name wants to be escaped."""
    path = tmp_path / "my <holiday> & picture.png"
    path.write_bytes(png(120, 180))
    return path


@pytest.fixture
def no_picture(tmp_path: Path) -> Path:
    """A text file that claims to be a PNG."""
    path = tmp_path / "no-picture.png"
    path.write_text("<script>window.attacked = true</script>")
    return path


@pytest.fixture(scope="session")
def node_modules() -> None:
    """Installs what package-lock.json names, if it has not been done yet."""
    for program in ("node", "npm", CHROMIUM):
        if shutil.which(program) is None:
            pytest.fail(f"{program} is missing: install the packages in tests/packages.txt")
    lock = HERE / "package-lock.json"
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # several pytest processes install once
        installed = HERE / "node_modules" / ".package-lock.json"
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True)


@pytest.fixture
def browse(node_modules: None, tmp_path: Path) -> Callable[..., dict]:
    """Runs a scenario (a .mjs file beside this one) against a server and gives what it saw."""

    def run(scenario: str, url: str, **arguments: object) -> dict:
        screenshot = str(tmp_path / "failure.png")
        facts = {"url": url, "chromium": CHROMIUM, "screenshot": screenshot, **arguments}
        done = subprocess.run(
            ["node", str(HERE / scenario), json.dumps(facts, default=str)],
            capture_output=True,
            text=True,
            timeout=BROWSER_SECONDS_MAX,
        )
        if done.returncode != 0:
            pytest.fail(f"{scenario} failed (screenshot: {screenshot})\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout.splitlines()[-1])

    return run
