"""For development: asks the supervisor for new workers when a source file has changed."""

import contextlib
import fcntl
import os
import signal
import sys
import sysconfig
import threading
import time

from coachwhip import _worker

INTERVAL_SECONDS = 0.5


def start(app_dir, exchange):
    # The state at the start is that of the code which was imported.
    known = modification_times(source_files(app_dir))
    arguments = (app_dir, exchange, known)
    threading.Thread(target=watch, args=arguments, name="coachwhip-reload", daemon=True).start()


def watch(app_dir, exchange, known):
    """For the rest of the process: if the new workers cannot start, this one serves on."""
    while True:
        time.sleep(INTERVAL_SECONDS)
        if not is_watcher(exchange):
            continue
        now = modification_times(source_files(app_dir))
        # A file that is gone may be on its way: editors write another and rename it.
        changed = [path for path in now if known.get(path, now[path]) != now[path]]
        known.update(now)  # with files that were imported since
        if changed:
            _worker.log("info", f"{changed[0]} changed, reloading")
            os.kill(os.getppid(), signal.SIGHUP)


def is_watcher(exchange):
    """One worker of an application watches for all of them: the one that holds this lock."""
    try:
        fcntl.lockf(exchange, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def source_files(app_dir):
    """Those of all modules but the interpreter's and installed ones, and those beside them."""
    files = set()
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if path and not path.startswith(INSTALLED):
            files.add(os.path.abspath(path))
    with contextlib.suppress(OSError), os.scandir(app_dir) as entries:
        files.update(entry.path for entry in entries if entry.name.endswith(".py"))
    return files


def installed_folders():
    paths = sysconfig.get_paths()
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    return tuple(os.path.join(paths[name], "") for name in names)


INSTALLED = installed_folders()


def modification_times(paths):
    times = {}
    for path in paths:
        with contextlib.suppress(OSError):
            times[path] = os.stat(path).st_mtime_ns
    return times
