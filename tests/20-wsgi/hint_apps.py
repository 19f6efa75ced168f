"""Applications that say something before their answer."""

import threading
from wsgiref.validate import validator

TEXT = [("Content-Type", "text/plain")]
steps = threading.Semaphore(0)

STYLE = ("Link", "</style.css>; rel=preload; as=style")

# What wsgi.early_hints is called with, by path.
HINTS = {
    "/none": [],
    "/own": [("Content-Length", "7"), STYLE, ("Connection", "close"), ("Transfer-Encoding", "x")],
    "/tuple": (STYLE,),
    "/number": 7,
    "/name": [("X Name", "value")],
    "/value": [STYLE, ("X-Name", "value\r\nX-Forged: 1")],
    "/large": [("X-Name", "x" * 40_000)],
    "/much": [("X-Name", "x" * 30_000)],
}


@validator
def give_hints(environ, start_response):
    environ["wsgi.early_hints"](HINTS[environ["PATH_INFO"]])
    start_response("200 OK", TEXT)
    return [b"answer"]


def give_many_hints(environ, start_response):
    """More than can be on the way at once."""
    for number in range(20):
        environ["wsgi.early_hints"]([("X-Number", str(number)), *HINTS["/much"]])
    start_response("200 OK", TEXT)
    return [environ["wsgi.input"].read() or b"answer"]


def hint_and_wait(environ, start_response):
    """/go lets the other request go on after its hints."""
    if environ["PATH_INFO"] == "/go":
        steps.release()
    else:
        environ["wsgi.early_hints"]([STYLE])
        steps.acquire()
    start_response("200 OK", TEXT)
    return [b"answer"]


def hint_too_late(environ, start_response, kept=[]):  # noqa: B006
    """In the middle of the answer, and behind that of the request before."""
    hint = environ["wsgi.early_hints"]
    start_response("200 OK", TEXT)
    hint([STYLE])
    yield b"begun "
    hint([STYLE])
    try:
        yield repr([call([STYLE]) for call in kept]).encode()
    except RuntimeError as error:
        yield str(error).encode()
    kept[:] = [hint]
