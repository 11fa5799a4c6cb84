"""Action servers."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from action_msgs.msg import GoalInfo, GoalStatus

from rclpy.callback_groups import CallbackGroup
from rclpy.executors import await_or_execute
from rclpy.impl.action_server_handle import ActionServerHandle
from rclpy.impl.errors import RCLError as RCLError
from rclpy.impl.goal_state import GoalEvent as GoalEvent
from rclpy.impl.own_waitable import OwnWaitable
from rclpy.impl.server_goal import CancelResponse as CancelResponse
from rclpy.impl.server_goal import GoalResponse as GoalResponse
from rclpy.impl.server_goal import ServerGoalHandle as ServerGoalHandle
from rclpy.impl.server_goal import default_cancel_callback as default_cancel_callback
from rclpy.impl.server_goal import default_goal_callback as default_goal_callback
from rclpy.impl.server_goal import default_handle_accepted_callback as default_handle_accepted_callback
from rclpy.qos import QoSProfile, qos_profile_action_status_default, qos_profile_services_default
from rclpy.task import Future
from rclpy.type_support import check_for_type_support
from rclpy.waitable import NumberOfEntities

if TYPE_CHECKING:
    from rclpy.node import Node

_FEEDBACK_QOS = QoSProfile(depth=10)
_RESULT_TIMEOUT_S = 900.0


class ActionServer(OwnWaitable):
    """Serves an action. Destroy it before its node, or with it."""

    def __init__(
        self,
        node: Node,
        action_type: type[Any],
        action_name: str,
        execute_callback: Callable[[ServerGoalHandle], Any],
        *,
        callback_group: CallbackGroup | None = None,
        goal_callback: Callable[[Any], Any] | None = default_goal_callback,
        handle_accepted_callback: Callable[[ServerGoalHandle], Any] | None = default_handle_accepted_callback,
        cancel_callback: Callable[[ServerGoalHandle], Any] | None = default_cancel_callback,
        goal_service_qos_profile: QoSProfile = qos_profile_services_default,
        result_service_qos_profile: QoSProfile = qos_profile_services_default,
        cancel_service_qos_profile: QoSProfile = qos_profile_services_default,
        feedback_pub_qos_profile: QoSProfile = _FEEDBACK_QOS,
        status_pub_qos_profile: QoSProfile = qos_profile_action_status_default,
        result_timeout: float = _RESULT_TIMEOUT_S,
    ) -> None:
        """`execute_callback(goal_handle)` gives the result; it may be a coroutine function.

        `result_timeout` in seconds: how long the result of an ended goal is kept.
        """
        group = callback_group or node.default_callback_group
        super().__init__(group)
        self.register_handle_accepted_callback(handle_accepted_callback)
        self.register_goal_callback(goal_callback)
        self.register_cancel_callback(cancel_callback)
        self.register_execute_callback(execute_callback)
        check_for_type_support(action_type)
        self._node = node
        self._action_type = action_type
        with node.handle:
            self._handle = ActionServerHandle(
                node,
                action_type,
                action_name,
                (goal_service_qos_profile, result_service_qos_profile, cancel_service_qos_profile),
                (feedback_pub_qos_profile, status_pub_qos_profile),
                result_timeout,
            )
        self._goal_handles: dict[bytes, ServerGoalHandle] = {}
        self._result_futures: dict[bytes, Future] = {}
        self._logger = node.get_logger().get_child("action_server")
        node.add_waitable(self)

    @property
    def action_type(self) -> Any:
        return self._action_type

    def _is_ready_now(self) -> bool:
        handle = self._handle
        return (
            handle.goal_service.is_ready()
            or handle.cancel_service.is_ready()
            or handle.result_service.is_ready()
            or self._has_expired()
        )

    def _has_expired(self) -> bool:
        expiry_ns = self._handle.next_expiry_ns()
        return expiry_ns is not None and expiry_ns <= self._handle.now_ns()

    def _wait_ns(self) -> int | None:
        expiry_ns = self._handle.next_expiry_ns()
        if expiry_ns is None or self._node.get_clock().handle.get_ros_time_override_is_enabled():
            # Simulated time moves by messages, each of which has the executor look again.
            return None
        return max(0, expiry_ns - self._handle.now_ns())

    def take_data(self) -> dict[str, Any]:
        impl = self._action_type.Impl
        with self._handle:
            taken = {
                "goal": self._handle.goal_service.service_take_request(impl.SendGoalService.Request),
                "cancel": self._handle.cancel_service.service_take_request(impl.CancelGoalService.Request),
                "result": self._handle.result_service.service_take_request(impl.GetResultService.Request),
                "expired": self._handle.expire_goals(),
            }
        return {kind: data for kind, data in taken.items() if any(data)}

    async def execute(self, taken_data: dict[str, Any]) -> None:
        if "goal" in taken_data:
            await self._execute_goal_request(*taken_data["goal"])
        if "cancel" in taken_data:
            await self._execute_cancel_request(*taken_data["cancel"])
        if "result" in taken_data:
            self._execute_get_result_request(*taken_data["result"])
        for goal_id in taken_data.get("expired", ()):
            self._forget(goal_id)

    async def _execute_goal_request(self, request: Any, header: Any) -> None:
        goal_info = GoalInfo(goal_id=request.goal_id)
        goal_handle = None
        if self._handle.has_goal(bytes(request.goal_id.uuid)):
            self._logger.warning(f"Rejected a goal with an id that is already known: {request.goal_id.uuid}")
        elif await self._accepts(request.goal):
            goal_info.stamp = self._node.get_clock().now().to_msg()
            goal_handle = self._track(goal_info, request.goal)
        response = self._action_type.Impl.SendGoalService.Response(
            accepted=goal_handle is not None, stamp=goal_info.stamp
        )
        self._respond(self._handle.goal_service, header, response, "goal")
        if goal_handle is not None:
            await await_or_execute(self._handle_accepted_callback, goal_handle)

    async def _accepts(self, goal: Any) -> bool:
        answer = await await_or_execute(self._goal_callback, goal)
        if not isinstance(answer, GoalResponse):
            self._logger.warning("Goal request callback did not return a GoalResponse type. Rejecting goal.")
        return answer is GoalResponse.ACCEPT

    def _track(self, goal_info: GoalInfo, goal: Any) -> ServerGoalHandle:
        goal_id = bytes(goal_info.goal_id.uuid)
        goal_handle = ServerGoalHandle(self, goal_info, goal)
        self._goal_handles[goal_id] = goal_handle
        self._result_futures[goal_id] = Future()
        self.add_future(self._result_futures[goal_id])
        return goal_handle

    def _respond(self, service: Any, header: Any, response: Any, what: str) -> None:
        try:
            service.send_response(header.request_id, response)
        except RCLError as error:
            self._logger.warning(f"Failed to send {what} response (the client may have gone away): {error}")

    async def _execute_goal(
        self, execute_callback: Callable[[ServerGoalHandle], Any], goal_handle: ServerGoalHandle
    ) -> None:
        goal_uuid = goal_handle.goal_id.uuid
        try:
            result = await await_or_execute(execute_callback, goal_handle)
        except Exception as error:
            result = self._action_type.Result()
            text = f"Error raised in execute callback: {error}"
            self._logger.error(text)
            traceback.print_exc()
        if goal_handle.is_active:
            self._logger.warning(f"Goal state not set, assuming aborted. Goal ID: {goal_uuid}")
            goal_handle.abort()
        if not isinstance(result, self._action_type.Result):
            self._logger.error(
                f"The execute callback must return a {self._action_type.__name__}.Result, not "
                f"{type(result).__name__}; sending the default result. Goal ID: {goal_uuid}"
            )
            result = self._action_type.Result()
        future = self._result_futures.get(bytes(goal_uuid))
        if future is not None:
            future.set_result(self._result_response(goal_handle.status, result))

    def _result_response(self, status: int, result: Any) -> Any:
        return self._action_type.Impl.GetResultService.Response(status=status, result=result)

    async def _execute_cancel_request(self, request: Any, header: Any) -> None:
        response = self._handle.process_cancel_request(request)
        canceling = []
        for goal_info in response.goals_canceling:
            goal_handle = self._goal_handles.get(bytes(goal_info.goal_id.uuid))
            if goal_handle is not None and await self._cancels(goal_handle):
                canceling.append(goal_info)
        response.goals_canceling = canceling
        self._respond(self._handle.cancel_service, header, response, "cancel")

    async def _cancels(self, goal_handle: ServerGoalHandle) -> bool:
        if await await_or_execute(self._cancel_callback, goal_handle) is not CancelResponse.ACCEPT:
            return False
        try:
            goal_handle._update_state(GoalEvent.CANCEL_GOAL)
        except RCLError as error:
            self._logger.debug(f"Failed to cancel goal in cancel callback: {error}")
            return False
        return True

    def _execute_get_result_request(self, request: Any, header: Any) -> None:
        future = self._result_futures.get(bytes(request.goal_id.uuid))
        if future is None:
            response = self._result_response(GoalStatus.STATUS_UNKNOWN, self._action_type.Result())
            self._respond(self._handle.result_service, header, response, "result")
            return
        future.add_done_callback(functools.partial(self._send_result_response, header))

    def _send_result_response(self, header: Any, future: Future) -> None:
        self._respond(self._handle.result_service, header, future.result(), "result")

    def _forget(self, goal_id: bytes) -> None:
        goal_handle = self._goal_handles.pop(goal_id, None)
        if goal_handle is not None:
            goal_handle.destroy()
        future = self._result_futures.pop(goal_id, None)
        if future is not None:
            self.remove_future(future)

    def get_num_entities(self) -> NumberOfEntities:
        return NumberOfEntities(num_timers=1, num_services=3)

    def notify_execute(
        self, goal_handle: ServerGoalHandle, execute_callback: Callable[[ServerGoalHandle], Any] | None
    ) -> None:
        """Hand the goal to the executor."""
        callback = self._execute_callback if execute_callback is None else execute_callback
        executor = self._node.executor
        if executor is None:
            raise RCLError(f"node '{self._node.get_name()}' is in no executor; spin it to execute goals")
        executor.create_task(self._execute_goal, callback, goal_handle)

    def notify_goal_done(self) -> None:
        """Have the executor think again of when results expire."""
        self._node.handle.waker()

    def register_handle_accepted_callback(
        self, handle_accepted_callback: Callable[[ServerGoalHandle], Any] | None
    ) -> None:
        """None: the default, here and below."""
        self._handle_accepted_callback = handle_accepted_callback or default_handle_accepted_callback

    def register_goal_callback(self, goal_callback: Callable[[Any], Any] | None) -> None:
        self._goal_callback = goal_callback or default_goal_callback

    def register_cancel_callback(self, cancel_callback: Callable[[ServerGoalHandle], Any] | None) -> None:
        self._cancel_callback = cancel_callback or default_cancel_callback

    def register_execute_callback(self, execute_callback: Callable[[ServerGoalHandle], Any]) -> None:
        """Raises TypeError where it is not callable."""
        if not callable(execute_callback):
            raise TypeError("Failed to register goal execution callback: not callable")
        self._execute_callback = execute_callback

    def destroy(self) -> None:
        """Withdraw the action; goals that run go on unseen."""
        for goal_id in list(self._goal_handles):
            self._forget(goal_id)
        self._handle.destroy_when_not_in_use()
        if self in self._node.waitables:
            self._node.remove_waitable(self)
