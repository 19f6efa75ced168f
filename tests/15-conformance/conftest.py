"""Servers of apps.py that lose patience soon."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from server import Server

HERE = Path(__file__).resolve().parent
IMPATIENT = ("--header-timeout", "1s", "--body-timeout", "1s", "--idle-timeout", "1s")


@pytest.fixture(scope="module")
def start(serve_module: Callable[..., Server]) -> Callable[..., Server]:
    """start(name, *options): serves apps:name by one worker."""

    def start_one(name: str, *options: str) -> Server:
        return serve_module(f"apps:{name}", "--workers", "1", *options, cwd=HERE)

    return start_one


@pytest.fixture(scope="module")
def start_impatient(start: Callable[..., Server]) -> Callable[..., Server]:
    """start_impatient(*options): a server that answers what is not finished with a 408."""
    return lambda *options: start("tell", *IMPATIENT, *options)
