"""From a target as the user wrote it to the WSGI application, or to one clear reason why not."""

import os
import sys


class NotLoaded(Exception):
    """The application cannot be used; the message says why."""


def load_target(target, app_dir):
    """Of the form "module:attribute.attribute", "module" or "module:factory()"."""
    module_name, _, path = target.partition(":")
    module = import_module(module_name, target, app_dir)
    is_factory = path.endswith("()")
    path = path[:-2] if is_factory else path
    application = find_attribute(module, path) if path else find_default(module)
    if is_factory:
        application = call_factory(application, target)
    if not callable(application):
        raise NotLoaded(
            f"{target!r} is not a WSGI application: it is of type {type(application).__name__}, "
            "which cannot be called"
        )
    return application


def import_module(name, target, app_dir):
    try:
        __import__(name)
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        # Is it the target that is missing, or something that the application imports?
        missing = getattr(error, "name", None) if isinstance(error, ModuleNotFoundError) else None
        if missing is None or not f"{name}.".startswith(f"{missing}."):
            raise NotLoaded(f"importing {name!r} failed\n{traceback_of(error)}") from None
        raise NotLoaded(
            f"there is no module {missing!r} for the target {target!r}: "
            f"looked in {app_dir} and in the packages of {sys.executable}"
        ) from None
    return sys.modules[name]


def find_attribute(module, path):
    found = module
    for name in path.split("."):
        try:
            found = getattr(found, name)
        except AttributeError:
            raise NotLoaded(
                f"module {module.__name__!r} has no {path!r}{suggestion(module)}"
            ) from None
    return found


def find_default(module):
    for name in ("application", "app"):
        if hasattr(module, name):
            return getattr(module, name)
    raise NotLoaded(
        f"module {module.__name__!r} has neither 'application' nor 'app'{suggestion(module)}"
    )


def call_factory(factory, target):
    if not callable(factory):
        raise NotLoaded(f"{target!r} cannot be called: it is of type {type(factory).__name__}")
    try:
        return factory()
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        raise NotLoaded(f"{target!r} failed\n{traceback_of(error)}") from None


def suggestion(module):
    """The end of a message: what in the module looks like an application."""
    found = []
    for name, value in vars(module).items():
        if name.startswith("_") or isinstance(value, type):
            continue
        is_own = getattr(value, "__module__", None) == module.__name__
        count = argument_count(value)
        if count == 2 and (is_own or not hasattr(value, "__code__")):
            found.append(name)
        elif count == 0 and is_own and name.startswith(("create", "make")):
            found.append(f"{name}()")
    if not found:
        return ""
    return "; did you mean " + " or ".join(f"{module.__name__}:{name}" for name in found) + "?"


def argument_count(value):
    """How many arguments a function or an object with __call__ takes; None if that is unknown."""
    code = getattr(value, "__code__", None)
    if code is not None:
        return code.co_argcount
    method = getattr(type(value), "__call__", None)  # noqa: B004
    code = getattr(method, "__code__", None)
    return None if code is None else code.co_argcount - 1


def traceback_of(error):
    """As Python prints it, without our own frames and those of the import system at its top."""
    import traceback

    trace = error.__traceback__
    while trace is not None and is_ours(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace)).rstrip("\n")


def is_ours(filename):
    return os.path.dirname(filename) == os.path.dirname(__file__) or "<frozen " in filename
