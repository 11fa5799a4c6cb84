"""What a scope of a launch (a GroupAction, an included file) gives to the nodes that are started in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions

from .utilities.namespace_utils import make_namespace_absolute, prefix_namespace

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext
    from launch.some_substitutions_type import SomeSubstitutionsType

    from .remap_rule_type import RemapRules

# Name and value, or the path of a file.
ScopedParameter: TypeAlias = tuple[str, Any] | str

_NAMESPACE, _PARAMETERS, _REMAPPINGS = "ros_namespace", "global_params", "ros_remaps"


def namespace_in_scope(context: LaunchContext, namespace: SomeSubstitutionsType | None) -> str | None:
    """The absolute namespace of who asks for `namespace` (None: for none); None: neither it nor the scope has one."""
    own = None if namespace is None else perform_substitutions(context, normalize_to_list_of_substitutions(namespace))
    return make_namespace_absolute(prefix_namespace(context.launch_configurations.get(_NAMESPACE), own))


def set_namespace(context: LaunchContext, namespace: str) -> None:
    """The scope's namespace from now on; an absolute one."""
    context.launch_configurations[_NAMESPACE] = namespace


def scoped_parameters(context: LaunchContext) -> list[ScopedParameter]:
    """In the order in which they were set."""
    return list(context.launch_configurations.get(_PARAMETERS, ()))


def add_parameters(context: LaunchContext, parameters: Iterable[ScopedParameter]) -> None:
    """The scope's own, after those of the outer scopes."""
    _append(context, _PARAMETERS, parameters)


def remappings_in_scope(context: LaunchContext, rules: RemapRules) -> list[tuple[str, str]]:
    """Pairs from, to: those of the scope, then the given ones."""
    scoped: Iterable[tuple[str, str]] = context.launch_configurations.get(_REMAPPINGS, ())  # type: ignore[assignment]
    own = ((perform_substitutions(context, src), perform_substitutions(context, dst)) for src, dst in rules)
    return [*scoped, *own]


def add_remapping(context: LaunchContext, src: str, dst: str) -> None:
    """The scope's own, after those of the outer scopes."""
    _append(context, _REMAPPINGS, [(src, dst)])


def _append(context: LaunchContext, key: str, items: Iterable[Any]) -> None:
    # A new list: the outer scope keeps its own.
    configurations: dict[str, Any] = context.launch_configurations
    configurations[key] = [*configurations.get(key, ()), *items]
