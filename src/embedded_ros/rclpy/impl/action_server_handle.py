"""The endpoints of an action server, and the goals that it keeps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from action_msgs.msg import GoalInfo, GoalStatus
from action_msgs.srv import CancelGoal

from rclpy.clock import Clock
from rclpy.impl.action_names import action_names
from rclpy.impl.endpoints import PublisherHandle, ServiceHandle
from rclpy.impl.goal_state import ACTIVE, CANCELABLE, GoalEvent, GoalState, move
from rclpy.impl.handle import Handle
from rclpy.qos import QoSProfile
from rclpy.time import Time

if TYPE_CHECKING:
    from rclpy.node import Node

_NO_ID = bytes(16)


class Goal:
    """State of one accepted goal; `ended_ns` is the clock's time at which it became terminal."""

    def __init__(self, info: GoalInfo) -> None:
        self.info = info
        self.state = GoalState.ACCEPTED
        self.ended_ns: int | None = None

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    def update(self, event: GoalEvent, now_ns: int) -> None:
        """Raises RCLError where the event is not allowed."""
        self.state = move(self.state, event)
        if not self.is_active:
            self.ended_ns = now_ns


class ActionServerHandle(Handle):
    """Three services, two publishers, and the goals from acceptance until their result expires."""

    def __init__(
        self,
        node: Node,
        action_type: type[Any],
        action_name: str,
        service_qos: tuple[QoSProfile, QoSProfile, QoSProfile],
        topic_qos: tuple[QoSProfile, QoSProfile],
        result_timeout_s: float,
    ) -> None:
        super().__init__()
        impl = action_type.Impl
        names = action_names(node, action_name)
        goal_qos, result_qos, cancel_qos = (qos.get_c_qos_profile() for qos in service_qos)
        feedback_qos, status_qos = (qos.get_c_qos_profile() for qos in topic_qos)
        waker = node.handle.waker
        self._clock: Clock = node.get_clock()
        self._result_timeout_ns = int(result_timeout_s * 1e9)
        self._lock = threading.RLock()
        self.goals: dict[bytes, Goal] = {}
        self.goal_service = ServiceHandle(node.handle, impl.SendGoalService, names.send_goal, goal_qos, waker)
        self.cancel_service = ServiceHandle(node.handle, CancelGoal, names.cancel_goal, cancel_qos, waker)
        self.result_service = ServiceHandle(node.handle, impl.GetResultService, names.get_result, result_qos, waker)
        self._feedback = PublisherHandle(node.handle, impl.FeedbackMessage, names.feedback, feedback_qos)
        self._status = PublisherHandle(node.handle, impl.GoalStatusMessage, names.status, status_qos)
        self._status_type: Callable[..., Any] = impl.GoalStatusMessage

    def now_ns(self) -> int:
        return self._clock.now().nanoseconds

    def add_goal(self, info: GoalInfo) -> Goal:
        """Raises RuntimeError where the id is already there."""
        key = bytes(info.goal_id.uuid)
        with self._lock:
            if key in self.goals:
                raise RuntimeError(f"goal {key.hex()} is already there")
            self.goals[key] = Goal(info)
            return self.goals[key]

    def has_goal(self, goal_id: bytes) -> bool:
        with self._lock:
            return goal_id in self.goals

    def publish_feedback(self, message: Any) -> None:
        self._feedback.publish(message)

    def publish_status(self) -> None:
        """Tell the state of every goal."""
        with self._lock:
            statuses = [GoalStatus(goal_info=goal.info, status=int(goal.state)) for goal in self.goals.values()]
        self._status.publish(self._status_type(status_list=statuses))

    def process_cancel_request(self, request: Any) -> Any:
        """By id, by time (goals accepted up to then), by both (either), or, with neither, all."""
        goal_id = bytes(request.goal_info.goal_id.uuid)
        until_ns = Time.from_msg(request.goal_info.stamp).nanoseconds
        response = CancelGoal.Response()
        with self._lock:
            named = self.goals.get(goal_id)
            for key, goal in self.goals.items():
                is_meant = key == goal_id if goal_id != _NO_ID else until_ns == 0
                is_meant |= until_ns != 0 and Time.from_msg(goal.info.stamp).nanoseconds <= until_ns
                if is_meant and goal.state in CANCELABLE:
                    response.goals_canceling.append(goal.info)
        if goal_id != _NO_ID and until_ns == 0 and not response.goals_canceling:
            is_known = named is not None
            response.return_code = response.ERROR_GOAL_TERMINATED if is_known else response.ERROR_UNKNOWN_GOAL_ID
        return response

    def next_expiry_ns(self) -> int | None:
        """The clock's time at which the next result expires, or None."""
        with self._lock:
            ends = [goal.ended_ns for goal in self.goals.values() if goal.ended_ns is not None]
        return min(ends) + self._result_timeout_ns if ends and self._result_timeout_ns >= 0 else None

    def expire_goals(self) -> list[bytes]:
        """Forget the goals whose results are too old; their ids."""
        limit_ns = self.now_ns() - self._result_timeout_ns
        with self._lock:
            expired = [
                key for key, goal in self.goals.items() if goal.ended_ns is not None and goal.ended_ns <= limit_ns
            ]
            for key in expired:
                del self.goals[key]
        return expired

    def _destroy(self) -> None:
        for handle in (self.goal_service, self.cancel_service, self.result_service, self._feedback, self._status):
            handle.destroy_when_not_in_use()
