"""Argument checks that name the argument and its caller."""

from collections.abc import Iterable
from typing import Any


def ensure_argument_type(
    argument: Any, types: type | Iterable[type], argument_name: str, caller: str | None = None
) -> None:
    """Raise TypeError unless `argument` is an instance of one of `types`; the text names argument and caller."""
    own_arguments = ((types, (type, Iterable), "types"), (argument_name, str, "argument_name"))
    for own, wanted, name in (*own_arguments, (caller, (str, type(None)), "caller")):
        if not isinstance(own, wanted):
            raise TypeError(f"'ensure_argument_type()' expected {name!r} to be {wanted}, got {own!r} of {type(own)}")
    wanted_types = [types] if isinstance(types, type) else list(types)
    if not any(isinstance(argument, wanted) for wanted in wanted_types):
        start = "Expected" if caller is None else f"{caller!r} expected"
        names = ", ".join(str(wanted) for wanted in wanted_types)
        raise TypeError(f"{start} {argument_name!r} to be one of [{names}], got {argument!r} of {type(argument)}")
