"""For how long an answer may be kept (RFC 9111 section 5.2.2, RFC 8246)."""

from __future__ import annotations

from pathlib import Path

import pytest

from wire import Wire

FOREVER = "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "name",
    ["app.3f2a9c1b.js", "app-BzA1kQ2x.js", "app-KQ4DV2XJ.js", "base.27e20196a850.css",
     "app.3f2a9c1b.js.map"],
)  # fmt: skip
def test_fingerprinted_names_are_kept(wire: Wire, folder: Path, name: str) -> None:
    (folder / name).write_text("0123456789")
    whole = wire.get(f"/{name}")
    assert (whole.status, whole.header("Cache-Control")) == (200, FOREVER)
    unchanged = f"If-None-Match: {whole.header('ETag')}"
    for field, status in ((unchanged, 304), ("Range: bytes=0-1", 206)):
        answer = wire.get(f"/{name}", field)
        assert (answer.status, answer.header("Cache-Control")) == (status, FOREVER)


def test_what_is_not_found_is_not_kept(wire: Wire) -> None:
    answer = wire.get("/none.3f2a9c1b.js")
    assert (answer.status, answer.header("Cache-Control")) == (404, None)


@pytest.mark.parametrize(
    "name",
    ["report-20261121.pdf", "jquery-3.7.1.min.js", "app.js", "3f2a9c1b.js", "photo-iPhone12Pro.jpg",
     "photo-IMG20261121.jpg", "notes-december2026.html", "backup-20261121T101500Z.tar",
     "cafe-deadbeef.png", "README-QUARTER3.md"],
)  # fmt: skip
def test_other_names_are_asked_for_again(wire: Wire, folder: Path, name: str) -> None:
    (folder / name).write_text("x")
    answer = wire.get(f"/{name}")
    assert (answer.status, answer.header("Cache-Control")) == (200, None)
    assert answer.header("ETag")
    assert answer.header("X-Content-Type-Options") == "nosniff"


def test_the_encoded_form_is_kept_too(wire: Wire, folder: Path) -> None:
    (folder / "encoded.3f2a9c1b.js").write_text("plain")
    (folder / "encoded.3f2a9c1b.js.gz").write_bytes(b"encoded")
    answer = wire.get("/encoded.3f2a9c1b.js", "Accept-Encoding: gzip")
    assert answer.header("Content-Encoding") == "gzip"
    assert answer.header("Cache-Control") == FOREVER
