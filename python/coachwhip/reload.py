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
PAUSE_FACTOR = 20  # at most a twentieth of the time is spent on looking
NEARBY_FILES_MAX = 5000
NEARBY_FOLDERS_MAX = 1000
SKIPPED_FOLDERS = {"__pycache__", "site-packages", "dist-packages", "node_modules"}


def start(app_dir, exchange):
    watcher = Watcher(app_dir)
    arguments = (watcher, exchange)
    threading.Thread(target=watch, args=arguments, name="coachwhip-reload", daemon=True).start()


def watch(watcher, exchange):
    """For the rest of the process: if the new workers cannot start, this one serves on."""
    pause = INTERVAL_SECONDS
    while True:
        time.sleep(pause)
        if not is_watcher(exchange):
            continue
        begin = time.monotonic()
        changed = watcher.find_change()
        if changed is not None:
            _worker.log("info", f"{changed} changed, reloading")
            os.kill(os.getppid(), signal.SIGHUP)
        pause = max(INTERVAL_SECONDS, PAUSE_FACTOR * (time.monotonic() - begin))


class Watcher:
    """Watches the files that were imported. Once one of them has changed, it watches those around
    them too: if this process lives on, the new workers may have failed in what it never imported.
    """

    def __init__(self, app_dir):
        self.app_dir = app_dir
        # The state at the start is that of the code which was imported.
        self.known = modification_times(source_files(app_dir))
        self.is_wide = False

    def find_change(self):
        """A file that has changed since the last time, or None."""
        known = self.known
        now = modification_times(source_files(self.app_dir))
        # A file that is gone may be on its way: editors write another and rename it.
        changed = [path for path in now if known.get(path, now[path]) != now[path]]
        if self.is_wide:
            around = modification_times(files_below(self.app_dir))
            # One that is new here may be the one that was missing.
            changed += [path for path in around if known.get(path) != around[path]]
            now.update(around)
        elif changed:
            self.is_wide = True
            now.update(modification_times(files_below(self.app_dir)))
        known.update(now)  # with files that were imported since
        return changed[0] if changed else None


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


def files_below(app_dir):
    """All Python files below the application's folder and those of its modules, near ones first."""
    modules = {os.path.dirname(path) for path in source_files(app_dir)}
    folders = [app_dir, *sorted(modules - {app_dir}, key=len)]
    seen = set()
    files = set()
    for folder in folders:  # grows while it is gone through
        if folder in seen or len(seen) == NEARBY_FOLDERS_MAX or is_skipped(folder):
            continue
        seen.add(folder)
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.name.endswith(".py") and len(files) < NEARBY_FILES_MAX:
                    files.add(entry.path)
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
    return files


def is_skipped(folder):
    """Whether it holds what was installed rather than written here."""
    if not SKIPPED_FOLDERS.isdisjoint(folder.split(os.sep)):
        return True
    return os.path.exists(os.path.join(folder, "pyvenv.cfg"))


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
