"""Chooses where nodes log to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launch.action import Action
from launch.frontend.expose import expose_action
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions

if TYPE_CHECKING:
    from launch.frontend import Entity, Parser
    from launch.frontend.expose import Parsed
    from launch.launch_context import LaunchContext
    from launch.some_substitutions_type import SomeSubstitutionsType
    from launch.substitution import Substitution


@expose_action("set_ros_log_dir")
class SetROSLogDir(Action):
    """Nodes that are started after it log to `new_log_dir`; a relative one lies in the folder that they had so far."""

    def __init__(self, new_log_dir: SomeSubstitutionsType, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._log_dir = normalize_to_list_of_substitutions(new_log_dir)

    @classmethod
    def parse(cls, entity: Entity, parser: Parser) -> Parsed:
        """What the element `set_ros_log_dir` holds."""
        _, kwargs = super().parse(entity, parser)
        kwargs["new_log_dir"] = parser.parse_substitution(entity.get_attr("new_log_dir"))
        return cls, kwargs

    @property
    def log_dir(self) -> list[Substitution]:
        """The folder."""
        return self._log_dir

    def execute(self, context: LaunchContext) -> None:
        """Set the variable."""
        from rclpy.logging import get_logging_directory

        folder = get_logging_directory() / perform_substitutions(context, self._log_dir)
        context.environment["ROS_LOG_DIR"] = str(folder)
