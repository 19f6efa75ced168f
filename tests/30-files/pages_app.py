"""An application with errors of its own, and one that ends its worker."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable


def application(
    environ: dict[str, object], start_response: Callable[..., object]
) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/die":
        os._exit(1)
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"the application's own"]
