"""Loads nodes into a container."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from launch.action import Action
from launch.frontend.entity import Entity
from launch.frontend.expose import expose_action
from launch.logging import get_logger
from launch.some_substitutions_type import SomeSubstitutionsType_types_tuple
from launch.utilities import ensure_argument_type, normalize_to_list_of_substitutions, perform_substitutions

from .._scope import ScopedParameter, namespace_in_scope, remappings_in_scope, scoped_parameters
from ..descriptions.composable_node import ComposableNode, parse_composable_nodes
from ..parameter_descriptions import ParameterFile
from ..ros_adapters import call_service, get_ros_node
from ..utilities import evaluate_parameters, normalize_parameter_dict, to_parameters_list
from ..utilities.track_node_names import track_node_name
from .composable_node_container import ComposableNodeContainer

if TYPE_CHECKING:
    from composition_interfaces.srv import LoadNode

    from launch.frontend import Parser
    from launch.frontend.expose import Parsed
    from launch.launch_context import LaunchContext
    from launch.some_substitutions_type import SomeSubstitutionsType
    from launch.substitution import Substitution
    from rclpy.client import Client


@expose_action("load_composable_node")
class LoadComposableNodes(Action):
    """Loads the nodes, one after the other, into `target_container`: its action, or its name; waits until it is there.

    Conditions, namespace, parameters and remappings of the scope are those of the moment of execution.
    """

    def __init__(
        self,
        *,
        composable_node_descriptions: Iterable[ComposableNode],
        target_container: SomeSubstitutionsType | ComposableNodeContainer,
        **kwargs: Any,
    ) -> None:
        allowed = (*SomeSubstitutionsType_types_tuple, ComposableNodeContainer)
        ensure_argument_type(target_container, allowed, "target_container", "LoadComposableNodes")
        super().__init__(**kwargs)
        self.__composable_node_descriptions = list(composable_node_descriptions)
        self.__target_container: ComposableNodeContainer | list[Substitution] = (
            target_container
            if isinstance(target_container, ComposableNodeContainer)
            else normalize_to_list_of_substitutions(target_container)
        )

    @classmethod
    def parse(cls, entity: Entity, parser: Parser) -> Parsed:
        """What the element `load_composable_node` holds."""
        _, kwargs = super().parse(entity, parser)
        kwargs["target_container"] = parser.parse_substitution(entity.get_attr("target"))
        nodes = entity.get_attr("composable_node", data_type=list[Entity])
        kwargs["composable_node_descriptions"] = parse_composable_nodes(nodes, parser)
        return cls, kwargs

    def execute(self, context: LaunchContext) -> None:
        """Start loading."""
        from composition_interfaces.srv import LoadNode

        target = self.__target_container
        container = perform_substitutions(context, target) if isinstance(target, list) else target.node_name
        requests = [
            request
            for description in self.__composable_node_descriptions
            if (request := get_composable_node_load_request(description, context)) is not None
        ]
        if requests and not context.is_shutdown:
            client = get_ros_node(context).create_client(LoadNode, f"{container}/_container/load_node")
            task = context.asyncio_loop.create_task(_load(context, client, container, requests))
            context.add_completion_future(task)


async def _load(context: LaunchContext, client: Client, container: str, requests: list[LoadNode.Request]) -> None:
    logger = get_logger(__name__)
    for request in requests:
        response = await call_service(context, client, request)
        if response is None:
            return
        name = response.full_node_name or request.node_name
        if response.success:
            track_node_name(context, name, get_logger(container))
            logger.info("Loaded node '%s' in container '%s'", response.full_node_name, container)
        else:
            logger.error(
                "Failed to load node '%s' of type '%s' in container '%s': %s",
                name,
                request.plugin_name,
                container,
                response.error_message,
            )


def get_composable_node_load_request(
    composable_node_description: ComposableNode, context: LaunchContext
) -> LoadNode.Request | None:
    """What the container is asked for, in the scope that `context` is in; None if the condition does not hold."""
    from composition_interfaces.srv import LoadNode

    described = composable_node_description
    condition = described.condition()
    if condition is not None and not condition.evaluate(context):
        return None
    namespace = namespace_in_scope(context, described.node_namespace)
    name = perform_substitutions(context, described.node_name or ())
    request = LoadNode.Request(
        package_name=perform_substitutions(context, described.package),
        plugin_name=perform_substitutions(context, described.node_plugin),
        node_name=name,
        node_namespace=namespace or "",
        remap_rules=[f"{src}:={dst}" for src, dst in remappings_in_scope(context, described.remappings or ())],
    )
    for field, parameters in (
        ("parameters", [*map(_normalized, scoped_parameters(context)), *(described.parameters or ())]),
        ("extra_arguments", described.extra_arguments or ()),
    ):
        evaluated = evaluate_parameters(context, tuple(parameters))
        listed = to_parameters_list(context, name, namespace, evaluated)
        setattr(request, field, [parameter.to_parameter_msg() for parameter in listed])
    return request


def _normalized(parameter: ScopedParameter) -> Any:
    if isinstance(parameter, tuple):
        return normalize_parameter_dict(dict([parameter]))
    return ParameterFile(Path(parameter))
