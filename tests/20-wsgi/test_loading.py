"""Targets: what is found, and what is said of what is not."""

from __future__ import annotations

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
