"""Chooses the clock of the launch's timers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launch.action import Action
from launch.frontend.expose import expose_action
from launch.utilities.type_utils import NormalizedValueType, normalize_typed_substitution, perform_typed_substitution

from ..ros_adapters import get_ros_node

if TYPE_CHECKING:
    from launch.frontend import Entity, Parser
    from launch.frontend.expose import Parsed
    from launch.launch_context import LaunchContext
    from launch.some_substitutions_type import SomeSubstitutionsType


@expose_action("set_use_sim_time")
class SetUseSimTime(Action):
    """`value` true: the launch's own node, and with it ROSTimer, follows the topic /clock.

    For the nodes that it starts, there is SetParameter.
    """

    def __init__(self, value: bool | SomeSubstitutionsType, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._value = normalize_typed_substitution(value, bool)

    @classmethod
    def parse(cls, entity: Entity, parser: Parser) -> Parsed:
        """What the element `set_use_sim_time` holds."""
        _, kwargs = super().parse(entity, parser)
        kwargs["value"] = parser.parse_if_substitutions(entity.get_attr("value", data_type=bool))
        return cls, kwargs

    @property
    def value(self) -> NormalizedValueType:
        """Whether to follow /clock, or what will tell it."""
        return self._value

    def execute(self, context: LaunchContext) -> None:
        """Set the node's parameter; RuntimeError if the node refuses it."""
        from rclpy.parameter import Parameter

        value = perform_typed_substitution(context, self._value, bool)
        (result,) = get_ros_node(context).set_parameters([Parameter("use_sim_time", Parameter.Type.BOOL, value)])
        if not result.successful:
            raise RuntimeError(f"Failed to set use_sim_time parameter to {value}: {result.reason}")
