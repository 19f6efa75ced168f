"""The application of these tests: it does what the path says."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

TEXT = ("Content-Type", "text/plain")
gate = threading.Semaphore(0)


def app(environ: dict[str, Any], start_response: Any) -> Any:
    path = environ["PATH_INFO"]
    answer = ANSWERS.get(path)
    if answer is not None:
        start_response("200 OK", [TEXT])
        return answer(environ)
    return start_sized(environ, start_response)


def start_sized(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """/size/N answers with N bytes, /number/N with N."""
    _, kind, number = environ["PATH_INFO"].split("/")
    body = number.encode() if kind == "number" else b"x" * int(number)
    start_response("200 OK", [TEXT, ("Content-Length", str(len(body)))])
    return [body]


def echo(environ: dict[str, Any]) -> list[bytes]:
    return [environ["REQUEST_METHOD"].encode(), b" ", environ["wsgi.input"].read()]


def stream(environ: dict[str, Any]) -> Iterator[bytes]:
    yield b"one"
    yield b"two"


def hint(environ: dict[str, Any]) -> Iterator[bytes]:
    environ["wsgi.early_hints"]([("Link", "</one>")])
    environ["wsgi.early_hints"]([("Link", "</two>")])
    yield environ["wsgi.input"].read() or b"hinted"


def stream_much(environ: dict[str, Any]) -> Iterator[bytes]:
    for _ in range(100):
        yield b"x" * 10_000


def sleep(environ: dict[str, Any]) -> list[bytes]:
    time.sleep(0.2)
    return [b"slept"]


def wait(environ: dict[str, Any]) -> list[bytes]:
    gate.acquire()
    return [b"waited"]


def release(environ: dict[str, Any]) -> list[bytes]:
    gate.release()
    return [b"released"]


def show_host(environ: dict[str, Any]) -> list[bytes]:
    return [f"{environ.get('HTTP_HOST')} {environ['QUERY_STRING']}".encode()]


def show_client(environ: dict[str, Any]) -> list[bytes]:
    names = ("REMOTE_ADDR", "REMOTE_PORT", "HTTP_X_FORWARDED_FOR")
    return [" ".join(environ.get(name, "-") for name in names).encode()]


ANSWERS = {
    "/hello": lambda environ: [b"hello"],
    "/ignore": lambda environ: [b"ignored"],
    "/echo": echo,
    "/stream": stream,
    "/stream-much": stream_much,
    "/hint": hint,
    "/sleep": sleep,
    "/wait": wait,
    "/release": release,
    "/host": show_host,
    "/client": show_client,
}
