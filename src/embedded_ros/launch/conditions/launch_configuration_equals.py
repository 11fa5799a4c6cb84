"""Holds where a launch configuration is a value."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from ..condition import Condition
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions

if TYPE_CHECKING:
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType


class LaunchConfigurationEquals(Condition):
    """Deprecated in Jazzy: use IfCondition with EqualsSubstitution. `expected_value` None: not set at all."""

    def __init__(self, launch_configuration_name: str, expected_value: SomeSubstitutionsType | None) -> None:
        warnings.warn(
            "The 'LaunchConfigurationEquals' Condition is deprecated: "
            "use 'EqualsSubstitution' or 'NotEqualsSubstitution' in an 'IfCondition' instead",
            UserWarning,
            stacklevel=2,
        )
        self._launch_configuration_name = launch_configuration_name
        self._expected_value = None if expected_value is None else normalize_to_list_of_substitutions(expected_value)
        super().__init__(predicate=self._holds)

    def describe(self) -> str:
        """Text for a person."""
        return f"LaunchConfigurationEquals('{self._launch_configuration_name}')"

    def _holds(self, context: LaunchContext) -> bool:
        value = context.launch_configurations.get(self._launch_configuration_name)
        expected = None if self._expected_value is None else perform_substitutions(context, self._expected_value)
        return value == expected
