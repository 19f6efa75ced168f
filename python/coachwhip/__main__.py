"""`python -m coachwhip …`: runs the coachwhip executable of this installation."""

import os
import shutil
import sys
import sysconfig


def find_executable():
    """The executable beside this interpreter or this package; then the one on PATH."""
    package = os.path.dirname(os.path.abspath(__file__))
    folders = [
        os.path.dirname(sys.executable),
        sysconfig.get_path("scripts"),
        os.path.join(package, "..", "..", "bin"),  # a build folder
    ]
    return shutil.which("coachwhip", path=os.pathsep.join(folders)) or shutil.which("coachwhip")


def main():
    executable = find_executable()
    if executable is None:
        sys.exit("coachwhip: the executable is missing; repair it with: pip install -I coachwhip")
    os.execv(executable, [executable, *sys.argv[1:]])


if __name__ == "__main__":
    main()
