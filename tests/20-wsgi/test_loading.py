"""Targets: what is found, and what is said of what is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


@pytest.mark.parametrize("target", ["apps:Site.application", "apps:make_site()"])
def test_found(serve, target):
    server = serve(target, cwd=HERE)
    with server.connect() as wire:
        assert wire.get().body == b"nested"


@pytest.mark.parametrize("name", ["application", "app"])
def test_default_names(serve, tmp_path, name):
    (tmp_path / "site_module.py").write_text(f"from apps import Site\n{name} = Site.application\n")
    (tmp_path / "apps.py").symlink_to(HERE / "apps.py")
    server = serve("site_module", cwd=tmp_path)
    with server.connect() as wire:
        assert wire.get().body == b"nested"


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("nowhere:app", "there is no module 'nowhere' for the target 'nowhere:app'"),
        ("apps:nothing", "module 'apps' has no 'nothing'; did you mean apps:show_raw or"),
        ("apps", "module 'apps' has neither 'application' nor 'app'; did you mean"),
        ("apps:number", "'apps:number' is not a WSGI application: it is of type int"),
        ("apps:number()", "'apps:number()' cannot be called: it is of type int"),
        ("apps:make_with_argument()", "missing 1 required positional argument: 'name'"),
        ("broken:app", "ZeroDivisionError: division by zero"),
        ("wrong_syntax:app", "SyntaxError: "),
        ("needs:app", "ModuleNotFoundError: No module named 'not_installed'"),
        ("leaves:app", "SystemExit: 5"),
    ],
)
def test_not_found(serve, tmp_path, target, message):
    (tmp_path / "apps.py").symlink_to(HERE / "apps.py")
    (tmp_path / "broken.py").write_text("app = 1 / 0\n")
    (tmp_path / "wrong_syntax.py").write_text("app = (\n")
    (tmp_path / "needs.py").write_text("import not_installed\n")
    (tmp_path / "leaves.py").write_text("import sys\nsys.exit(5)\n")
    server = serve(target, cwd=tmp_path, expect_exit=True)
    assert server.process.returncode != 0
    log = server.log()
    assert message in log
    assert "coachwhip/worker.py" not in log
    assert "importlib" not in log


SUGGESTING = """
from flask import Flask, request, session
application2 = Flask(__name__)
"""

RAISING = """
def __getattr__(name):
    raise RuntimeError("nothing is given")
"""

UNUSUAL = """
import asyncio

class Strange(BaseException):
    pass

def cancelled():
    raise asyncio.CancelledError

def strange():
    raise Strange("as it is")
"""


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        (SUGGESTING, ":app", "module 'site_module' has no 'app'; did you mean "
         "site_module:application2?\n"),
        (RAISING, ":app", "reading 'app' of module 'site_module' failed\n"),
        (RAISING, "", "reading 'application' of module 'site_module' failed\n"),
        (UNUSUAL + "cancelled()", ":app", "importing 'site_module' failed\n"),
        (UNUSUAL + "strange()", ":app", "importing 'site_module' failed\n"),
        (UNUSUAL, ":strange()", "'site_module:strange()' failed\n"),
    ],
    ids=["proxies", "raising", "raising-default", "cancelled", "strange", "factory"],
)  # fmt: skip
def test_failures_show_no_frames_of_ours(serve, tmp_path, source, target, message):
    (tmp_path / "site_module.py").write_text(source)
    server = serve("site_module" + target, cwd=tmp_path, expect_exit=True)
    assert message in server.log()
    files = re.findall('File "(.*)"', server.log())
    assert set(files) <= {str(tmp_path / "site_module.py")}
    assert files or source is SUGGESTING


# What can be called, by what it is; "refused" are those that can never be WSGI applications.
CALLABLES = """
import functools

def answer(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"fine"]

def with_defaults(environ, start_response, greeting="hello", *, name="you"):
    return answer(environ, start_response)

def with_more(config, environ, start_response, *, name):
    return answer(environ, start_response)

partial = functools.partial(with_more, None, name="you")

def by_name(environ, start_response, config):
    return answer(environ, start_response)

partial_by_name = functools.partial(by_name, config=None)

class Instance:
    def __call__(self, environ, start_response):
        return answer(environ, start_response)

    def method(self, environ, start_response):
        return answer(environ, start_response)

    @classmethod
    def of_class(cls, environ, start_response):
        return answer(environ, start_response)

instance = Instance()
method = instance.method
of_class = Instance.of_class
partial_method = functools.partial(instance.method)

class Response:
    def __init__(self, environ, start_response):
        self.body = answer(environ, start_response)

    def __iter__(self):
        return iter(self.body)

