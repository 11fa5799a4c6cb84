"""Runs a container of nodes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from launch.frontend.entity import Entity
from launch.frontend.expose import expose_action

from ..descriptions.composable_node import ComposableNode, parse_composable_nodes
from .node import Node

if TYPE_CHECKING:
    from launch.frontend import Parser
    from launch.frontend.expose import Parsed
    from launch.launch_context import LaunchContext
    from launch.launch_description_entity import LaunchDescriptionEntity
    from launch.some_substitutions_type import SomeSubstitutionsType


@expose_action("node_container")
class ComposableNodeContainer(Node):
    """A Node that loads other nodes into its process; `composable_node_descriptions`: those to load at once."""

    def __init__(
        self,
        *,
        name: SomeSubstitutionsType,
        namespace: SomeSubstitutionsType,
        composable_node_descriptions: Iterable[ComposableNode] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, namespace=namespace, **kwargs)
        self.__composable_node_descriptions = list(composable_node_descriptions or ())

    @classmethod
    def parse(cls, entity: Entity, parser: Parser, ignore: Iterable[str] | None = None) -> Parsed:
        """What the element `node_container` holds."""
        _, kwargs = super().parse(entity, parser, ignore)
        nodes = entity.get_attr("composable_node", data_type=list[Entity], optional=True)
        if nodes is not None:
            kwargs["composable_node_descriptions"] = parse_composable_nodes(nodes, parser)
        return cls, kwargs

    def execute(self, context: LaunchContext) -> list[LaunchDescriptionEntity] | None:
        """Start the container; then load the nodes whose conditions hold."""
        from .load_composable_nodes import LoadComposableNodes

        yielded = list(super().execute(context) or ())
        descriptions = self.__composable_node_descriptions
        if descriptions:
            yielded.append(LoadComposableNodes(composable_node_descriptions=descriptions, target_container=self))
        return yielded or None
