"""The entries, in SQLite by the standard library: one connection for each request that needs it."""

from __future__ import annotations

import os
import secrets
import sqlite3
import tempfile
from contextlib import closing, suppress
from datetime import datetime, timezone
from pathlib import Path

from flask import current_app, g

TABLES = """
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    message TEXT NOT NULL,
    picture TEXT,
    alt TEXT NOT NULL DEFAULT '',
    written_at TEXT NOT NULL
);
"""


def create_tables(path: Path) -> None:
    # Several workers start at once: SQLite lets one in and the others wait.
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.executescript(TABLES)


def connection() -> sqlite3.Connection:
    """The connection of this request; `close` is called when the request ends."""
    if "connection" not in g:
        g.connection = sqlite3.connect(current_app.config["DATABASE"], timeout=30)
        g.connection.row_factory = sqlite3.Row
    return g.connection


def close(_error: BaseException | None) -> None:
    opened = g.pop("connection", None)
    if opened is not None:
        opened.close()


def add(name: str, message: str, picture: str | None, alt: str) -> None:
    with connection() as transaction:
        transaction.execute(
            "INSERT INTO entry (name, message, picture, alt, written_at) VALUES (?, ?, ?, ?, ?)",
            (name, message, picture, alt, datetime.now(timezone.utc).isoformat("T", "seconds")),
        )


def newest(limit: int, before: int | None = None) -> tuple[list[dict], bool]:
    """The newest entries (those older than the entry `before`), and whether there are more."""
    rows = connection().execute(
        "SELECT * FROM entry WHERE ? IS NULL OR id < ? ORDER BY id DESC LIMIT ?",
        (before, before, limit + 1),
    )
    entries = [dict(row) for row in rows]
    for entry in entries:
        entry["written_at"] = datetime.fromisoformat(entry["written_at"])
    return entries[:limit], len(entries) > limit


def ensure_secret_key(path: Path) -> str:
    """The key that signs cookies: made at the first start, the same for all workers."""
    if not path.exists():
        # Written beside and then linked: a worker that starts meanwhile finds all of it or nothing.
        with tempfile.NamedTemporaryFile("w", dir=path.parent) as file:
            file.write(secrets.token_hex(32))
            file.flush()
            with suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text()
