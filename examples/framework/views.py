"""The pages of the site: each view takes a request and returns a response."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from framework import Request, Response, render


def index(request: Request) -> Response:
    return render(request, "index.html", "A site in four files")


def ctime(request: Request) -> Response:
    """The time of the server; `?timezone=e8` gives the time eight hours east of Greenwich."""
    name = request.argument("timezone")
    if not name:
        place, now = "where the server stands", datetime.now()
    elif (hours := hours_east(name)) is not None:
        place, now = f"at UTC{hours:+d}", datetime.now(timezone(timedelta(hours=hours)))
    else:
        return render(request, "timezone.html", "Unknown time zone", 400, name=name)
    return render(request, "ctime.html", "What time is it?", time=now.ctime(), place=place)


def hours_east(name: str) -> int | None:
    """ "e8" is 8, "w5" is -5, anything else is no time zone."""
    match = re.fullmatch(r"([ew])([0-9]{1,2})", name.lower())
    if match is None or int(match[2]) > (14 if match[1] == "e" else 12):
        return None
    return int(match[2]) if match[1] == "e" else -int(match[2])


def say_hello(request: Request) -> Response:
    return render(request, "sayhello.html", "Hello", name=request.argument("name") or "world")


def say_haha(request: Request) -> Response:
    return render(request, "sayhaha.html", "Haha")


def not_found(request: Request) -> Response:
    return render(request, "404.html", "Not found", 404, path=request.path)
