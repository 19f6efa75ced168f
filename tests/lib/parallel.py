"""How pytest-xdist shares out the tests: a file to one process, or of it one model's tests."""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling

from models import MODELS

# In "tests/…/test_x.py::test_y[epoll-et-/path]".
MODEL = re.compile(rf"[\[-]({'|'.join(MODELS)})[\]-]")


class ByServer(LoadScopeScheduling):
    """What shares a server stays together."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        model = MODEL.search(test)
        return f"{file} {model[1]}" if model else file
