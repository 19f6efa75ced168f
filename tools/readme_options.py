"""readme_options.py [--check] COACHWHIP: writes the table of options into README.md."""

from __future__ import annotations

import subprocess
import sys

from project import ROOT

BEGIN = "<!-- options: written by ./dev docs -->\n"
END = "<!-- end of options -->\n"


def main() -> int:
    *flags, coachwhip = sys.argv[1:]
    command = [coachwhip, "check", "--options-markdown"]
    table = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    readme = ROOT / "README.md"
    old = readme.read_text()
    before, _, rest = old.partition(BEGIN)
    after = rest.partition(END)[2]
    new = f"{before}{BEGIN}\n{table.strip()}\n\n{END}{after}"
    if new == old:
        return 0
    if "--check" in flags:
        print("README.md: the table of options is out of date: run ./dev docs", file=sys.stderr)
        return 1
    readme.write_text(new)
    return 0


if __name__ == "__main__":
    sys.exit(main())
