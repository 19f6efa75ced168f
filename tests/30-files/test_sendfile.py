"""Files that applications name, in X-Accel-Redirect or X-Sendfile, and the server sends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from server import Server, wait_until
from wire import Answer, Wire

HERE = Path(__file__).resolve().parent
CONTENT = b"0123456789" * 10
LARGE = bytes(range(256)) * 4096


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files") / "private"
    folder.mkdir()
    (folder / "file.txt").write_bytes(CONTENT)
    (folder / "large.bin").write_bytes(LARGE)
    (folder / ".env").write_text("secret")
    (folder.parent / "secret.txt").write_text("secret")
    (folder / "out").symlink_to(folder.parent / "secret.txt")
    (folder / "ä%20 b.txt").write_text("odd")
    return folder


@pytest.fixture(scope="module")
def site(serve_module: Callable[..., Server], private: Path) -> Server:
    mounts = [
        f"--mount=/{name}=sendfile_apps:{name}" for name in ("flask_app", "django_app", "large")
    ]
    return serve_module(
        "sendfile_apps:named", *mounts, "--sendfile-root", f"/protected={private}",
        "--workers", 1, "--threads", 2, cwd=HERE, env={"PRIVATE": str(private)},
    )  # fmt: skip


def name(wire: Wire, header: str, value: object, *fields: str, status: str = "") -> Answer:
    query = f"header={header}&value={quote(str(value))}" + (f"&status={status}" if status else "")
    return wire.get(f"/?{query}", *fields)


@pytest.mark.parametrize(("file", "content"), [("file.txt", CONTENT), ("large.bin", LARGE)])
def test_both_ways(wire: Wire, private: Path, file: str, content: bytes) -> None:
    for header, value in (
        ("X-Accel-Redirect", f"/protected/{file}"),
        ("X-Sendfile", private / file),
    ):
        answer = name(wire, header, value)
        assert (answer.status, answer.body) == (200, content)
        assert answer.header(header) is None
        assert answer.header("Content-Length") == str(len(content))
        part = name(wire, header, value, "Range: bytes=3-7")
        assert (part.status, part.body) == (206, content[3:8])
        same = name(wire, header, value, f"If-None-Match: {answer.header('ETag')}")
        assert (same.status, same.body) == (304, b"")


def test_names_in_any_encoding(wire: Wire, private: Path) -> None:
    redirected = name(wire, "X-Accel-Redirect", "/protected/" + quote("ä%20 b.txt"))
    assert redirected.body == b"odd"
    sent = wire.get(f"/?header=X-Sendfile&value={quote(str(private / 'ä%20 b.txt'))}")
    assert sent.body == b"odd"


@pytest.mark.parametrize(
    ("value", "status"),
    [("/protected/none", 404), ("/protected/.env", 404), ("/protected/out", 404),
     ("/protected/", 404), ("/protected/../secret.txt", 500), ("/etc/passwd", 500),
     ("/protected", 500), ("", 500)],
)  # fmt: skip
def test_a_wrong_name_is_logged(site: Server, wire: Wire, value: str, status: int) -> None:
    answer = (
        name(wire, "X-Accel-Redirect", value)
        if value
        else wire.get("/?header=X-Accel-Redirect&value=%20")
    )
    assert answer.status == status
    assert b"secret" not in answer.body
    request_id = answer.text.split("Request id: ")[1].strip()
    assert site.wait_log(f"request {request_id}: the application named the file '{value}'")


def test_the_applications_own_body_is_dropped(wire: Wire) -> None:
    for _ in range(20):
        answer = wire.get("/large")
        assert (answer.status, answer.body) == (200, CONTENT)


def test_flask(wire: Wire) -> None:
    answer = wire.get("/flask_app/file.txt")
    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.header("X-Sendfile") is None
    assert answer.header("Content-Disposition") == "attachment; filename=report.txt"
    assert answer.header("Content-Type") == "text/plain; charset=utf-8"
    tag = answer.header("ETag")
    assert wire.get("/flask_app/file.txt", f"If-None-Match: {tag}").status == 304
    for fields in (["Range: bytes=5-9"], ["Range: bytes=5-9", f"If-Range: {tag}"]):
        part = wire.get("/flask_app/file.txt", *fields)
        assert (part.status, part.body) == (206, b"56789")
        assert part.header("Content-Range") == "bytes 5-9/100"
    head = wire.ask("HEAD", "/flask_app/file.txt")
    assert (head.status, head.header("Content-Length")) == (200, "100")


def test_django(wire: Wire) -> None:
    answer = wire.get("/django_app?name=file.txt")
    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.header("X-Accel-Redirect") is None
    assert answer.header("Content-Type") == "text/plain; charset=utf-8"
    assert answer.header("Content-Disposition") == "attachment"
    assert answer.header("Set-Cookie").startswith("seen=1")


def test_a_replaced_file_is_seen(wire: Wire, private: Path) -> None:
    (private / "changing").write_text("old")
    assert name(wire, "X-Accel-Redirect", "/protected/changing").body == b"old"
    (private / "new").write_text("newer")
    (private / "new").replace(private / "changing")
    wait_until(
        lambda: name(wire, "X-Accel-Redirect", "/protected/changing").body == b"newer", "the new"
    )


def test_without_the_option_the_field_is_any_field(
    serve: Callable[..., Server], private: Path
) -> None:
    """There may be a server in front that it is meant for."""
    server = serve("sendfile_apps:named", "--workers", 1, cwd=HERE, env={"PRIVATE": str(private)})
    with server.connect() as wire:
        answer = name(wire, "X-Accel-Redirect", "/protected/file.txt")
        assert answer.header("X-Accel-Redirect") == "/protected/file.txt"
        assert answer.body == b"the application's body"
