"""Servers of the applications in apps.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from server import Server

HERE = Path(__file__).resolve().parent


@pytest.fixture
def serve_app(serve: Callable[..., Server]) -> Callable[..., Server]:
    """serve_app("name", *options): serves apps:name by one worker with one thread."""

    def start(name: str, *options: str, env: dict[str, str] | None = None) -> Server:
        return serve(
            f"apps:{name}", "--workers", "1", "--threads", "1", *options, cwd=HERE, env=env
        )

    return start
