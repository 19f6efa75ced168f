"""The applications of these tests, wrapped by the standard validator where they keep the rules."""

import contextlib
import hashlib
import json
import os
import sys
import tempfile
import threading
import time
from wsgiref.validate import validator

MEBIBYTE = 1 << 20
TEXT = [("Content-Type", "text/plain")]


def sized(size):
    return [*TEXT, ("Content-Length", str(size))]


@validator
def show_environ(environ, start_response):
    shown = {key: repr(value) for key, value in environ.items()}
    shown["file_wrapper"] = environ["wsgi.file_wrapper"].__name__
    page = json.dumps(shown).encode()
    start_response("200 OK", sized(len(page)))
    return [page]


def show_raw(environ, start_response):
    """Without the validator, which hides what it wraps; it changes its environ."""
    shown = {key: repr(value) for key, value in environ.items()}
    environ.clear()
    environ["HTTP_X_LEFT"] = "behind"
    start_response("200 OK", TEXT)
    return [json.dumps(shown).encode()]


# What is done with wsgi.input, by path.
READERS = {
    "/read": lambda body: body.read(),
    "/read-none": lambda body: body.read(None),
    "/read-minus": lambda body: body.read(-1),
    "/read-3": lambda body: [body.read(3), body.read(3), body.read(0), body.read(3)],
    "/read-million": lambda body: list(iter(lambda: body.read(1_000_000), b"")),
    "/readline": lambda body: [body.readline(), body.readline(), body.readline()],
    "/readline-2": lambda body: [body.readline(2), body.readline(2), body.readline(2)],
    "/readlines": lambda body: body.readlines(),
    "/readlines-4": lambda body: [*body.readlines(4), b"|", body.read()],
    "/iterate": lambda body: list(body),
    "/mixed": lambda body: [body.readline(), body.read(2), next(body), body.read(), body.read()],
    "/wrong": lambda body: body.read("3"),
}


def show_input(environ, start_response):
    given = READERS[environ["PATH_INFO"]](environ["wsgi.input"])
    start_response("200 OK", TEXT)
    return [repr(given).encode()]


@validator
def digest(environ, start_response):
    """Reads in parts and holds none of them."""
    body, sha, size = environ["wsgi.input"], hashlib.sha256(), 0
    while part := body.read(100_000):
        sha.update(part)
        size += len(part)
    page = json.dumps([size, sha.hexdigest(), peak_memory_kib()]).encode()
    start_response("200 OK", sized(len(page)))
    return [page]


def peak_memory_kib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def transfer(environ, start_response):
    """Says how much it was sent; /N answers with that many MiB."""
    body, size = environ["wsgi.input"], 0
    while part := body.read(MEBIBYTE):
        size += len(part)
    start_response("200 OK", TEXT)
    if environ["PATH_INFO"] == "/":
        return [b"%d" % size]
    return (b"x" * MEBIBYTE for _ in range(int(environ["PATH_INFO"][1:])))


def echo_pieces(environ, start_response):
    start_response("200 OK", TEXT)
    return iter(lambda: environ["wsgi.input"].read(65536), b"")


def answer_forty(environ, start_response):
    """40 KiB, or what was sent."""
    start_response("200 OK", TEXT)
    return [environ["wsgi.input"].read() or b"x" * 40960]


def keep_input(environ, start_response, kept=[]):  # noqa: B006
    """Reads the input of the request before."""
    start_response("200 OK", TEXT)
    try:
        page = repr(kept[0].read()) if kept else ""
    except ValueError as error:
        page = str(error)
    kept[:] = [environ["wsgi.input"]]
    return [page.encode()]


def leave_reader_behind(environ, start_response):
    """Answers, as /sized says with a length, while a thread of its own waits for the body."""
    body, errors = environ["wsgi.input"], environ["wsgi.errors"]

    def read():
        try:
            errors.write(f"got {body.read()}\n")
        except ValueError as error:
            errors.write(f"the reader was told: {error}\n")

    threading.Thread(target=read).start()
    with contextlib.suppress(RuntimeError):  # somebody else is reading
        while True:
            body.read(0)
            time.sleep(0.01)
    start_response("200 OK", sized(4) if environ["PATH_INFO"] == "/sized" else TEXT)
    return pieces(b"done")


# How a body can be given, by path: (status, headers, result).
def pieces(*parts):
    yield from parts


BODIES = {
    "/list": lambda: (TEXT, [b"one", b"", b"two"]),
    "/tuple": lambda: (TEXT, (b"one", b"two")),
    "/empty-list": lambda: (TEXT, []),
    "/empty-piece": lambda: (TEXT, [b""]),
    "/empty-generator": lambda: (TEXT, pieces()),
    "/generator": lambda: (TEXT, pieces(b"one", b"", b"two")),
    "/sized-generator": lambda: (sized(6), pieces(b"one", b"two")),
    "/large-list": lambda: (TEXT, [b"x" * 1_000_000, b"y" * 1_000_000]),
    "/too-long": lambda: (sized(4), [b"one", b"two", b"three"]),
    "/too-long-generator": lambda: (sized(4), pieces(b"one", b"two", b"three")),
    "/too-short": lambda: (sized(10), [b"one"]),
    "/too-short-generator": lambda: (sized(10), pieces(b"one")),
}


