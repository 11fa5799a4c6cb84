"""The endpoints of an action client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from action_msgs.srv import CancelGoal

from embedded_ros.wire.liveliness import EntityKind
from rclpy.impl.action_names import action_names
from rclpy.impl.endpoints import ClientHandle, SubscriptionHandle
from rclpy.impl.handle import Handle
from rclpy.qos import QoSProfile

if TYPE_CHECKING:
    from rclpy.node import Node


class ActionClientHandle(Handle):
    """Three clients and two subscriptions."""

    def __init__(
        self,
        node: Node,
        action_type: type[Any],
        action_name: str,
        service_qos: tuple[QoSProfile, QoSProfile, QoSProfile],
        topic_qos: tuple[QoSProfile, QoSProfile],
    ) -> None:
        super().__init__()
        self._impl = impl = action_type.Impl
        names = action_names(node, action_name)
        goal_qos, result_qos, cancel_qos = (qos.get_c_qos_profile() for qos in service_qos)
        feedback_qos, status_qos = (qos.get_c_qos_profile() for qos in topic_qos)
        handle, waker = node.handle, node.handle.waker
        self.goal_client = ClientHandle(handle, impl.SendGoalService, names.send_goal, goal_qos, waker)
        self.cancel_client = ClientHandle(handle, CancelGoal, names.cancel_goal, cancel_qos, waker)
        self.result_client = ClientHandle(handle, impl.GetResultService, names.get_result, result_qos, waker)
        self.feedback = SubscriptionHandle(handle, impl.FeedbackMessage, names.feedback, feedback_qos, waker)
        self.status = SubscriptionHandle(handle, impl.GoalStatusMessage, names.status, status_qos, waker)
        self._parts = (self.goal_client, self.cancel_client, self.result_client, self.feedback, self.status)

    def is_ready(self) -> bool:
        return any(part.is_ready() for part in self._parts)

    def take(self) -> dict[str, Any]:
        """All feedback and status messages that are there, and one (header, response) of each kind or (None, None)."""
        # Responses first: feedback that came before a response is then among what is taken after it.
        responses = {
            "goal": self.goal_client.take_response(self._impl.SendGoalService.Response),
            "cancel": self.cancel_client.take_response(CancelGoal.Response),
            "result": self.result_client.take_response(self._impl.GetResultService.Response),
        }
        return {
            **responses,
            "feedback": _drain(self.feedback, self._impl.FeedbackMessage),
            "status": _drain(self.status, self._impl.GoalStatusMessage),
        }

    def is_action_server_available(self) -> bool:
        clients = (self.goal_client, self.cancel_client, self.result_client)
        if not all(client.service_server_is_available() for client in clients):
            return False
        return all(_has_publisher(topic) for topic in (self.feedback, self.status))

    def _destroy(self) -> None:
        for part in self._parts:
            part.destroy_when_not_in_use()


def _has_publisher(topic: SubscriptionHandle) -> bool:
    found = topic.node.endpoints(EntityKind.PUBLISHER, topic.name)
    return any(entity.dds_type == topic.entity.dds_type for entity in found)


def _drain(topic: SubscriptionHandle, msg_type: type[Any]) -> list[Any]:
    messages = []
    while (taken := topic.take_message(msg_type, raw=False)) is not None:
        messages.append(taken[0])
    return messages
