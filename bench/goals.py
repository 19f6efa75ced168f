"""What our server has to reach, in CPU per request unless a unit is named, and whether it did.

Where we have several rows, the best counts, as the peers' best does.
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.report import COLUMNS, median
from bench.runner import Row
from bench.workloads import FILES, PYTHON_PEERS, SEVERAL_MODELS, WORKLOADS

OURS = ("coachwhip", "coachwhip-4-threads")
PEERS = tuple(server.name for server in PYTHON_PEERS)
FILE_PEERS = tuple(server.name for server in FILES[1:])
MODELS = tuple(server.name for server in SEVERAL_MODELS[1:])
NGINX = ("nginx", "nginx-no-sendfile")
GRANIAN = ("granian", "granian-4-threads")

KINDS = {workload.name: workload.kind for workload in WORKLOADS}

Measured = dict[str, list[Row]]
"""The rows of each workload, by its name."""


@dataclass(frozen=True)
class Goal:
    """Ours is to be at most `at_most` times the best of `rivals`; without any, `at_most` itself."""

    workload: str
    at_most: float
    rivals: tuple[str, ...] = ()
    rival_workload: str = ""
    unit: str = ""


GOALS = (
    Goal("hello", 1.35, ("floor",)),
    Goal("hello", 1.0, PEERS),
    Goal("hello", 1 / 1.6, GRANIAN),
    Goal("hello", 1 / 12, ("gunicorn",)),
    Goal("hello-1024", 1.3, OURS, rival_workload="hello"),
    Goal("flask", 1.0, (*PEERS, "uwsgi-4-threads")),
    Goal("django", 1.0, (*PEERS, "uwsgi-4-threads")),
    Goal("body", 1.0, PEERS),
    Goal("post", 1.0, PEERS),
    Goal("file-1k", 1.0, NGINX),
    Goal("file-50k", 1.0, FILE_PEERS),
    Goal("file-10m", 1.0, FILE_PEERS),
    Goal("mixed", 20_000, unit="µs p99 of the fast"),
    Goal("idle", 2048, unit="bytes/connection"),
    Goal("attack-idle", 2, unit="× p99"),
    Goal("attack-heads", 2, unit="× p99"),
    Goal("attack-bodies", 2, unit="× p99"),
    Goal("attack-readers", 2, unit="× p99"),
    Goal("start", 100, unit="ms"),
    Goal("parse", 400, unit="ns"),
    Goal("models-8", 1.05, MODELS),
    Goal("models-64", 1.05, MODELS),
    Goal("models-700", 1.05, MODELS),
)


def verdicts(measured: Measured) -> str:
    """A line for every goal whose workload was measured."""
    lines = [verdict(goal, measured) for goal in GOALS if goal.workload in measured]
    return "\n".join(f"- {line}" for line in lines)


def verdict(goal: Goal, measured: Measured) -> str:
    ours = best(goal.workload, OURS, measured)
    if ours is None:
        return f"{goal.workload}: not known, ours has no figures"
    if not goal.rivals:
        word = "reached" if ours[0] <= goal.at_most else "MISSED"
        return f"{goal.workload}: {word}, {ours[0]:,.0f} {goal.unit} (at most {goal.at_most:,.0f})"
    rival_workload = goal.rival_workload or goal.workload
    rival = best(rival_workload, goal.rivals, measured)
    if rival is None:
        return f"{goal.workload}: not known, no figures of {' or '.join(goal.rivals)}"
    ratio = ours[0] / rival[0]
    word = "reached" if ratio <= goal.at_most else "MISSED"
    where = f" in {rival_workload}" if goal.rival_workload else ""
    return (
        f"{goal.workload}: {word}, {ours[1]} {ours[0]:,.2f} is {ratio:.3f} × "
        f"{rival[1]} {rival[0]:,.2f}{where} (at most {goal.at_most:.3f})"
    )


def best(workload: str, names: tuple[str, ...], measured: Measured) -> tuple[float, str] | None:
    """The lowest median of the workload's first column among these servers, and whose it is."""
    figure = COLUMNS[KINDS[workload]][0].figure
    rows = [row for row in measured.get(workload, []) if row.server in names and row.rounds]
    return min(((median(row, figure), row.server) for row in rows), default=None)
