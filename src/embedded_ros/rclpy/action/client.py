"""Action clients."""

from __future__ import annotations

import threading
import uuid
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from action_msgs.msg import GoalStatus
from action_msgs.srv import CancelGoal
from unique_identifier_msgs.msg import UUID

from rclpy.callback_groups import CallbackGroup
from rclpy.executors import await_or_execute
from rclpy.impl.action_client_handle import ActionClientHandle
from rclpy.impl.graph_wait import wait_for_graph
from rclpy.impl.own_waitable import OwnWaitable
from rclpy.qos import QoSProfile, qos_profile_action_status_default, qos_profile_services_default
from rclpy.task import Future
from rclpy.type_support import check_for_type_support
from rclpy.waitable import NumberOfEntities

if TYPE_CHECKING:
    from rclpy.node import Node

_FEEDBACK_QOS = QoSProfile(depth=10)
_ENDED = (GoalStatus.STATUS_SUCCEEDED, GoalStatus.STATUS_CANCELED, GoalStatus.STATUS_ABORTED)


class ClientGoalHandle:
    """A goal that was sent, on the client's side."""

    def __init__(self, action_client: ActionClient, goal_id: UUID, goal_response: Any) -> None:
        self._action_client = action_client
        self._goal_id = goal_id
        self._goal_response = goal_response
        self._status: int = GoalStatus.STATUS_UNKNOWN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ClientGoalHandle) and bool(self._goal_id == other._goal_id)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"ClientGoalHandle <id={self.goal_id.uuid}, accepted={self.accepted}, status={self.status}>"

    @property
    def goal_id(self) -> UUID:
        return self._goal_id

    @property
    def stamp(self) -> Any:
        """When the server accepted it."""
        return self._goal_response.stamp

    @property
    def accepted(self) -> bool:
        return bool(self._goal_response.accepted)

    @property
    def status(self) -> int:
        """The newest state that the server told, a number of action_msgs/msg/GoalStatus."""
        return self._status

    def cancel_goal(self) -> Any:
        """Ask to cancel, and wait for the answer; another thread must spin the node."""
        return _wait(self.cancel_goal_async())

    def cancel_goal_async(self) -> Future:
        return self._action_client._cancel_goal_async(self)

    def get_result(self) -> Any:
        """Wait for the result (`.status`, `.result`); another thread must spin the node."""
        return _wait(self.get_result_async())

    def get_result_async(self) -> Future:
        return self._action_client._get_result_async(self)


def _wait(future: Future) -> Any:
    event = threading.Event()
    future.add_done_callback(lambda _: event.set())
    event.wait()
    return future.result()


