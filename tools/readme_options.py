"""readme_options.py [--check] COACHWHIP: writes the table of options into README.md."""

from __future__ import annotations

import subprocess
import sys

import readme

BEGIN = "<!-- options: written by ./dev docs -->"
END = "<!-- end of options -->"


def main() -> int:
    *flags, coachwhip = sys.argv[1:]
    command = [coachwhip, "check", "--options-markdown"]
    table = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return readme.update(BEGIN, END, table, check="--check" in flags)


if __name__ == "__main__":
    sys.exit(main())
