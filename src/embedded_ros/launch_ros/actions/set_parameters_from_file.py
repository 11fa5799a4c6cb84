"""Gives a parameter file to all nodes of a scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launch.action import Action
from launch.frontend.expose import expose_action
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions

from .._scope import add_parameters

if TYPE_CHECKING:
    from launch.frontend import Entity, Parser
    from launch.frontend.expose import Parsed
    from launch.launch_context import LaunchContext
    from launch.some_substitutions_type import SomeSubstitutionsType


@expose_action("set_parameters_from_file")
class SetParametersFromFile(Action):
    """Nodes that are started after it, in the same scope, get the file; their own values go before it."""

    def __init__(self, filename: SomeSubstitutionsType, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._input_file = normalize_to_list_of_substitutions(filename)

    @classmethod
    def parse(cls, entity: Entity, parser: Parser) -> Parsed:
        """What the element `set_parameters_from_file` holds."""
        _, kwargs = super().parse(entity, parser)
        kwargs["filename"] = parser.parse_substitution(entity.get_attr("filename"))
        return cls, kwargs

    def execute(self, context: LaunchContext) -> None:
        """Add it to the scope."""
        add_parameters(context, [perform_substitutions(context, self._input_file)])
