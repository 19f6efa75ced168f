"""The specs of llhttp, the parser of Node.js: which requests it finds, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import suites
from crowd import converse, outcome
from server import Server

DIFFERENCES = Path(__file__).with_name("llhttp_differences.txt")


def test_specs(start_impatient: Callable[..., Server]) -> None:
    cases = suites.llhttp_cases()
    heard = converse(start_impatient(), ([suites.with_host(case.data)] for case in cases), False)
    ends = {case.name: outcome(output) for case, output in zip(cases, heard)}
    expected = {case.name: (case.messages, bool(case.error)) for case in cases}
    differences = {name: end for name, end in ends.items() if result(end) != expected[name]}
    assert differences == suites.read_differences(DIFFERENCES)


def result(end: str) -> tuple[int, bool]:
    """How many requests were served; and was the next one refused, or is it not complete?"""
    words = end.split()
    served = sum(word in ("200", "204") for word in words)
    return served, len(words) > served and words[served] not in ("408", "nothing")
