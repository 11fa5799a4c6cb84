"""Puts nodes into a namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launch.action import Action
from launch.frontend.expose import expose_action
from launch.substitutions import SubstitutionFailure
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions

from .._scope import namespace_in_scope, set_namespace

if TYPE_CHECKING:
    from launch.frontend import Entity, Parser
    from launch.frontend.expose import Parsed
    from launch.launch_context import LaunchContext
    from launch.some_substitutions_type import SomeSubstitutionsType
    from launch.substitution import Substitution


@expose_action("push_ros_namespace")
@expose_action("push-ros-namespace")
class PushROSNamespace(Action):
    """Nodes of this scope get `namespace` in front of theirs; the end of a scoped GroupAction takes it back."""

    def __init__(self, namespace: SomeSubstitutionsType, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._namespace = normalize_to_list_of_substitutions(namespace)

    @classmethod
    def parse(cls, entity: Entity, parser: Parser) -> Parsed:
        """What the element `push_ros_namespace` holds."""
        _, kwargs = super().parse(entity, parser)
        kwargs["namespace"] = parser.parse_substitution(entity.get_attr("namespace"))
        return cls, kwargs

    @property
    def namespace(self) -> list[Substitution]:
        """The namespace."""
        return self._namespace

    def execute(self, context: LaunchContext) -> None:
        """Push it; SubstitutionFailure if the result is no namespace."""
        from rclpy.exceptions import InvalidNamespaceException
        from rclpy.validate_namespace import validate_namespace

        namespace = namespace_in_scope(context, self._namespace) or "/"
        try:
            validate_namespace(namespace)
        except InvalidNamespaceException as error:
            raise SubstitutionFailure(
                f"The resulting namespace is invalid: [previous_namespace='{namespace_in_scope(context, None)}', "
                f"pushed_namespace='{perform_substitutions(context, self._namespace)}']"
            ) from error
        set_namespace(context, namespace)


PushRosNamespace = PushROSNamespace
