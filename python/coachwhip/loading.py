"""From a target as the user wrote it to the WSGI application, or to one clear reason why not."""

import os
import sys

from coachwhip.signature import signature_of


class NotLoaded(Exception):
    """The application cannot be used; the message says why."""


def load_target(target, app_dir):
    """Of the form "module:attribute.attribute", "module" or "module:factory()"."""
    name, _, path = target.partition(":")
    module = import_module(name, target, app_dir)
    is_factory = path.endswith("()")
    path = path[:-2] if is_factory else path
    if path:
        application = find_attribute(module, name, path)
    else:
        path, application = find_default(module, name)
    if is_factory:
        application = call_factory(application, target)
    reason = reason_against(application)
    if reason is not None:
        hint = "" if is_factory or not is_factory_like(application) else f"{name}:{path}()"
        hint = f"; did you mean {hint}?" if hint else ""
        raise NotLoaded(f"{target!r} is not a WSGI application: {reason}{hint}")
    return application


def import_module(name, target, app_dir):
    try:
        __import__(name)
    except BaseException as error:
        # Is it the target that is missing, or something that the application imports?
        missing = getattr(error, "name", None) if isinstance(error, ModuleNotFoundError) else None
        if missing is None or not f"{name}.".startswith(f"{missing}."):
            raise NotLoaded(f"importing {name!r} failed\n{traceback_of(error)}") from None
        raise NotLoaded(
            f"there is no module {missing!r} for the target {target!r}: "
            f"looked in {app_dir} and in the packages of {sys.executable}"
        ) from None
    return sys.modules[name]


def find_attribute(module, module_name, path):
    found = module
    for name in path.split("."):
        try:
            found = getattr(found, name)
        except AttributeError:
            hint = suggestion(module, module_name)
            raise NotLoaded(f"module {module_name!r} has no {path!r}{hint}") from None
        except BaseException as error:
            raise not_readable(module_name, path, error) from None
    return found


def find_default(module, module_name):
    """The name of the application and the application."""
    failure = None
    for name in ("application", "app"):
        try:
            return name, getattr(module, name)
        except AttributeError:
            continue
        except BaseException as error:  # of a __getattr__ of the module
            failure = failure or not_readable(module_name, name, error)
    if failure is not None:
        raise failure
    hint = suggestion(module, module_name)
    raise NotLoaded(f"module {module_name!r} has neither 'application' nor 'app'{hint}")


def not_readable(module_name, path, error):
    return NotLoaded(f"reading {path!r} of module {module_name!r} failed\n{traceback_of(error)}")


def call_factory(factory, target):
    if not callable(factory):
        raise NotLoaded(f"{target!r} cannot be called: it is of type {type(factory).__name__}")
    try:
        return factory()
    except BaseException as error:
        raise NotLoaded(f"{target!r} failed\n{traceback_of(error)}") from None


def reason_against(application):
    """Why this can never be a WSGI application; None if it may be one."""
    if not callable(application):
        return f"it is of type {type(application).__name__}, which cannot be called"
    signature = signature_of(application)
    if signature is None:
        return None
    if signature.is_asynchronous or signature.names == ("scope", "receive", "send"):
        return "it is asynchronous; ASGI is not served yet, only WSGI applications are"
    if not signature.accepts(2):
        return "it cannot be called with the two arguments environ and start_response"
    return None


def is_factory_like(value):
    """Whether something that is no application can be called without arguments."""
    signature = signature_of(value)
    return signature is not None and not signature.is_asynchronous and signature.accepts(0)


def suggestion(module, module_name):
    """The end of a message: what in the module looks like an application."""
    found = []
    for name, value in list(getattr(module, "__dict__", {}).items()):
        # Nothing is asked of the value itself: proxies of frameworks raise, whatever it is.
        signature = None if issubclass(type(value), type) else signature_of(value)
        if name.startswith("_") or signature is None or signature.is_asynchronous:
            continue
        is_own = signature.function.__module__ == module_name
        if len(signature.names) == 2 and (is_own or not signature.is_function):
            found.append(name)
        elif not signature.names and is_own and name.startswith(("create", "make")):
            found.append(f"{name}()")
    if not found:
        return ""
    return "; did you mean " + " or ".join(f"{module_name}:{name}" for name in found) + "?"


def traceback_of(error):
    """As Python prints it, without our own frames and those of the import system at its top."""
    import traceback

    trace = error.__traceback__
    while trace is not None and is_ours(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace)).rstrip("\n")


def is_ours(filename):
    return os.path.dirname(filename) == os.path.dirname(__file__) or "<frozen " in filename
