"""From a target as the user wrote it to the WSGI application, or to one clear reason why not."""

import os
import sys
import types

# Flags of code objects, as `inspect` names them; it would be a slow import.
CO_VARARGS = 0x04
CO_COROUTINE = 0x80
CO_ASYNC_GENERATOR = 0x200


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


class Signature:
    """How a function can be called when some of its arguments are given already.

    It is read from the code: what decorators tell `inspect` need not be true.
    """

    def __init__(self, function, is_function, given=0, keywords=()):
        code = function.__code__
        end = code.co_argcount + code.co_kwonlyargcount
        defaults = function.__kwdefaults__ or {}
        only_by_name = code.co_varnames[code.co_argcount : end]
        self.function = function
        self.is_function = is_function  # or a method; not an object with __call__
        self.is_asynchronous = bool(code.co_flags & (CO_COROUTINE | CO_ASYNC_GENERATOR))
        self.names = code.co_varnames[given : code.co_argcount]
        self.has_more = bool(code.co_flags & CO_VARARGS)
        self.required = code.co_argcount - len(function.__defaults__ or ()) - given
        self.required_by_name = [name for name in only_by_name if name not in defaults]
        self.keywords = keywords

    def accepts(self, count):
        """Whether it can be called with that many arguments; True in doubt."""
        if count > len(self.names) and not self.has_more:
            return False
        missing = [*self.names[count : max(self.required, 0)], *self.required_by_name]
        return all(name in self.keywords for name in missing)


def signature_of(value):
    """None if it is unknown. Looks at types alone, so nothing of the value's own is run."""
    kind = type(value)
    if kind is types.FunctionType:
        return Signature(value, True)
    if kind is types.MethodType:
        function = value.__func__
        return Signature(function, True, 1) if type(function) is types.FunctionType else None
    if kind.__name__ == "partial":
        return signature_of_partial(value)
    if kind is type:
        return signature_of_class(value)
    if issubclass(kind, type):
        return None  # its metaclass decides
    call = find_in_class(kind, "__call__")
    return Signature(call, False, 1) if type(call) is types.FunctionType else None


def signature_of_partial(partial):
    import functools

    if type(partial) is not functools.partial:
        return None
    inner = partial.func
    given = len(partial.args)
    if type(inner) is types.MethodType:
        inner = inner.__func__
        given += 1
    holes = getattr(functools, "Placeholder", partial)
    if type(inner) is not types.FunctionType or any(value is holes for value in partial.args):
        return None
    return Signature(inner, False, given, partial.keywords)


def signature_of_class(value):
    if find_in_class(value, "__new__") is not vars(object)["__new__"]:
        return None
    init = find_in_class(value, "__init__")
    if init is vars(object)["__init__"]:
        return Signature(take_nothing, False, 1)
    return Signature(init, False, 1) if type(init) is types.FunctionType else None


def take_nothing(self):
    """As object.__init__ does."""


def find_in_class(kind, name):
    for base in kind.__mro__:
        if name in vars(base):
            return vars(base)[name]
    return None


def traceback_of(error):
    """As Python prints it, without our own frames and those of the import system at its top."""
    import traceback

    trace = error.__traceback__
    while trace is not None and is_ours(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace)).rstrip("\n")


def is_ours(filename):
    return os.path.dirname(filename) == os.path.dirname(__file__) or "<frozen " in filename