def give_body(environ, start_response):
    headers, result = BODIES[environ["PATH_INFO"]]()
    start_response("200 OK", list(headers))
    return result


@validator
def give_valid_body(environ, start_response):
    return give_body(environ, start_response)


@validator
def give_status(environ, start_response):
    """The status of the path, with a body that some of them cannot have."""
    status = environ["PATH_INFO"][1:]
    if status in ("204", "304"):
        start_response(status + " Fine", [("X-Kind", "bodyless")])
        return []
    start_response(status + " Fine", TEXT)
    return [b"body"]


def give_bodyless_bytes(environ, start_response):
    start_response(environ["PATH_INFO"][1:] + " Nothing", [("Content-Length", "4")])
    return [b"body"]


# What start_response is called with, by path.
CALLS = {
    "/status-number": (200, TEXT),
    "/status-text": ("OK", TEXT),
    "/status-early": ("103 Early Hints", TEXT),
    "/status-late": ("600 Later", TEXT),
    "/status-control": ("200 O\nK", TEXT),
    "/headers-tuple": ("200 OK", ()),
    "/header-list": ("200 OK", [["X-Name", "value"]]),
    "/header-bytes": ("200 OK", [("X-Name", b"value")]),
    "/name-bytes": ("200 OK", [(b"X-Name", "value")]),
    "/name-space": ("200 OK", [("X Name", "value")]),
    "/value-newline": ("200 OK", [("X-Name", "value\r\nX-Forged: 1")]),
    "/value-nul": ("200 OK", [("X-Name", "val\0ue")]),
    "/value-snowman": ("200 OK", [("X-Name", "\u2603")]),
    "/length-text": ("200 OK", [("Content-Length", "ten")]),
    "/length-two": ("200 OK", [("Content-Length", "1"), ("Content-Length", "2")]),
    "/large": ("200 OK", [("X-Name", "x" * 40_000)]),
    "/latin": ("200 Pr\xe9cis", [("X-Name", "caf\xe9"), ("X-Name", "two"), ("X-Empty", "")]),
    "/hop": (
        "200 OK",
        [
            ("Connection", "keep-alive"),
            ("Keep-Alive", "timeout=5"),
            ("Transfer-Encoding", "chunked"),
        ],
    ),
    "/close": ("200 OK", [("Connection", "close")]),
    "/upgrade": ("426 Upgrade Required", [("Upgrade", "HTTP/3")]),
    "/offer": ("200 OK", [("Upgrade", "HTTP/3")]),
}


def call_start_response(environ, start_response):
    start_response(*CALLS[environ["PATH_INFO"]])
    return [b"ok"]


def call_twice(environ, start_response):
    start_response("200 OK", TEXT)
    start_response("200 OK", TEXT)
    return [b"ok"]


def never_call(environ, start_response):
    return [b"ok"]


def replace_head(environ, start_response):
    start_response("200 OK", [("X-First", "1")])
    try:
        raise LookupError("gone")
    except LookupError:
        start_response("410 Gone", [("X-Second", "2")], exc_info=sys.exc_info())
    return [b"replaced"]


def replace_sent_head(environ, start_response):
    write = start_response("200 OK", TEXT)
    write(b"begun")
    try:
        raise LookupError("too late")
    except LookupError:
        start_response("500 Error", TEXT, sys.exc_info())
    return [b"never sent"]


# exc_info that holds nothing to raise, by path.
WRONG_EXC_INFO = {
    "/nothing": (None, None, None),
    "/numbers": (1, 2, 3),
    "/no-type": (None, ValueError("x"), None),
    "/instance": (ValueError("x"), None, None),
    "/plain-type": (int, 3, None),
    "/value": (ValueError, 2, None),
    "/other-value": (ValueError, KeyError("x"), None),
    "/traceback": (ValueError, ValueError("x"), 3),
    "/two": (ValueError, None),
    "/only-type": (ValueError, None, None),
    "/subclass": (LookupError, KeyError("given"), None),
}


def give_wrong_exc_info(environ, start_response):
    """Tells what start_response raises after output has begun."""
    write = start_response("200 OK", TEXT, (None, None, None))
    write(b"begun, ")
    try:
        start_response("500 Error", TEXT, WRONG_EXC_INFO[environ["PATH_INFO"]])
    except Exception as error:
        return [f"{type(error).__name__}: {error}".encode()]
    return [b"nothing"]


@validator
def use_write(environ, start_response):
    write = start_response("200 OK", sized(11))
    write(b"written, ")
    return [b"ok"]


