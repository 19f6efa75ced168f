"""The report of coachwhip models --compare, looked at in a browser."""

from __future__ import annotations

from collections.abc import Callable

from laboratory import Comparison


def test_the_report_is_drawn_and_legible(
    comparison: Comparison, browse: Callable[..., dict]
) -> None:
    seen = browse("models_report.mjs", comparison.html.as_uri())
    assert seen["title"] == "The models of coachwhip, compared"
    assert seen["refusals"] == []
