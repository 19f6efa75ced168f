"""The timeline of `coachwhip models --trace`, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import tracing

MODELS = ("serial", "fork", "thread", "pool", "spin", "coroutine")


def test_browser(browse: Callable[..., dict], tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    done = tracing.run_trace(*MODELS, output=tmp_path, folder=site)
    if tracing.is_refusal(done):
        return
    traces = tracing.load(tmp_path)
    lanes = {model: [lane.name for lane in trace.lanes] for model, trace in traces.items()}
    seen = browse("trace.mjs", tmp_path.as_uri(), lanes=lanes)
    assert seen["texts"] > 100
    assert seen["refusals"] == []
