"""How something can be called, as far as that is known without running any of it."""

import types

# Flags of code objects, as `inspect` names them; it would be a slow import.
CO_VARARGS = 0x04
CO_COROUTINE = 0x80
CO_ASYNC_GENERATOR = 0x200


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
