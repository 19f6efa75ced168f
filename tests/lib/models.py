"""The values of --model, and what they can do."""

import subprocess
from pathlib import Path

import pytest

from server import binary


def is_refused(model: str) -> bool:
    """By the system, not by us: test_models.py looks at what is said then."""
    command = [binary(), "check", Path(__file__).parent, "--model", model]
    return subprocess.run(command, capture_output=True, check=False).returncode == 2


# Containers may forbid io_uring.
URING = () if is_refused("uring") else ("uring",)

# Any number of connections at a time.
MANY = ("pool", "spin", "select", "poll", "epoll-lt", "epoll-et", *URING, "coroutine")
SEVERAL = ("fork", "prefork", "thread", *MANY)
MODELS = ("serial", *SEVERAL)

# One for each way of dividing the connections between threads and processes.
CREWS = ("coroutine", "fork", "prefork", "thread", "pool")

# For tests of what is the same in all of them.
any_model = pytest.mark.parametrize("model", ["coroutine"], indirect=True, scope="module")
# For tests that need several connections at once, or a great many.
several_connections = pytest.mark.parametrize("model", SEVERAL, indirect=True, scope="module")
many_connections = pytest.mark.parametrize("model", MANY, indirect=True, scope="module")
