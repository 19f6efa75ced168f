"""coachwhip models --compare: what it measures, what it writes, and how it ends."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import laboratory
from laboratory import Comparison
from server import processes, wait_until

Run = Callable[..., subprocess.CompletedProcess[str]]

EXPERIMENTS = {"connections", "page", "burst", "users", "idle", "slow", "sleep", "memory", "cost"}


def test_everything_is_measured(comparison: Comparison) -> None:
    assert comparison.exit_code == 0
    assert comparison.json["schema"] == 1
    assert comparison.json["interrupted"] is False
    models = [model["name"] for model in comparison.json["models"]]
    assert models == ["serial", "epoll-et", "coroutine"]
    found = {one["id"]: one["samples"] for one in comparison.json["experiments"]}
    assert found.keys() >= EXPERIMENTS, comparison.json["notes"]
    for experiment in EXPERIMENTS:
        assert {sample["model"] for sample in found[experiment]} == set(models), experiment
    assert comparison.json["machine"].keys() >= {"processor", "memory", "kernel", "coachwhip"}
    assert comparison.json["settings"]["time of a measurement"] == "0.1 s"


def test_many_connections_are_served_and_one_by_serial(comparison: Comparison) -> None:
    for model, served in (("serial", 1), ("epoll-et", 8), ("coroutine", 8)):
        values = comparison.sample("connections", model, 8)
        assert values["served"] == served
        assert values["requests"] > 0
        assert values["failed"] == 0
    # Who was never served has waited for as long as it lasted.
    assert comparison.sample("connections", "serial", 64)["p99_ms"] > 50


def test_who_keeps_no_connection_is_served_by_all(comparison: Comparison) -> None:
    for model in ("serial", "epoll-et", "coroutine"):
        for size in (1024, 52224):
            values = comparison.sample("burst", model, size)
            assert (values["served"], values["failed"]) == (500, 0)


def test_idle_and_slow_company_holds_up_serial_alone(comparison: Comparison) -> None:
    for experiment, x in (("idle", 100), ("slow", 1)):
        assert comparison.sample(experiment, "serial", x)["served"] == 0
        assert comparison.sample(experiment, "epoll-et", x)["served"] == 8
        assert comparison.sample(experiment, "coroutine", x)["served"] == 8


def test_those_who_do_not_sleep_do_not_wait_for_those_who_do(comparison: Comparison) -> None:
    for model in ("epoll-et", "coroutine"):
        assert comparison.sample("sleep", model, 50)["p50_ms"] >= 50
        assert comparison.sample("sleep", model, 0)["p50_ms"] < 50


def test_costs_are_plausible(comparison: Comparison) -> None:
    for model in ("epoll-et", "coroutine"):
        cost = comparison.sample("cost", model, 0)
        assert cost["requests"] == 6400
        assert 0.1 < cost["cpu_us"] < 5000
        assert cost["switches"] < 10
        memory = comparison.sample("memory", model, 500)
        assert 0.1 < memory["connection_kib"] < 100
        assert memory["processes"] >= 2


def test_system_calls_are_counted_or_the_report_says_why_not(comparison: Comparison) -> None:
    if any("system calls" in note for note in comparison.json["notes"]):
        return
    for model in ("serial", "epoll-et", "coroutine"):
        calls = comparison.sample("calls", model, 0)
        # A request is read, and its answer written.
        assert 2 <= calls["total"] < 50
        assert calls["call.sendto"] == pytest.approx(1, abs=0.1)


def test_the_table_fits_a_terminal(comparison: Comparison) -> None:
    lines = comparison.table.splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["serial", "epoll-et", "coroutine"]
    assert all(len(line) <= 110 for line in lines)
    assert "models.html" in comparison.told
    assert "models.json" in comparison.told


def test_what_is_missing_is_left_out_and_said(tmp_path: Path) -> None:
    """No Python, no other load generator, few descriptors."""
    process = laboratory.start(
        "epoll-et",
        "--quick",
        "--seconds",
        0.05,
        output=tmp_path,
        files_max=200,
        PATH="/nowhere",
        VIRTUAL_ENV="",
    )
    comparison = laboratory.finish(process, tmp_path)
    assert comparison.exit_code == 0
    notes = "\n".join(comparison.json["notes"])
    assert "ab is not installed" in notes
    assert "wrk is not installed" in notes
    assert "The handler that sleeps is left out" in notes
    assert "500 connections" in notes
    assert comparison.sample("connections", "epoll-et", 64)["served"] == 64


def test_an_interrupt_ends_it_with_what_there_is(tmp_path: Path) -> None:
    process = laboratory.start("epoll-et", "--quick", "--seconds", 5, output=tmp_path)
    assert "epoll-et" in process.stderr.readline()  # the first progress: it measures
    wait_until(lambda: len(session(process.pid)) > 1, "a server that is measured", 20)
    process.send_signal(signal.SIGINT)
    comparison = laboratory.finish(process, tmp_path)
    assert comparison.exit_code == 130
    assert comparison.json["interrupted"] is True
    assert comparison.html.exists()
    wait_until(lambda: not session(process.pid), "the end of the server's processes", 5)


def session(leader: int) -> list[int]:
    return [pid for pid, process in processes().items() if process.session == leader]


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (["--compare", "epol-et"], "'epol-et' is not a model; the nearest is epoll-et"),
        (["--quick"], "--quick belongs to --compare"),
        (["--compair"], "the nearest is --compare"),
        (["--compare", "--seconds", "0"], "--seconds: '0' is not a number from 0.05 to 60"),
        (["--compare", "--output", "nowhere"], "--output: 'nowhere' is not a folder"),
        (["--compare", "--output"], "--output needs a value"),
        (["--trace"], "--trace needs the name of a model"),
        (["serial"], "add --compare or --trace"),
    ],
)
def test_what_cannot_be_is_refused_before_it_runs(
    run_cli: Run, tmp_path: Path, arguments: list[str], refusal: str
) -> None:
    refused = run_cli("models", *arguments, cwd=tmp_path)
    assert refused.returncode == 2
    assert refused.stderr.startswith("coachwhip: models: ")
    assert refusal in refused.stderr
    assert not list(tmp_path.iterdir())


def test_the_help_names_the_commands(run_cli: Run) -> None:
    assert "coachwhip models --compare" in run_cli("--help").stdout
    told = run_cli("models", "--help")
    assert told.returncode == 0
    assert "--quick" in told.stdout
    assert "--seconds" in told.stdout
