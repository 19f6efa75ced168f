"""What is wrong gets one line that says what, where and what to do, and exit code 2."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Cli = Callable[..., "subprocess.CompletedProcess[str]"]

APP = "site_module:app"

WRONG = {
    "unknown option": (["--wokers", "2"], "unknown option '--wokers'", "--workers"),
    "no value": (["--bind"], "--bind needs a value", "--help"),
    "two targets": (["other:app"], "'other:app'", "--mount"),
    "bind without port": (["--bind", "localhost"], "bad address 'localhost'", "host:port"),
    "bind to a bad port": (["--bind", "localhost:99999"], "bad address", "from 0 to 65535"),
    "bind to no descriptor": (["--bind", "fd://99"], "fd://99", "is not a listening socket"),
    "bind to nobody": (
        ["--bind", "nobody.invalid:0"],
        "cannot listen on nobody.invalid:0",
        "--bind",
    ),
    "bind to a stranger": (["--bind", "192.0.2.1:0"], "cannot listen on", "no such address"),
    "bind in no folder": (["--bind", "unix:/none/s"], "make the folder '/none'", "--bind"),
    "bind below a file": (["--bind", "unix:site_module.py/s"], "make the folder", "--bind"),
    "bind to a file": (["--bind", "unix:site_module.py"], "that is no socket", "remove it or"),
    "too long a path": (["--bind", "unix:/" + "a" * 200], "at most 107 bytes", "--bind"),
    "no number": (["--workers", "many"], "--workers: 'many'", "a whole number from 1 to"),
    "no workers": (["--workers", "0"], "--workers: '0'", "a whole number from 1 to"),
    "bad time": (["--idle-timeout", "5 parsecs"], "--idle-timeout: '5 parsecs'", "as in 500ms"),
    "bad size": (["--max-body-size", "-1"], "--max-body-size: '-1'", "write"),
    "bad level": (["--log-level", "loud"], "'loud'", "debug, info, warning, error"),
    "bad format": (["--access-log-format", "xml"], "'xml'", "combined or json"),
    "bad log": (["--access-log", "/none/log"], "cannot write '/none/log'", "name a file"),
    "bad variable": (["--env", "WORD"], "--env: 'WORD'", "NAME=value"),
    "too large heads": (
        ["--max-request-line", "20k", "--max-header-size", "16k"],
        "2 x max-request-line",
        "max-header-size",
        "at most 48128 bytes",
        "lower one",
    ),
    "no interpreter": (["--python", "/none/python"], "'/none/python'", "Python interpreter"),
    "no such folder": (["--static", "/a=./none"], "there is no folder", "make it"),
    "file as folder": (["--static", "/a=site_module.py"], "is not a folder", "name one"),
    "static without path": (["--static", "public"], "'public' has no '='", "/PATH=FOLDER"),
    "mount without path": (["--mount", APP], "has no '='", "/PATH=TARGET"),
    "mount without slash": (["--mount", f"a={APP}"], "the path 'a'", "begin with '/'"),
    "mount twice": (["--mount", f"/a={APP}", "--static", "/a=public"], "'/a' is taken", "another"),
    "mount the target's path twice": (
        ["--mount", f"/={APP}", "--static", "/=public"],
        "'/' is taken",
        "another",
    ),
    "mount at the target": (["--mount", f"/={APP}"], "'/' is taken", "another"),
    "bad folder": (["--chdir", "none"], "there is no folder", "make it"),
    "bad module folder": (["--app-dir", "none"], "there is no folder", "make it"),
    "no configuration": (["--config", "none.toml"], "cannot read none.toml", "--config"),
}


def check_refusal(result: subprocess.CompletedProcess[str], *texts: str) -> None:
    line = result.stderr
    assert result.returncode == 2, line
    assert line.count("\n") == 1
    for text in texts:
        assert text in line
    assert result.stdout == ""


@pytest.mark.parametrize("name", WRONG)
def test_option(run_cli: Cli, project: Path, name: str) -> None:
    options, *texts = WRONG[name]
    check_refusal(run_cli(APP, *options, cwd=project), *texts)


@pytest.mark.parametrize("target", ["app:", ":app", "site module:app", "./none", "a:b:c", "a:b("])
def test_target(run_cli: Cli, project: Path, target: str) -> None:
    check_refusal(run_cli(target, cwd=project), "TARGET: ")


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("worker = 2\n", "coachwhip.toml:1: ", "unknown key 'worker'; the nearest is 'workers'"),
        ("workers = 2\nthreads = 'two'\n", "coachwhip.toml:2: ", "threads"),
        ("\n\nbind = \n", "coachwhip.toml:3: ", "not TOML"),
        ("workers = 1\nworkers = 2\n", "coachwhip.toml:2: ", "workers"),
        ("[[[", "coachwhip.toml:1: ", "not TOML"),
        ("threads = 2\n[,]", "coachwhip.toml:2: ", "not TOML"),
        ("app = 7\n", "coachwhip.toml:1: ", "app"),
        ("reload = 'perhaps'\n", "coachwhip.toml:1: ", "reload"),
        ("[static]\n'/a' = 'none'\n", "coachwhip.toml:2: ", "there is no folder"),
    ],
)
def test_file(run_cli: Cli, project: Path, text: str, place: str, reason: str) -> None:
    (project / "coachwhip.toml").write_text(text)
    check_refusal(run_cli(APP if "app" not in text else "check", cwd=project), place, reason)


def test_a_file_that_is_none(run_cli: Cli, project: Path) -> None:
    os.mkfifo(project / "coachwhip.toml")
    check_refusal(run_cli(APP, cwd=project), "coachwhip.toml", "no regular file", "--config")


def test_variable(run_cli: Cli, project: Path) -> None:
    result = run_cli(APP, cwd=project, env={"COACHWHIP_THREADS": "none"})
    check_refusal(result, "COACHWHIP_THREADS", "a whole number from 1 to 64")


def test_all_mistakes_are_told_at_once(run_cli: Cli, project: Path) -> None:
    result = run_cli(APP, "--workers", "0", "--threads", "x", "--mount", "a=b", cwd=project)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 3


def test_nothing_found(run_cli: Cli, tmp_path: Path) -> None:
    check_refusal(run_cli(cwd=tmp_path), "nothing to serve in", "manage.py", "wsgi.py", "./public")


def test_port_in_use(run_cli: Cli, project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        result = run_cli("./public", "--bind", address, cwd=project)
    check_refusal(result, f"cannot listen on {address}", "in use", "--bind")


def test_port_in_use_by_another_server(
    serve: Callable[..., object], run_cli: Cli, project: Path
) -> None:
    server = serve("./public", cwd=project)
    for _ in range(2):
        result = run_cli("./public", "--bind", f"127.0.0.1:{server.port}", cwd=project)
        check_refusal(result, f"cannot listen on 127.0.0.1:{server.port}", "in use")
    with server.connect() as wire:
        assert wire.get("/page.txt").status == 200


def test_socket_of_another_server(
    serve: Callable[..., object], run_cli: Cli, project: Path
) -> None:
    path = project / "site.sock"
    serve("./public", "--bind", f"unix:{path}", cwd=project)
    check_refusal(run_cli("./public", "--bind", f"unix:{path}", cwd=project), "in use")
    assert path.exists()


def test_missing_module(run_cli: Cli, project: Path) -> None:
    result = run_cli("none:app", "--bind", "127.0.0.1:0", cwd=project)
    assert result.returncode == 2
    assert "there is no module 'none'" in result.stderr
    assert str(project) in result.stderr
    assert "Traceback" not in result.stderr


def test_import_that_fails(run_cli: Cli, project: Path) -> None:
    (project / "broken.py").write_text("import json\njson.loads('{')\n")
    result = run_cli("broken:app", "--bind", "127.0.0.1:0", cwd=project)
    assert result.returncode == 2
    assert "Traceback" in result.stderr
    assert f'File "{project}/broken.py", line 2' in result.stderr
    assert "JSONDecodeError" in result.stderr


@pytest.mark.parametrize("program", ["/bin/true", "/bin/cat"])
@pytest.mark.parametrize("command", [[], ["check"]])
def test_interpreter_that_is_none(
    run_cli: Cli, project: Path, program: str, command: list[str]
) -> None:
    result = run_cli(*command, APP, "--python", program, "--bind", "127.0.0.1:0", cwd=project)
    check_refusal(result, f"'{program}' is no Python interpreter", "--python")


def test_interpreter_without_coachwhip(run_cli: Cli, project: Path) -> None:
    program = project / "python"
    program.write_text(f'#!/bin/sh\nunset PYTHONPATH\nexec {sys._base_executable} -S "$@"\n')
    program.chmod(0o755)
    result = run_cli("check", APP, "--python", program, cwd=project)
    check_refusal(result, f"'{program}' has no coachwhip", "pip install coachwhip")


@pytest.mark.parametrize("name", [name for name in WRONG if name.startswith("bind")])
def test_check_refuses_the_binds_that_serving_would(run_cli: Cli, project: Path, name: str) -> None:
    options, *texts = WRONG[name]
    if name not in ("bind to a stranger", "bind to no descriptor"):  # seen at start only
        check_refusal(run_cli("check", APP, *options, cwd=project), *texts)


def test_check_is_content_with_an_address_in_use(run_cli: Cli, project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert run_cli("check", APP, "--bind", address, cwd=project).returncode == 0
