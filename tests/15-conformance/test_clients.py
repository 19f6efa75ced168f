"""Clients of other people: they keep connections, upload in chunks, wait for 100, resume."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import aiohttp
import httpx
import pytest
import requests

from server import Server

SECONDS_MAX = 20
LARGE = bytes(range(256)) * 4096
PARTS = (b"one, ", b"two, ", b"three " * 10_000)


@pytest.fixture(scope="module")
def site(start: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory) -> Server:
    folder = tmp_path_factory.mktemp("files")
    (folder / "large.bin").write_bytes(LARGE)
    (folder / "page.html").write_text("plain")
    (folder / "page.html.gz").write_bytes(gzip.compress(b"compressed", mtime=0))
    return start("choose", "--static", f"/files={folder}")


@pytest.fixture
def curl(site: Server, tmp_path: Path) -> Callable[..., str]:
    """curl(*arguments, path): its output; `trace` has what it did."""

    def run(*arguments: str) -> str:
        command = ["curl", "--silent", "--show-error", "--fail", "--max-time", str(SECONDS_MAX)]
        command += [argument.replace("SITE", site.url) for argument in arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
        return done.stdout.decode("latin-1")

    return run


def parts() -> Iterator[bytes]:
    yield from PARTS


def test_curl_keeps_its_connection(curl: Callable[..., str]) -> None:
    told = curl("SITE/tell", "SITE/files/page.html", "SITE/none", "SITE/tell",
                "--write-out", "<%{num_connects}>")  # fmt: skip
    assert [told.count(f"<{number}>") for number in (0, 1)] == [3, 1]


def test_curl_waits_for_100(curl: Callable[..., str], tmp_path: Path) -> None:
    """Before it sends more than a mebibyte."""
    (tmp_path / "upload").write_bytes(2 * LARGE)
    for framing in (), ("--header", "Transfer-Encoding: chunked"):
        curl("SITE/stream", "--request", "PUT", "--data-binary", "@upload", "--output", "back",
             "--dump-header", "heads", "--header", "Expect: 100-continue", *framing)  # fmt: skip
        assert (tmp_path / "back").read_bytes() == 2 * LARGE
        assert (tmp_path / "heads").read_text().startswith("HTTP/1.1 100 Continue")


def test_curl_asks_for_ranges_and_resumes(curl: Callable[..., str], tmp_path: Path) -> None:
    assert curl("SITE/files/large.bin", "--range", "256-511").encode("latin-1") == LARGE[:256]
    (tmp_path / "large").write_bytes(LARGE[:100_000])
    curl("SITE/files/large.bin", "--continue-at", "-", "--output", "large")
    assert (tmp_path / "large").read_bytes() == LARGE


def test_curl_unpacks(curl: Callable[..., str]) -> None:
    assert curl("SITE/files/page.html") == "plain"
    assert curl("SITE/files/page.html", "--compressed") == "compressed"


def test_http_client(site: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=SECONDS_MAX)
    for _ in range(2):
        connection.request("PUT", "/stream", body=parts())  # in chunks, as the length is not known
        assert connection.getresponse().read() == b"".join(PARTS)
        line = connection.sock
        connection.request("HEAD", "/files/large.bin")
        answer = connection.getresponse()
        assert (answer.read(), answer.headers["Content-Length"]) == (b"", str(len(LARGE)))
        assert connection.sock is line
    connection.close()


def test_requests(site: Server) -> None:
    with requests.Session() as session:
        for _ in range(2):
            answer = session.put(f"{site.url}/stream", data=parts(), timeout=SECONDS_MAX)
            assert answer.content == b"".join(PARTS)
            answer = session.get(f"{site.url}/files/page.html", timeout=SECONDS_MAX)
            assert answer.text == "compressed"


def test_httpx(site: Server) -> None:
    with httpx.Client(base_url=site.url, timeout=SECONDS_MAX) as client:
        for _ in range(2):
            assert client.put("/stream", content=parts()).content == b"".join(PARTS)
            assert client.get("/files/page.html").text == "compressed"
            assert client.get("/files/large.bin").content == LARGE


def test_aiohttp(site: Server) -> None:
    """Twenty at once."""

    async def parts_later() -> AsyncIterator[bytes]:
        for part in PARTS:
            await asyncio.sleep(0)
            yield part

    async def ask(session: aiohttp.ClientSession) -> None:
        async with session.put("/stream", data=parts_later(), expect100=True) as answer:
            assert await answer.read() == b"".join(PARTS)
        async with session.get("/files/page.html") as answer:
            assert await answer.text() == "compressed"

    async def ask_all() -> None:
        timeout = aiohttp.ClientTimeout(SECONDS_MAX)
        async with aiohttp.ClientSession(site.url, timeout=timeout) as session:
            await asyncio.gather(*(ask(session) for _ in range(20)))

    asyncio.run(ask_all())
