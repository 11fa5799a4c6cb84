"""Gives a parameter to all nodes of a scope."""

from __future__ import annotations

from typing import Any

from launch.action import Action
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.utilities import normalize_to_list_of_substitutions

from ..parameters_type import ParameterName, ParameterValueType, SomeParameterValue
from ..utilities.evaluate_parameters import evaluate_parameter_dict
from ..utilities.normalize_parameters import normalize_parameter_dict


class SetParameter(Action):
    """Nodes that are started after it, in the same scope, get the parameter; their own values go before it."""

    def __init__(self, name: SomeSubstitutionsType, value: SomeParameterValue, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._parameter = normalize_parameter_dict({tuple(normalize_to_list_of_substitutions(name)): value})

    @property
    def name(self) -> ParameterName:
        """The parameter's name."""
        return next(iter(self._parameter))

    @property
    def value(self) -> ParameterValueType:
        """Its value."""
        return next(iter(self._parameter.values()))

    def execute(self, context: LaunchContext) -> None:
        """Add it to the scope."""
        # A new list: the outer scope keeps its own.
        configurations: dict[str, Any] = context.launch_configurations
        evaluated = evaluate_parameter_dict(context, self._parameter)
        configurations["global_params"] = [*configurations.get("global_params", ()), *evaluated.items()]