class Made:
    def __new__(cls, *arguments):
        return answer(*arguments)

class Meta(type):
    def __call__(cls, environ, start_response):
        return answer(environ, start_response)

class OfMeta(metaclass=Meta):
    pass

def one_argument(view):
    @functools.wraps(view)
    def decorated(*arguments):
        return view(arguments)
    return decorated

@one_argument
def decorated(request):
    return answer(*request)

@functools.wraps(one_argument)
def named_otherwise(environ, start_response):
    return answer(environ, start_response)

cached = functools.lru_cache(maxsize=0)(lambda environ, start_response: None)
built_in = map

async def asgi(scope, receive, send):
    pass

async def asynchronous(environ, start_response):
    return answer(environ, start_response)

async def pieces(environ, start_response):
    yield b""

class AsgiSite:
    async def __call__(self, scope, receive, send):
        pass

asgi_instance = AsgiSite()
asgi_partial = functools.partial(asgi)

def asgi_wrapper(scope, receive, send):
    return asgi(scope, receive, send)

def create_app(config=None):
    return answer

def make_nothing():
    return None

def one(request):
    return request

def three(a, b, c):
    return []

def needs_name(environ, start_response, *, name):
    return []

no_arguments_left = functools.partial(answer, {})
"""

ACCEPTED = ["answer", "with_defaults", "partial", "partial_by_name", "instance", "method",
            "of_class", "partial_method", "Response", "Made", "OfMeta", "decorated",
            "named_otherwise", "create_app()", "Instance()"]  # fmt: skip
IN_DOUBT = ["cached", "built_in"]

ASGI = "it is asynchronous; ASGI is not served yet, only WSGI applications are\n"
ARGUMENTS = "it cannot be called with the two arguments environ and start_response"


@pytest.mark.parametrize("name", ACCEPTED)
def test_every_kind_of_application_is_served(serve, tmp_path, name):
    (tmp_path / "kinds.py").write_text(CALLABLES)
    server = serve(f"kinds:{name}", "--workers", "1", cwd=tmp_path)
    with server.connect() as wire:
        assert wire.get().body == b"fine"


@pytest.mark.parametrize("name", IN_DOUBT)
def test_what_may_be_an_application_is_accepted(serve, tmp_path, name):
    (tmp_path / "kinds.py").write_text(CALLABLES)
    serve(f"kinds:{name}", "--workers", "1", cwd=tmp_path)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("asgi", ASGI),
        ("asynchronous", ASGI),
        ("pieces", ASGI),
        ("asgi_instance", ASGI),
        ("asgi_partial", ASGI),
        ("asgi_wrapper", ASGI),
        ("create_app", f"{ARGUMENTS}; did you mean kinds:create_app()?\n"),
        ("make_nothing()", "it is of type NoneType, which cannot be called\n"),
        ("Instance", f"{ARGUMENTS}; did you mean kinds:Instance()?\n"),
        ("one", f"{ARGUMENTS}\n"),
        ("three", f"{ARGUMENTS}\n"),
        ("needs_name", f"{ARGUMENTS}\n"),
        ("no_arguments_left", f"{ARGUMENTS}\n"),
    ],
)
def test_what_can_never_be_an_application_is_refused(serve, tmp_path, name, reason):
    (tmp_path / "kinds.py").write_text(CALLABLES)
    server = serve(f"kinds:{name}", cwd=tmp_path, expect_exit=True)
    assert server.process.returncode != 0
    assert f"'kinds:{name}' is not a WSGI application: {reason}" in server.log()
    assert "serving " not in server.log()
    assert "Traceback" not in server.log()


THREADS = """
import atexit
import threading

threading.Thread(target=threading.Event().wait).start()
atexit.register(print, "the end", end="")
app = None
"""


def test_threads_of_the_import_do_not_keep_a_failure_from_ending(serve, tmp_path):
    (tmp_path / "site_module.py").write_text(THREADS)
    server = serve("site_module:app", cwd=tmp_path, expect_exit=True)
    assert "is not a WSGI application: it is of type NoneType" in server.log()
    assert "the end" in server.log()


FRAMEWORKS = """
import flask
from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="of a test")
urlpatterns = []
django = get_wsgi_application()
flask = flask.Flask(__name__)
"""


@pytest.mark.parametrize("name", ["django", "flask"])
def test_frameworks_are_accepted(serve, tmp_path, name):
    (tmp_path / "frameworks.py").write_text(FRAMEWORKS)
    server = serve(f"frameworks:{name}", "--workers", "1", cwd=tmp_path)
    with server.connect() as wire:
        assert wire.get().status == 404