class ActionClient(OwnWaitable):
    """Sends goals to an action server."""

    def __init__(
        self,
        node: Node,
        action_type: type[Any],
        action_name: str,
        *,
        callback_group: CallbackGroup | None = None,
        goal_service_qos_profile: QoSProfile = qos_profile_services_default,
        result_service_qos_profile: QoSProfile = qos_profile_services_default,
        cancel_service_qos_profile: QoSProfile = qos_profile_services_default,
        feedback_sub_qos_profile: QoSProfile = _FEEDBACK_QOS,
        status_sub_qos_profile: QoSProfile = qos_profile_action_status_default,
    ) -> None:
        group = callback_group or node.default_callback_group
        super().__init__(group)
        check_for_type_support(action_type)
        self._node = node
        self._action_type = action_type
        self._action_name = action_name
        with node.handle:
            self._client_handle = ActionClientHandle(
                node,
                action_type,
                action_name,
                (goal_service_qos_profile, result_service_qos_profile, cancel_service_qos_profile),
                (feedback_sub_qos_profile, status_sub_qos_profile),
            )
        self._lock = threading.RLock()
        self._goal_handles: dict[bytes, weakref.ReferenceType[ClientGoalHandle]] = {}
        # Each by the sequence number of its request, with the goal that it is about.
        self._pending: dict[str, dict[int, tuple[Future, UUID]]] = {"goal": {}, "cancel": {}, "result": {}}
        self._feedback_callbacks: dict[bytes, Callable[[Any], Any]] = {}
        # States that were told before the response that accepts the goal: topics and services race.
        self._early_statuses: dict[bytes, int] = {}
        self._logger = node.get_logger().get_child("action_client")
        node.add_waitable(self)

    @property
    def action_type(self) -> Any:
        return self._action_type

    def _is_ready_now(self) -> bool:
        return self._client_handle.is_ready()

    def take_data(self) -> dict[str, Any]:
        with self._client_handle:
            return self._client_handle.take()

    async def execute(self, taken_data: dict[str, Any]) -> None:
        # Feedback before results: a result ends the goal's feedback.
        for message in taken_data["feedback"]:
            callback = self._feedback_callbacks.get(bytes(message.goal_id.uuid))
            if callback is not None:
                await await_or_execute(callback, message)
        for message in taken_data["status"]:
            self._note_status(message)
        for kind in ("goal", "cancel", "result"):
            header, response = taken_data[kind]
            if header is not None:
                self._complete(kind, header.request_id.sequence_number, response)

    def _complete(self, kind: str, sequence: int, response: Any) -> None:
        with self._lock:
            pending = self._pending[kind].get(sequence)
        if pending is None:
            self._logger.warning(
                f"Ignoring unexpected {kind} response. There may be more than one action server for "
                f"the action '{self._action_name}'"
            )
            return
        future, goal_id = pending
        future.set_result(self._goal_handle(goal_id, response) if kind == "goal" else response)

    def _goal_handle(self, goal_id: UUID, response: Any) -> ClientGoalHandle:
        handle = ClientGoalHandle(self, goal_id, response)
        handle._status = self._early_statuses.pop(bytes(goal_id.uuid), handle._status)
        if handle.accepted:
            self._goal_handles[bytes(goal_id.uuid)] = weakref.ref(handle)
        else:
            self._feedback_callbacks.pop(bytes(goal_id.uuid), None)
        return handle

    def _note_status(self, message: Any) -> None:
        requested = {bytes(goal_id.uuid) for _, goal_id in list(self._pending["goal"].values())}
        for status in message.status_list:
            key = bytes(status.goal_info.goal_id.uuid)
            if key in requested:
                self._early_statuses[key] = status.status
                continue
            handle = self._goal_handles[key]() if key in self._goal_handles else None
            if handle is not None:
                handle._status = status.status
            if handle is None or status.status in _ENDED:
                self._goal_handles.pop(key, None)

    def _request(self, kind: str, send: Callable[[], int], goal_id: UUID) -> Future:
        future = Future()
        # Held until the future is known: a response may be there before the request call returns.
        with self._lock:
            sequence = send()
            self._pending[kind][sequence] = (future, goal_id)
        future.add_done_callback(lambda _: self._forget_request(kind, sequence, future))
        self.add_future(future)
        return future

    def _forget_request(self, kind: str, sequence: int, future: Future) -> None:
        with self._lock:
            pending = self._pending[kind].pop(sequence, None)
        if pending is None:
            return
        self.remove_future(future)
        if kind == "result":
            self._feedback_callbacks.pop(bytes(pending[1].uuid), None)

    def get_num_entities(self) -> NumberOfEntities:
        return NumberOfEntities(num_subs=2, num_clients=3)

    def send_goal(
        self, goal: Any, feedback_callback: Callable[[Any], Any] | None = None, goal_uuid: UUID | None = None
    ) -> Any:
        """Send a goal and wait for its result (status UNKNOWN where it is rejected); spin the node elsewhere."""
        goal_handle = _wait(self.send_goal_async(goal, feedback_callback, goal_uuid))
        return goal_handle.get_result()

    def send_goal_async(
        self, goal: Any, feedback_callback: Callable[[Any], Any] | None = None, goal_uuid: UUID | None = None
    ) -> Future:
        """The future of a ClientGoalHandle. `feedback_callback(msg)`: see `msg.feedback`. Raises TypeError."""
        if not isinstance(goal, self._action_type.Goal):
            raise TypeError(f"goal must be a {self._action_type.__name__}.Goal, not {type(goal).__name__}")
        goal_id = UUID(uuid=list(uuid.uuid4().bytes)) if goal_uuid is None else goal_uuid
        if feedback_callback is not None:
            self._feedback_callbacks[bytes(goal_id.uuid)] = feedback_callback
        request = self._action_type.Impl.SendGoalService.Request(goal_id=goal_id, goal=goal)
        return self._request("goal", lambda: self._client_handle.goal_client.send_request(request), goal_id)

    def _cancel_goal_async(self, goal_handle: ClientGoalHandle) -> Future:
        request = CancelGoal.Request()
        request.goal_info.goal_id = goal_handle.goal_id
        return self._request(
            "cancel", lambda: self._client_handle.cancel_client.send_request(request), goal_handle.goal_id
        )

    def _get_result_async(self, goal_handle: ClientGoalHandle) -> Future:
        request = self._action_type.Impl.GetResultService.Request(goal_id=goal_handle.goal_id)
        return self._request(
            "result", lambda: self._client_handle.result_client.send_request(request), goal_handle.goal_id
        )

    def server_is_ready(self) -> bool:
        """True where all five parts of a server are in the graph."""
        with self._client_handle:
            return self._client_handle.is_action_server_available()

    def wait_for_server(self, timeout_sec: float | None = None) -> bool:
        """True as soon as the server is in the graph; False at the time-out or at shutdown."""
        with self._client_handle:
            return wait_for_graph(self._node.context, self._client_handle.is_action_server_available, timeout_sec)

    def destroy(self) -> None:
        """Withdraw the client; futures that are pending never complete."""
        self._client_handle.destroy_when_not_in_use()
        if self in self._node.waitables:
            self._node.remove_waitable(self)
