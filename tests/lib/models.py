"""The values of --model, and what they can do."""

import pytest

# Any number of connections at a time.
MANY = ("spin", "select", "poll", "epoll-lt", "epoll-et", "uring", "coroutine")
SEVERAL = ("thread", *MANY)
MODELS = ("serial", *SEVERAL)

# For tests that need several connections at once, or a great many.
several_connections = pytest.mark.parametrize("model", SEVERAL, indirect=True, scope="module")
many_connections = pytest.mark.parametrize("model", MANY, indirect=True, scope="module")
