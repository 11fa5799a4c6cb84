"""Runs a lifecycle node."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from launch.actions import OpaqueFunction
from launch.event_handler import EventHandler
from launch.logging import get_logger

from ..events.lifecycle import ChangeState, StateTransition
from ..ros_adapters import call_service, get_ros_node
from .node import Node

if TYPE_CHECKING:
    from lifecycle_msgs.msg import TransitionEvent

    from launch.launch_context import LaunchContext
    from launch.launch_description_entity import LaunchDescriptionEntity
    from launch.some_substitutions_type import SomeSubstitutionsType
    from rclpy.client import Client


class LifecycleNode(Node):
    """A Node that tells its transitions by StateTransition events, and makes those that ChangeState events ask for."""

    def __init__(self, *, name: SomeSubstitutionsType, namespace: SomeSubstitutionsType, **kwargs: Any) -> None:
        super().__init__(name=name, namespace=namespace, **kwargs)

    def execute(self, context: LaunchContext) -> list[LaunchDescriptionEntity] | None:
        """Listen to the node, then start it."""
        self._perform_substitutions(context)
        if not context.is_shutdown:
            self._connect(context)
        return super().execute(context)

    def _connect(self, context: LaunchContext) -> None:
        from lifecycle_msgs.msg import TransitionEvent
        from lifecycle_msgs.srv import ChangeState as ChangeStateService

        node = get_ros_node(context)
        node.create_subscription(
            TransitionEvent, f"{self.node_name}/transition_event", partial(self._on_transition_event, context), 10
        )
        client = node.create_client(ChangeStateService, f"{self.node_name}/change_state")
        context.register_event_handler(
            EventHandler(
                matcher=lambda event: isinstance(event, ChangeState) and event.lifecycle_node_matcher(self),
                entities=[OpaqueFunction(function=self._on_change_state, args=[client])],
            )
        )

    def _on_transition_event(self, context: LaunchContext, msg: TransitionEvent) -> None:
        context.asyncio_loop.call_soon_threadsafe(context.emit_event_sync, StateTransition(action=self, msg=msg))

    def _on_change_state(self, context: LaunchContext, client: Client) -> None:
        task = context.asyncio_loop.create_task(self._change_state(context, client, context.locals.event.transition_id))
        context.add_completion_future(task)

    async def _change_state(self, context: LaunchContext, client: Client, transition_id: int) -> None:
        request = client.srv_type.Request()
        request.transition.id = transition_id
        response = await call_service(context, client, request)
        if response is not None and not response.success:
            get_logger(__name__).error(
                "Failed to make transition '%s' for LifecycleNode '%s'",
                ChangeState.valid_transitions[transition_id],
                self.node_name,
            )
