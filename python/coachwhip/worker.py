"""A worker process: loads the application, then answers requests from the exchange.

The supervisor starts it as `python -m coachwhip.worker` with descriptors that it inherits. Nothing
heavy is imported here: what a worker imports before the application delays every start.
"""

import os
import sys

from coachwhip import _worker
from coachwhip.loading import NotLoaded, load_target

EXIT_NOT_LOADED = 3

NUMBERS = ("exchange", "cell", "incarnation", "threads", "workers", "ready")
TEXTS = ("lanes", "mount", "kind", "target", "app-dir", "log-level", "name")
FLAGS = ("strict-wsgi", "reload")


class Options:
    """The command line. The supervisor writes it, so a mistake is a bug and raises."""

    def __init__(self, arguments):
        values = dict.fromkeys(FLAGS, False)
        arguments = iter(arguments)
        for argument in arguments:
            name = argument[2:]
            if name in FLAGS:
                values[name] = True
            elif name in NUMBERS:
                values[name] = int(next(arguments))
            elif name in TEXTS:
                values[name] = next(arguments)
            else:
                raise ValueError(f"unknown option {argument}")
        for name in NUMBERS + TEXTS + FLAGS:
            setattr(self, name.replace("-", "_"), values[name])
        self.lanes = [tuple(map(int, lane.split(":"))) for lane in self.lanes.split(",")]


def main():
    options = Options(sys.argv[1:])
    os.set_inheritable(options.ready, False)
    _worker.set_log_level(options.log_level)
    _worker.set_process_name(options.name)
    if not getattr(sys.flags, "safe_path", False):
        del sys.path[0]  # the current folder, put there by `-m`
    sys.path.insert(0, options.app_dir)
    try:
        # Made first: programs that the application's import starts inherit no descriptors.
        worker = connect(options)
        worker.set_application(load(options))
    except (OSError, NotLoaded) as failure:
        _worker.log("error", f"{options.name}: {failure}")
        leave(EXIT_NOT_LOADED)
    # After the import, so that it wins over a handler that the application installed.
    worker.stop_on_sigterm()
    if options.reload:
        from coachwhip import reload

        reload.start(options.app_dir, options.exchange)
    os.write(options.ready, b"ready\n")
    os.close(options.ready)
    serve(worker, options.threads)


def connect(options):
    """Raises OSError if the exchange cannot be used."""
    return _worker.Worker(
        exchange=options.exchange,
        lanes=options.lanes,
        cell=options.cell,
        incarnation=options.incarnation,
        threads=options.threads,
        workers=options.workers,
        name=options.name,
        strict=options.strict_wsgi,
    )


def load(options):
    """The WSGI application that the options name."""
    if options.kind == "scripts":
        from coachwhip.scripts import ScriptFolder

        return ScriptFolder(options.target)
    return load_target(options.target, options.app_dir)


def leave(code):
    """As sys.exit does, but without waiting for threads that the application's import started."""
    import atexit

    try:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def serve(worker, threads):
    """Until the worker is stopped. This thread is one of them: signal handlers run in it."""
    others = []
    if threads > 1:
        from threading import Thread

        for number in range(1, threads):
            name = f"coachwhip-{number}"
            others.append(Thread(target=worker.run, args=(number,), name=name, daemon=True))
            others[-1].start()
    worker.run(0)
    for thread in others:
        thread.join()


if __name__ == "__main__":
    main()
