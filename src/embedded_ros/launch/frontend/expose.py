"""Registration of actions and substitutions under the names that launch files use."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    from ..action import Action
    from ..some_substitutions_type import SomeSubstitutionsType
    from ..substitution import Substitution
    from .entity import Entity
    from .parser import Parser

# Gives what to call (most often the class itself) and the keyword arguments to call it with.
Parsed: TypeAlias = tuple[Callable[..., Any], dict[str, Any]]
ParseMethod: TypeAlias = Callable[..., Parsed]
Exposed = TypeVar("Exposed")

action_parse_methods: dict[str, ParseMethod] = {}
substitution_parse_methods: dict[str, ParseMethod] = {}


def instantiate_action(entity: Entity, parser: Parser) -> Action:
    """The action that the element stands for; RuntimeError if nobody has exposed its name."""
    if entity.type_name not in action_parse_methods:
        raise RuntimeError(f"Unrecognized entity of the type: {entity.type_name}")
    make, kwargs = action_parse_methods[entity.type_name](entity, parser)
    action: Action = make(**kwargs)
    return action


def instantiate_substitution(type_name: str, args: Iterable[SomeSubstitutionsType] | None = None) -> Substitution:
    """The substitution of that name; RuntimeError if nobody has exposed it."""
    if type_name not in substitution_parse_methods:
        raise RuntimeError(f"Unknown substitution: {type_name}")
    make, kwargs = substitution_parse_methods[type_name]([] if args is None else args)
    substitution: Substitution = make(**kwargs)
    return substitution


def expose_substitution(name: str) -> Callable[[Exposed], Exposed]:
    """Decorator: `$(name ...)` is made by the function, or by the class method `parse`, with the list of arguments."""
    return __expose_impl(name, substitution_parse_methods, "substitution")


def expose_action(name: str) -> Callable[[Exposed], Exposed]:
    """Decorator: elements `name` are made by the function, or by the class method `parse`, with entity and parser.

    RuntimeError for what has no such method, and for a name that another one has.
    """
    return __expose_impl(name, action_parse_methods, "action")


def expect_arguments(
    name: str, data: Sequence[Any], minimum: int, maximum: int | None = None, *, error: type[Exception] = TypeError
) -> None:
    """Raise `error` unless the substitution has `minimum` to `maximum` (None: exactly `minimum`) arguments."""
    maximum = minimum if maximum is None else maximum
    if not minimum <= len(data) <= maximum:
        wanted = f"{minimum}" if minimum == maximum else f"{minimum} or {maximum}"
        raise error(f"{name} substitution expects {wanted} argument(s), got {len(data)}")


def __expose_impl(name: str, parse_methods_map: dict[str, Any], exposed_type: str) -> Callable[[Exposed], Exposed]:
    def expose(exposed: Exposed) -> Exposed:
        method = _parse_method(name, exposed, exposed_type)
        if parse_methods_map.get(name, method) != method:
            raise RuntimeError(f"Two {exposed_type} parsing methods exposed with the same name: [{name}].")
        parse_methods_map[name] = _complete(method) if exposed_type == "action" else method
        return exposed

    return expose


def _parse_method(name: str, exposed: Any, exposed_type: str) -> ParseMethod:
    if inspect.isclass(exposed):
        method: ParseMethod | None = getattr(exposed, "parse", None)
        if not inspect.ismethod(method):
            raise RuntimeError(f"Did not find a class method called 'parse' in the class being decorated: {exposed}")
        return method
    if inspect.isfunction(exposed):
        return exposed
    raise RuntimeError(
        f"Exposed {exposed_type} parser for {name} is not a callable or a class containing a parse method"
    )


def _complete(method: ParseMethod) -> ParseMethod:
    """A misspelt attribute would otherwise be ignored in silence."""

    @functools.wraps(method)
    def parse(entity: Entity, parser: Parser) -> Parsed:
        parsed = method(entity, parser)
        entity.assert_entity_completely_parsed()
        return parsed

    return parse
