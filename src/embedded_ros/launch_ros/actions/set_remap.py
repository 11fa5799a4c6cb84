"""Gives a remapping rule to all nodes of a scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launch.action import Action
from launch.frontend.expose import expose_action
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions

from .._scope import add_remapping

if TYPE_CHECKING:
    from launch.frontend import Entity, Parser
    from launch.frontend.expose import Parsed
    from launch.launch_context import LaunchContext
    from launch.some_substitutions_type import SomeSubstitutionsType
    from launch.substitution import Substitution


@expose_action("set_remap")
class SetRemap(Action):
    """Nodes that are started after it, in the same scope, get the rule `src` := `dst`, before their own rules."""

    def __init__(self, src: SomeSubstitutionsType, dst: SomeSubstitutionsType, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._src = normalize_to_list_of_substitutions(src)
        self._dst = normalize_to_list_of_substitutions(dst)

    @classmethod
    def parse(cls, entity: Entity, parser: Parser) -> Parsed:
        """What the element `set_remap` holds."""
        _, kwargs = super().parse(entity, parser)
        kwargs["src"] = parser.parse_substitution(entity.get_attr("from"))
        kwargs["dst"] = parser.parse_substitution(entity.get_attr("to"))
        return cls, kwargs

    @property
    def src(self) -> list[Substitution]:
        """The name in the node's code."""
        return self._src

    @property
    def dst(self) -> list[Substitution]:
        """The name that it gets."""
        return self._dst

    def execute(self, context: LaunchContext) -> None:
        """Add it to the scope."""
        add_remapping(context, perform_substitutions(context, self._src), perform_substitutions(context, self._dst))
