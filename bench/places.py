"""Where things are: folders and programs, all below the project's root."""

from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent

APPS = BENCH / "apps"
RESULTS = BENCH / "results"

BUILD = ROOT / "build" / "bench"
LOGS = BUILD / "logs"
SITE = BUILD / "site"
PARTIAL_RESULTS = BUILD / "results"
PEERS = ROOT / "build" / "bench-peers"

COACHWHIP = ROOT / "build" / "release" / "bin" / "coachwhip"
OUR_PYTHON = ROOT / ".venv" / "bin" / "python"
