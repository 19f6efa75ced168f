"""A folder of scripts: /ctime.py answers with the `application` of ctime.py."""

import os
import sys
import threading

from coachwhip import _worker
from coachwhip.loading import reason_against, traceback_of


class Script:
    """A file that was run, and the application it defines."""

    def __init__(self, version, application):
        self.version = version
        self.application = application


class ScriptFolder:
    """The WSGI application. Loads a script when it is asked for, and again when it has changed."""

    def __init__(self, root):
        self.root = os.path.realpath(root)
        self.scripts = {}
        self.lock = threading.Lock()
        if self.root not in sys.path:
            sys.path.insert(0, self.root)  # scripts import their neighbours

    def __call__(self, environ, start_response):
        found = self.find(environ["PATH_INFO"])
        if found is None:
            return answer(start_response, "404 Not Found")
        path, name, rest = found
        application = self.load(path)
        if application is None:
            return answer(start_response, "500 Internal Server Error")
        environ["SCRIPT_NAME"] += name
        environ["PATH_INFO"] = rest
        return application(environ, start_response)

    def find(self, path_info):
        """The script's file, its part of the URL and what follows it; None if there is none."""
        try:
            decoded = path_info.encode("latin-1").decode("utf-8")
        except UnicodeDecodeError:
            return None
        parts = decoded.split("/")[1:]
        folder = self.root
        for count, part in enumerate(parts, 1):
            if not part or part[0] in "._" or "\0" in part:
                return None
            folder = os.path.join(folder, part)
            if part.endswith(".py") and os.path.isfile(folder):
                if not os.path.realpath(folder).startswith(os.path.join(self.root, "")):
                    return None  # a link that leads out of the folder
                length = len("/".join(["", *parts[:count]]).encode("utf-8"))
                return folder, path_info[:length], path_info[length:]
        return None

    def load(self, path):
        """The script's application; None, with the reason in the log, if it has none."""
        try:
            status = os.stat(path)
        except OSError as error:
            _worker.log("error", f"{path}: {error.strerror}")
            return None
        version = (status.st_mtime_ns, status.st_size, status.st_ino)
        script = self.scripts.get(path)
        if script is None or script.version != version:
            with self.lock:
                script = self.scripts.get(path)
                if script is None or script.version != version:
                    script = Script(version, run(path, self.module_name(path)))
                    self.scripts[path] = script
        return script.application

    def module_name(self, path):
        """One that no import statement can ask for; without dots, as those want a package."""
        name = os.path.splitext(os.path.relpath(path, self.root))[0]
        return "script:" + name.replace("%", "%25").replace(".", "%2E")


def run(path, name):
    """Runs the file as a module; gives its `application`, or None with the reason in the log."""
    from importlib.util import module_from_spec, spec_from_file_location

    module = module_from_spec(spec_from_file_location(name, path))
    sys.modules[name] = module  # for what finds classes by their module: dataclasses, pickle
    try:
        with open(path, "rb") as file:
            # Not by the loader: it would take a compiled file that is up to a second older.
            code = compile(file.read(), path, "exec")
        exec(code, module.__dict__)
        application = module.application if hasattr(module, "application") else None
    except BaseException as error:
        sys.modules.pop(name, None)
        _worker.log("error", f"{path} cannot be loaded: {traceback_of(error)}")
        return None
    if not callable(application):
        reason = "has no callable named 'application'"
    else:
        reason = reason_against(application)
        reason = reason and f"cannot be served: {reason}"
    if reason is not None:
        sys.modules.pop(name, None)
        _worker.log("error", f"{path} {reason}")
        return None
    return application


def answer(start_response, status):
    page = (status[4:] + "\n").encode("ascii")
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(page)))]
    start_response(status, headers)
    return [page]
