"""What is asked of the servers. A suite is the workloads that one results file holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench import servers
from bench.file_servers import FILE_PEERS
from bench.places import BENCH, SITE
from bench.servers import Server
from bench.tools import file_content

HELLO = b"Hello, World!"
KIB = b"a" * 1024

PYTHON_PEERS = (
    servers.FASTPYSGI,
    servers.BJOERN,
    servers.GRANIAN,
    servers.GRANIAN_4,
    servers.UWSGI,
    servers.WAITRESS,
    servers.WAITRESS_1,
    servers.GUNICORN,
)
EVERY_PYTHON = (servers.OURS, servers.OURS_4, *PYTHON_PEERS)

FRAMEWORK = (*EVERY_PYTHON, servers.UWSGI_4)
"""With frameworks fewer threads may serve better: uWSGI with 4 leaves 60 of 64 clients waiting."""

MIXED = (
    servers.OURS.sized(workers=2, threads=4),
    servers.GRANIAN.sized(workers=2, threads=4),
    servers.UWSGI.sized(workers=2, threads=4),
    servers.GUNICORN.sized(workers=2, threads=4),
    servers.WAITRESS.sized(workers=1, threads=8),
    servers.FASTPYSGI.sized(workers=2, threads=1),
    servers.BJOERN.sized(workers=2, threads=1),
)

IDLE = (
    servers.OURS,
    servers.FASTPYSGI,
    servers.BJOERN,
    servers.GRANIAN_4,
    servers.WAITRESS,
    servers.GUNICORN,
)
"""Not uWSGI: it has a thread for every connection, and so cannot hold these."""

FILES = (servers.OURS, *FILE_PEERS)


UNBOUND_MODELS = (servers.OURS, servers.POOL, *servers.LOOPS)
SEVERAL_MODELS = (*UNBOUND_MODELS, *servers.SEATED)
MODELS = (*SEVERAL_MODELS, servers.SERIAL)


@dataclass(frozen=True)
class Workload:
    """One table. `kind` names the way of measuring (see measures.MEASURES)."""

    name: str
    suite: str
    title: str
    servers: tuple[Server, ...]
    target: str = "hello:wsgi"
    path: str = "/"
    answer: bytes = HELLO
    body: bytes = b""
    connections: int = 64
    pipelined: int = 1
    """Requests in every write."""
    slow_one_in: int = 0
    """One request in so many asks for /slow; 0: none."""
    script: Path | None = None
    attack: str = ""
    """What else goes on meanwhile: a kind of attackers.py."""
    attackers: int = 5000
    kind: str = "wrk"
    repeats: int = 1
    """How often a round measures it: more than once where one measurement is short."""


def hello(name: str, title: str, connections: int) -> Workload:
    rows = (servers.FLOOR, *EVERY_PYTHON)
    return Workload(name, "hello", title, rows, connections=connections)


def framework(name: str, title: str) -> Workload:
    return Workload(name, "frameworks", title, FRAMEWORK, target=f"{name}_hello:wsgi")


def file(name: str, title: str, file_name: str) -> Workload:
    answer = file_content(file_name)
    return Workload(name, "files", title, FILES, str(SITE), f"/{file_name}", answer)


def models(connections: int, rows: tuple[Server, ...]) -> Workload:
    title = f"Every model, a file of 1 KiB, {connections} connections"
    answer = file_content("1k.bin")
    return Workload(
        f"models-{connections}", "models", title, rows, str(SITE), "/1k.bin", answer,
        connections=connections,
    )  # fmt: skip


def attack(kind: str, title: str, attackers: int = 5000) -> Workload:
    """What ordinary clients notice of it: 8 of them, more would already be in each other's way."""
    name = f"attack-{kind}"
    if kind == "readers":  # of a large file
        of_site = (str(SITE), "/1k.bin", file_content("1k.bin"))
    else:
        of_site = ("hello:wsgi", "/", HELLO)
    return Workload(
        name, "attacks", title, (servers.OURS,), *of_site,
        connections=8, attack=kind, attackers=attackers, kind="attack",
    )  # fmt: skip


WORKLOADS = (
    hello("hello", "Hello by WSGI", 64),
    hello("hello-1", "Hello by WSGI, one connection", 1),
    hello("hello-1024", "Hello by WSGI, 1,024 connections", 1024),
    Workload(
        "pipelined", "pipelining", "Hello by WSGI, 16 requests in every write",
        (servers.FLOOR, *EVERY_PYTHON), pipelined=16, kind="pipelined",
    ),
    framework("flask", "Hello by Flask"),
    framework("django", "Hello by Django"),
    Workload("body", "bodies", "10 KiB by WSGI", EVERY_PYTHON, "body:wsgi", answer=b"x" * 10240),
    Workload(
        "post", "bodies", "POST of 1 KiB, answered with itself", EVERY_PYTHON, "echo:wsgi",
        answer=KIB, body=KIB, script=BENCH / "scripts" / "post.lua",
    ),
    file("file-1k", "File of 1 KiB", "1k.bin"),
    file("file-50k", "File of 50 KiB", "50k.bin"),
    file("file-10m", "File of 10 MiB", "10m.bin"),
    Workload(
        "mixed", "mixed", "One request in ten sleeps 200 ms, 2 workers of 4 threads", MIXED,
        "mixed:wsgi", connections=8, slow_one_in=10, kind="mixed",
    ),
    Workload(
        "idle", "idle", "Memory of an idle keep-alive connection", IDLE,
        connections=5000, kind="idle",
    ),
    Workload(
        "idle-files", "idle", "Memory of an idle keep-alive connection, servers of files", FILES,
        str(SITE), "/1k.bin", file_content("1k.bin"), connections=5000, kind="idle",
    ),
    Workload(
        "start", "start", "From the start to the first answer", (servers.FLOOR, *EVERY_PYTHON),
        kind="start", repeats=3,
    ),
    Workload(
        "parse", "functions", "The head of a browser's request, parsed", (servers.OURS,),
        "request_parser_bench:parse_browser_request", kind="function",
    ),
    attack("idle", "10,000 idle connections", 10_000),
    attack("heads", "5,000 heads that never end"),
    attack("bodies", "5,000 bodies, a byte a second"),
    attack("readers", "5,000 readers of 10 MiB, a byte a second"),
    attack("pieces", "200 requests a second, byte by byte", 200),
    attack("flood", "1,000 connections a second that are closed at once", 1000),
    models(1, MODELS),
    models(8, SEVERAL_MODELS),
    models(64, SEVERAL_MODELS),
    models(700, UNBOUND_MODELS),
    Workload(
        "models-users", "models", "500 users of JMeter, 20 pages of 50 KiB each", MODELS, str(SITE),
        "/50k.bin", file_content("50k.bin"), connections=500, kind="jmeter",
    ),
)  # fmt: skip

SUITES = tuple(dict.fromkeys(workload.suite for workload in WORKLOADS))
