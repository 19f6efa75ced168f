"""Uploaded pictures: recognised by their content, kept under a random name.

Neither the name nor the type that the visitor's browser claims is used for anything. SVG is not
accepted: it may hold scripts.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from flask import current_app

NAME = re.compile(r"[0-9a-f]{32}\.(png|jpg|gif|webp)")


def recognise(data: bytes) -> str | None:
    """The file name extension of a picture, told by its first and last bytes; None for the rest."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and b"IEND" in data[-12:]:
        return "png"
    if data.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in data[-64:]:
        return "jpg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    return None


def store(data: bytes, extension: str) -> str:
    """Write the picture and return the name under which it can be fetched."""
    name = f"{secrets.token_hex(16)}.{extension}"
    (Path(current_app.config["PICTURES"]) / name).write_bytes(data)
    return name
