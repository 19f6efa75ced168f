"""The requests that gunicorn's tests take for valid, or for invalid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import suites
from crowd import converse, outcome
from server import Server

DIFFERENCES = Path(__file__).with_name("gunicorn_differences.txt")

# gunicorn's settings, two of them with their defaults, as options of ours. It bounds each field by
# itself, we all together.
DEFAULTS = {"limit_request_line": "4094", "limit_request_field_size": "8190"}
OPTIONS = {
    "limit_request_line": "--max-request-line",
    "limit_request_field_size": "--max-header-size",
    "limit_request_fields": "--max-header-fields",
    "forwarded_allow_ips": "--trusted-proxies",
    "proxy_protocol": "--proxy-protocol",
}
VALUES = {"*": "127.0.0.1", "True": "any", "0": "8190", "10": "64", "14": "64"}  # 64 is our least


def test_corpus(start: Callable[..., Server]) -> None:
    groups = defaultdict(list)
    for case in suites.gunicorn_cases():
        groups[options(case)].append(case)
    found = {}
    for chosen, cases in groups.items():
        heard = converse(start("tell", *chosen), [[suites.with_host(case.data)] for case in cases])
        found |= {case.name: outcome(output) for case, output in zip(cases, heard)}
    differences = {name: end for name, end in found.items() if not is_as_expected(name, end)}
    assert differences == suites.read_differences(DIFFERENCES)


def test_what_is_not_finished(start_impatient: Callable[..., Server]) -> None:
    data = {case.name: case.data for case in suites.gunicorn_cases()}
    unfinished = ("invalid/001", "invalid/rfc9112_chunked_missing_final_crlf_01")
    heard = converse(start_impatient(), [[data[name]] for name in unfinished], False)
    assert [outcome(output)[:4] for output in heard] == ["408 ", "408 "]


def options(case: suites.GunicornCase) -> tuple[str, ...]:
    settings = (DEFAULTS | case.settings).items()
    chosen = {
        OPTIONS[name]: VALUES.get(value, value) for name, value in settings if name in OPTIONS
    }
    return tuple(part for option in sorted(chosen.items()) for part in option)


def is_as_expected(name: str, end: str) -> bool:
    return end.replace(" ", "").startswith("2") == name.startswith("valid/")