def keep_callables(environ, start_response, kept=[]):  # noqa: B006
    """Calls what the request before was given."""
    problems = []
    for call, arguments in kept:
        try:
            call(*arguments)
        except RuntimeError as error:
            problems.append(str(error))
    write = start_response("200 OK", TEXT)
    kept[:] = [(start_response, ("500 Forged", [])), (write, (b"forged",))]
    return [repr(problems).encode()]


# Failures, by path.
def fail(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/exit":
        sys.exit(7)
    if path == "/interrupt":
        raise KeyboardInterrupt
    if path == "/before":
        raise RuntimeError("before start_response")
    start_response("200 OK", TEXT)
    if path == "/after":
        raise RuntimeError("after start_response")
    if path == "/first":
        return failing_pieces()
    if path == "/second":
        return failing_pieces(b"one")
    if path == "/later":
        return failing_pieces(b"x" * 100_000)
    if path == "/number":
        return [b"one", 2]
    if path == "/none":
        return None
    return [b"fine"]


def failing_pieces(*parts):
    yield from parts
    raise RuntimeError("in the iteration")


class Closing:
    """An iterable that tells the log when it is closed."""

    def __init__(self, parts, errors, name):
        self.parts, self.errors, self.name = iter(parts), errors, name

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.parts)

    def close(self):
        self.errors.write(f"closed {self.name}\n")


def endless():
    while True:
        yield b"x" * 10_000


CLOSINGS = {
    "/all": lambda: pieces(b"one", b"two"),
    "/failing": lambda: failing_pieces(b"one"),
    "/endless": endless,
}


def tell_close(environ, start_response):
    start_response("200 OK", TEXT)
    path = environ["PATH_INFO"]
    name = environ["REQUEST_METHOD"] + path
    return Closing(CLOSINGS[path](), environ["wsgi.errors"], name)


def fail_in_close(environ, start_response):
    start_response("200 OK", TEXT)
    result = Closing([b"fine"], environ["wsgi.errors"], "badly")
    result.close = lambda: 1 / 0
    return result


steps = threading.Semaphore(0)


def step(environ, start_response):
    """/stream gives its next piece when /go was asked for."""
    start_response("200 OK", TEXT)
    if environ["PATH_INFO"] == "/go":
        steps.release()
        return [b"gone"]
    return stepped()


def stepped():
    for number in range(3):
        yield b"piece %d" % number
        steps.acquire()


def finish_early(environ, start_response):
    """The answer is complete before the application is done with it."""
    if environ["PATH_INFO"] == "/go":
        start_response("200 OK", TEXT)
        steps.release()
        return [b"gone"]
    start_response("200 OK", sized(4))
    return wait_after(b"done", environ["wsgi.errors"])


def wait_after(piece, errors):
    yield piece
    steps.acquire()
    errors.write("worked on\n")


def give_file(environ, start_response):
    """The file of the variable FILE, from `offset` on, declared as `length` long."""
    wishes = dict(wish.split("=") for wish in environ["QUERY_STRING"].split("&") if wish)
    file = OPENERS[environ["PATH_INFO"]](os.environ["FILE"])
    file.seek(int(wishes.get("offset", 0)))
    start_response("200 OK", sized(wishes["length"]) if "length" in wishes else TEXT)
    return environ["wsgi.file_wrapper"](file, 1000)


def open_compressed(path):
    import gzip

    packed = tempfile.NamedTemporaryFile()  # noqa: SIM115
    with open(path, "rb") as file, gzip.open(packed.name, "wb") as into:
        into.write(file.read())
    return gzip.open(packed.name, "rb")


def open_in_memory(path):
    import io

    with open(path, "rb") as file:
        return io.BytesIO(file.read())


OPENERS = {
    "/plain": lambda path: open(path, "rb"),  # noqa: SIM115
    "/unbuffered": lambda path: open(path, "rb", buffering=0),  # noqa: SIM115
    "/compressed": open_compressed,
    "/memory": open_in_memory,
}


def native_string(environ, start_response):
    start_response("200 OK", TEXT)
    return {
        "/str": "na\xefve \u2603",
        "/bytes": b"plain",
        "/list": ["na\xefve ", "\u2603"],
        "/generator": pieces("na\xefve ", "\u2603"),
        "/surrogate": "\ud800",
    }[environ["PATH_INFO"]]


@validator
def write_errors(environ, start_response):
    errors = environ["wsgi.errors"]
    errors.write("first ")
    errors.write("line\nsecond line\nun")
    errors.writelines(["finished ", "\x1b[31m", "\u2603"])
    errors.flush()
    errors.write("never flushed")
    start_response("200 OK", sized(2))
    return [b"ok"]


barrier = threading.Barrier(3, timeout=20)


def meet(environ, start_response):
    """Answers when three requests are in it at the same time."""
    barrier.wait()
    start_response("200 OK", TEXT)
    return [threading.current_thread().name.encode()]


class Site:
    @staticmethod
    def application(environ, start_response):
        start_response("200 OK", TEXT)
        return [b"nested"]


def make_site():
    return Site.application


def make_with_argument(name):
    return Site.application


number = 7
