"""What is measured: our server and the Python peers, each in its best honest configuration.

Best means: keep-alive on, logs off, backlog and connection limits above every workload's need, and
the count of processes and threads that served it best. A peer that is fastest in more than one
setting has a row for each.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bench import peers
from bench.places import APPS, BUILD, COACHWHIP, LOGS, OUR_PYTHON, ROOT
from bench.tree import Command, ServerFailed


@dataclass(frozen=True)
class Server:
    """`target` of a command is an application (`module:name`) or a folder of files."""

    name: str
    build_command: Callable[[Server, int, str], Command]
    workers: int = 1
    threads: int = 1

    def command(self, port: int, target: str) -> Command:
        return self.build_command(self, port, target)

    def sized(self, workers: int, threads: int) -> Server:
        """The same server with other counts of processes and threads."""
        return replace(self, workers=workers, threads=threads)


def coachwhip(server: Server, port: int, target: str) -> Command:
    hint = "run ./dev build first"
    argv = [require(COACHWHIP, hint), "--bind", f"127.0.0.1:{port}"]
    argv += ["--access-log", "off", "--log-level", "warning"]
    environ = {}
    if not Path(target).is_dir():
        argv += ["--workers", str(server.workers), "--threads", str(server.threads)]
        argv += ["--python", require(OUR_PYTHON, hint), "--app-dir", str(APPS)]
        # The very same Flask and Django as the peers run.
        environ["PYTHONPATH"] = f"{APPS}:{peers.packages_folder()}"
    return Command((*argv, target), environ)


def with_model(server: Server, port: int, target: str) -> Command:
    """Ours under another model, which its name ends with."""
    command = coachwhip(server, port, target)
    return Command((*command.argv, "--model", server.name.removeprefix("coachwhip-")))


def floor(server: Server, port: int, target: str) -> Command:
    """A bare epoll loop with a constant reply: neither HTTP nor Python."""
    return Command((require(BUILD / "floor", "its compilation failed"), str(port)))


def inline(server: Server, port: int, target: str) -> Command:
    """FastPySGI and bjoern: libraries that call the application on their event loop."""
    return peer("python", APPS / "inline.py", server.name, port, target, server.workers)


def granian(server: Server, port: int, target: str) -> Command:
    return peer(
        "granian", "--interface", "wsgi", "--http", 1, "--no-ws", "--no-log", "--port", port,
        "--workers", server.workers, "--blocking-threads", server.threads,
        "--runtime-mode", "mt", "--runtime-threads", 1,
        "--backlog", 8192, "--backpressure", 8192, target,
    )  # fmt: skip


def uwsgi(server: Server, port: int, target: str) -> Command:
    """It holds a thread for as long as a connection lives: hence as many threads as connections."""
    return peer(
        "uwsgi", "--http11-socket", f"127.0.0.1:{port}", "--master", "--die-on-term",
        "--disable-logging", "--listen", 1024, "--virtualenv", peers.PEERS,
        "--processes", server.workers, "--threads", server.threads, "-w", target,
    )  # fmt: skip


def gunicorn(server: Server, port: int, target: str) -> Command:
    return peer(
        "gunicorn", "-b", f"127.0.0.1:{port}", "-k", "gthread", "--http-parser", "fast",
        "-w", server.workers, "--threads", server.threads, "--keep-alive", 300,
        "--backlog", 4096, "--worker-connections", 8000, target,
    )  # fmt: skip


def waitress(server: Server, port: int, target: str) -> Command:
    return peer(
        "waitress-serve", f"--listen=127.0.0.1:{port}", f"--threads={server.threads}",
        "--connection-limit=8000", "--channel-timeout=300", "--backlog=2048",
        "--asyncore-use-poll", target,
    )  # fmt: skip


def peer(program: str, *arguments: object) -> Command:
    path = peers.program(program)
    hint = f"not installed, see {(LOGS / 'peers-install.log').relative_to(ROOT)}"
    return Command((require(path, hint), *map(str, arguments)))


def require(program: Path | str, hint: str) -> str:
    """The program's path; one clear line if there is none."""
    if found := shutil.which(program):
        return found
    path = Path(program)
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    raise ServerFailed(f"{name} is missing: {hint}")


OURS = Server("coachwhip", coachwhip)
FLOOR = Server("floor", floor)
FASTPYSGI = Server("fastpysgi", inline)
BJOERN = Server("bjoern", inline)
GRANIAN = Server("granian", granian)
UWSGI = Server("uwsgi", uwsgi, threads=64)
GUNICORN = Server("gunicorn", gunicorn, threads=4)
WAITRESS = Server("waitress", waitress, threads=4)

OURS_4 = Server("coachwhip-4-threads", coachwhip, threads=4)
GRANIAN_4 = Server("granian-4-threads", granian, threads=4)
UWSGI_4 = Server("uwsgi-4-threads", uwsgi, threads=4)
WAITRESS_1 = Server("waitress-1-thread", waitress)

SERIAL = Server("coachwhip-serial", with_model)
SEATED = tuple(Server(f"coachwhip-{model}", with_model) for model in ("fork", "prefork", "thread"))
"""The models that have a process or a thread for each connection: 64 at a time."""
POOL = Server("coachwhip-pool", with_model)
LOOPS = tuple(
    Server(f"coachwhip-{model}", with_model)
    for model in ("spin", "select", "poll", "epoll-lt", "epoll-et", "uring")
)
"""The models that hold any number of connections on one loop, as does the pool on its selector."""
