"""Names of the three services and two topics that make up an action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rclpy.node import Node

FEEDBACK_SUFFIX = "/_action/feedback"
FEEDBACK_TYPE_SUFFIX = "_FeedbackMessage"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionNames:
    """Absolute, remapped names; as in rcl, each is remapped by itself."""

    send_goal: str
    cancel_goal: str
    get_result: str
    feedback: str
    status: str


def action_names(node: Node, action: str) -> ActionNames:
    """Raises InvalidServiceNameException for an invalid action name."""
    return ActionNames(
        send_goal=node.resolve_service_name(f"{action}/_action/send_goal"),
        cancel_goal=node.resolve_service_name(f"{action}/_action/cancel_goal"),
        get_result=node.resolve_service_name(f"{action}/_action/get_result"),
        feedback=node.resolve_topic_name(f"{action}{FEEDBACK_SUFFIX}"),
        status=node.resolve_topic_name(f"{action}/_action/status"),
    )
