"""Where options come from, and `coachwhip check`."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from server import Server

Cli = Callable[..., "subprocess.CompletedProcess[str]"]

APP = "site_module:app"
FILE = """
app = "site_module:app"
workers = 3
threads = 5
idle-timeout = "2m"
[static]
"/files" = "public"
[env]
WORD = "of the file"
"""


def effective(result: subprocess.CompletedProcess[str]) -> dict[str, tuple[str, str]]:
    """Option → (value, origin)."""
    assert result.returncode == 0, result.stderr
    rows = re.findall(r"^ *(\S+) = (.*?) +# (.*)$", result.stdout, re.MULTILINE)
    return {name: (value, origin) for name, value, origin in rows}


def test_check_tells_values_and_origins(run_cli: Cli, project: Path) -> None:
    (project / "coachwhip.toml").write_text(FILE)
    environment = {"COACHWHIP_THREADS": "6", "COACHWHIP_WORKERS": "7"}
    shown = effective(run_cli("check", "--workers", "9", cwd=project, env=environment))
    assert shown["workers"] == ("9", "--workers")
    assert shown["threads"] == ("6", "COACHWHIP_THREADS")
    assert shown["idle-timeout"] == ('"2m"', "coachwhip.toml:5")
    assert shown["body-timeout"] == ('"30s"', "default")
    assert shown["app"] == ('"site_module:app"', "coachwhip.toml:2")


def test_what_check_prints_is_a_configuration(run_cli: Cli, project: Path) -> None:
    (project / "coachwhip.toml").write_text(FILE)
    first = run_cli("check", cwd=project)
    (project / "coachwhip.toml").write_text(first.stdout)
    again = run_cli("check", cwd=project)
    assert {name: value for name, (value, _) in effective(again).items()} == {
        name: value for name, (value, _) in effective(first).items()
    }


def test_check_says_what_it_leaves_out(run_cli: Cli, project: Path) -> None:
    comments = re.findall(r"^# .*", run_cli("check", APP, cwd=project).stdout, re.MULTILINE)
    assert "imported at start only" in comments[-1]
    assert "imported" not in run_cli("check", "./public", cwd=project).stdout


def test_check_refuses_what_serving_would_refuse(run_cli: Cli, project: Path) -> None:
    result = run_cli("check", APP, "--workers", "0", cwd=project)
    assert (result.returncode, result.stdout) == (2, "")


def test_help_and_version(run_cli: Cli, tmp_path: Path) -> None:
    for option in ("--help", "-h"):
        result = run_cli(option, cwd=tmp_path)
        assert result.returncode == 0
        for name in ("--bind", "--workers", "--static", "check"):
            assert name in result.stdout
    assert re.fullmatch(r"coachwhip \d+\.\d+\.\d+\n", run_cli("--version", cwd=tmp_path).stdout)


def test_file_is_served(serve: Callable[..., Server], project: Path) -> None:
    (project / "coachwhip.toml").write_text(FILE.replace("3", "1"))
    server = serve(cwd=project)
    with server.connect() as wire:
        assert wire.get().text == "site_module of the file -"
        assert wire.get("/files/page.txt").text == "a page"


def test_env_and_variables(serve: Callable[..., Server], project: Path) -> None:
    environment = {"COACHWHIP_APP": APP, "COACHWHIP_WORKERS": "1", "HOME_PAGE": "inherited"}
    server = serve("--env", "WORD=a=b", cwd=project, env=environment)
    with server.connect() as wire:
        assert wire.get().text == "site_module a=b inherited"


def test_chdir_and_app_dir(serve: Callable[..., Server], project: Path) -> None:
    server = serve(APP, "--chdir", project, "--static", "/files=public", cwd=project.parent)
    with server.connect() as wire:
        assert wire.get().status == 200
        assert wire.get("/files/page.txt").text == "a page"
    server = serve(APP, "--app-dir", "project", cwd=project.parent)
    with server.connect() as wire:
        assert wire.get().status == 200


def test_the_largest_heads_that_are_accepted_are_served(
    serve: Callable[..., Server], project: Path
) -> None:
    line, fields = 8192, 100
    header = 47 * 1024 - 2 * line - 16 * fields
    limits = ("--max-request-line", line, "--max-header-size", header)
    server = serve(APP, "--workers", "1", *limits, cwd=project)
    with server.connect() as wire:
        begin = f"GET /{'p' * (line - len('GET / HTTP/1.1') - 2)} HTTP/1.1\r\nHost: test\r\n"
        few = "".join(f"a{n}: b\r\n" for n in range(fields - 2))
        rest = header - len("Host: test\r\n" + few) - len("c: \r\n\r\n")
        wire.send(f"{begin}{few}c: {'d' * rest}\r\n\r\n")
        assert wire.read_answer().status == 200


MANAGE = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n'


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"wsgi.py": "application"}, "wsgi:application"),
        ({"app.py": "app"}, "app:app"),
        ({"main.py": "app"}, "main:app"),
        ({"app.py": "app", "wsgi.py": "application", "main.py": "app"}, "wsgi:application"),
        ({"app.py": "nothing", "main.py": "application"}, "main:application"),
        ({"manage.py": MANAGE, "shop/wsgi.py": "application", "app.py": "app"},
         "shop.wsgi:application"),
    ],
)  # fmt: skip
def test_discovery(
    serve: Callable[..., Server], project: Path, files: dict[str, str], found: str
) -> None:
    for path, content in files.items():
        (project / path).parent.mkdir(exist_ok=True)
        if path != "manage.py":
            content = f"from site_module import app as {content}\n"
        (project / path).write_text(content)
    server = serve("--workers", "1", cwd=project)
    assert f"serving {found}: " in server.log()
    with server.connect() as wire:
        assert wire.get().text.startswith("site_module")


def test_interpreter_of_the_virtual_environment(
    serve: Callable[..., Server], run_cli: Cli, project: Path
) -> None:
    environment = {"VIRTUAL_ENV": sys.prefix, "PATH": "/usr/bin:/bin"}
    shown = effective(run_cli("check", APP, cwd=project, env=environment))
    assert shown["python"][0].strip('"').startswith(sys.prefix)
    assert "VIRTUAL_ENV" in shown["python"][1]
