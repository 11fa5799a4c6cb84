"""Gives a parameter to all nodes of a scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launch.action import Action
from launch.frontend.expose import expose_action
from launch.utilities import normalize_to_list_of_substitutions

from .._scope import add_parameters
from ..utilities.evaluate_parameters import evaluate_parameter_dict
from ..utilities.normalize_parameters import normalize_parameter_dict

if TYPE_CHECKING:
    from launch.frontend import Entity, Parser
    from launch.frontend.expose import Parsed
    from launch.launch_context import LaunchContext
    from launch.some_substitutions_type import SomeSubstitutionsType

    from ..parameters_type import ParameterName, ParameterValue, SomeParameterValue


@expose_action("set_parameter")
class SetParameter(Action):
    """Nodes that are started after it, in the same scope, get the parameter; their own values go before it."""

    def __init__(self, name: SomeSubstitutionsType, value: SomeParameterValue, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._parameter = normalize_parameter_dict({tuple(normalize_to_list_of_substitutions(name)): value})

    @classmethod
    def parse(cls, entity: Entity, parser: Parser) -> Parsed:
        """What the element `set_parameter` holds."""
        _, kwargs = super().parse(entity, parser)
        kwargs["name"] = parser.parse_substitution(entity.get_attr("name"))
        kwargs["value"] = parser.parse_substitution(entity.get_attr("value"))
        return cls, kwargs

    @property
    def name(self) -> ParameterName:
        """The parameter's name."""
        return next(iter(self._parameter))

    @property
    def value(self) -> ParameterValue:
        """Its value."""
        return next(iter(self._parameter.values()))

    def execute(self, context: LaunchContext) -> None:
        """Add it to the scope."""
        add_parameters(context, evaluate_parameter_dict(context, self._parameter).items())
