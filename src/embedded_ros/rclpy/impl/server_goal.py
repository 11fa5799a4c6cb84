"""Goals that an action server has accepted, and what its callbacks answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any

from action_msgs.msg import GoalInfo, GoalStatus

from rclpy.impl.goal_state import GoalEvent

if TYPE_CHECKING:
    from rclpy.action.server import ActionServer


class GoalResponse(Enum):
    """What a goal callback answers."""

    REJECT = 1
    ACCEPT = 2


class CancelResponse(Enum):
    """What a cancel callback answers."""

    REJECT = 1
    ACCEPT = 2


class ServerGoalHandle:
    """An accepted goal, on the server's side."""

    def __init__(self, action_server: ActionServer, goal_info: GoalInfo, goal_request: Any) -> None:
        self._goal_handle = action_server._handle.add_goal(goal_info)
        self._action_server = action_server
        self._goal_info = goal_info
        self._goal_request = goal_request
        self._is_destroyed = False
        self._lock = threading.Lock()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ServerGoalHandle) and bool(self.goal_id == other.goal_id)

    __hash__ = None  # type: ignore[assignment]

    @property
    def request(self) -> Any:
        """The goal message."""
        return self._goal_request

    @property
    def goal_id(self) -> Any:
        return self._goal_info.goal_id

    @property
    def is_active(self) -> bool:
        with self._lock:
            return not self._is_destroyed and self._goal_handle.is_active

    @property
    def is_cancel_requested(self) -> bool:
        return bool(self.status == GoalStatus.STATUS_CANCELING)

    @property
    def status(self) -> int:
        with self._lock:
            return GoalStatus.STATUS_UNKNOWN if self._is_destroyed else int(self._goal_handle.state)

    def _update_state(self, event: GoalEvent) -> None:
        with self._lock:
            if self._is_destroyed:
                return
            handle = self._action_server._handle
            self._goal_handle.update(event, handle.now_ns())
            handle.publish_status()
            if not self._goal_handle.is_active:
                self._action_server.notify_goal_done()

    def execute(self, execute_callback: Callable[[ServerGoalHandle], Any] | None = None) -> None:
        """Run the goal, with another callback than the server's if one is given."""
        if not self.is_cancel_requested:
            self._update_state(GoalEvent.EXECUTE)
        self._action_server.notify_execute(self, execute_callback)

    def publish_feedback(self, feedback: Any) -> None:
        """Raises TypeError for another type of feedback."""
        action_type = self._action_server.action_type
        if not isinstance(feedback, action_type.Feedback):
            raise TypeError(f"feedback must be a {action_type.__name__}.Feedback, not {type(feedback).__name__}")
        with self._lock:
            if self._is_destroyed:
                return
            message = action_type.Impl.FeedbackMessage(goal_id=self.goal_id, feedback=feedback)
            self._action_server._handle.publish_feedback(message)

    def succeed(self) -> None:
        """Raises RCLError unless the goal executes or is being cancelled; so do the next two."""
        self._update_state(GoalEvent.SUCCEED)

    def abort(self) -> None:
        self._update_state(GoalEvent.ABORT)

    def canceled(self) -> None:
        self._update_state(GoalEvent.CANCELED)

    def destroy(self) -> None:
        with self._lock:
            self._is_destroyed = True


def default_handle_accepted_callback(goal_handle: ServerGoalHandle) -> None:
    """Execute at once."""
    goal_handle.execute()


def default_goal_callback(goal_request: Any) -> GoalResponse:
    """Accept every goal."""
    return GoalResponse.ACCEPT


def default_cancel_callback(cancel_request: ServerGoalHandle) -> CancelResponse:
    """Refuse to cancel."""
    return CancelResponse.REJECT
