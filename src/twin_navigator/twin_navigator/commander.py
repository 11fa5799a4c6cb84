"""The navigator seam over nav2_simple_commander: a thread of its own does the waiting that BasicNavigator needs."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from geometry_msgs.msg import PoseStamped

from nav2_simple_commander.robot_navigator import BasicNavigator, TaskResult
from rclpy.clock import Clock
from rclpy.logging import LoggingSeverity
from rclpy.node import Node
from twin_navigator.core.arguments import without_node_name
from twin_navigator.core.locations import Pose
from twin_navigator.core.navigator import GoalReport, GoalState

# How long a cancelled goal may take to end (real time) before the next one is sent all the same.
CANCEL_TIMEOUT_S = 5.0
# The same when the node was told to stop.
STOP_TIMEOUT_S = 0.5

_STATE_OF = {
    TaskResult.SUCCEEDED: GoalState.SUCCEEDED,
    TaskResult.CANCELED: GoalState.CANCELED,
    TaskResult.FAILED: GoalState.ABORTED,
    TaskResult.UNKNOWN: GoalState.ABORTED,
}


class _NamedNode(Node):
    """A node that keeps its own name whatever the process was told; other remappings reach it."""

    arguments: list[str]

    def __init__(self, node_name: str, *, namespace: str = "") -> None:
        super().__init__(node_name, namespace=namespace, cli_args=self.arguments, use_global_arguments=False)


class Commander(BasicNavigator, _NamedNode):
    """A BasicNavigator beside another node: `-r __node:=` from a launch file is not for it."""

    def __init__(self, node_name: str, arguments: Sequence[str]) -> None:
        # BasicNavigator passes no arguments on; as next in line _NamedNode takes its call to Node's constructor.
        self.arguments = without_node_name(arguments)
        super().__init__(node_name=node_name)
        # Its lines about each goal would double ours.
        self.get_logger().set_level(LoggingSeverity.WARN)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    goal_id: int
    goal: Pose


class CommanderNavigator:
    """A `Navigator` whose methods return at once; BasicNavigator's calls block, so they are made in a worker thread.

    clock: stamps the goals. `close` ends the thread; the BasicNavigator stays the caller's to destroy.
    """

    def __init__(self, commander: BasicNavigator, clock: Clock, map_frame: str) -> None:
        self._commander = commander
        self._clock = clock
        self._map_frame = map_frame
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._reports: dict[int, GoalReport] = {}
        self._last_id = 0
        self._cancelled_id = 0
        self._thread = threading.Thread(target=self._work, name="commander", daemon=True)
        self._thread.start()

    def is_ready(self) -> bool:
        """Whether navigate_to_pose has a server."""
        return bool(self._commander.nav_to_pose_client.server_is_ready())

    def send(self, goal: Pose) -> int:
        """Queues the goal; the one before it is cancelled first."""
        with self._lock:
            self._cancelled_id = self._last_id
            self._last_id += 1
            self._reports[self._last_id] = GoalReport(state=GoalState.SENT)
            self._orders.put(_Order(goal_id=self._last_id, goal=goal))
            return self._last_id

    def report(self, goal_id: int) -> GoalReport:
        """What the worker knows of the goal."""
        with self._lock:
            return self._reports[goal_id]

    def cancel(self, goal_id: int) -> None:
        """Cancels the goal, and any sent before it."""
        with self._lock:
            self._cancelled_id = max(self._cancelled_id, goal_id)

    def is_idle(self) -> bool:
        """Whether every goal sent so far has ended."""
        with self._lock:
            return all(report.state.is_final for report in self._reports.values())

    def close(self, timeout_s: float = CANCEL_TIMEOUT_S) -> None:
        """Cancels what runs and ends the worker."""
        self.cancel(self._last_id)
        self._orders.put(None)
        self._thread.join(timeout_s)

    def _work(self) -> None:
        while (order := self._orders.get()) is not None:
            try:
                self._drive(order)
            except Exception as error:  # noqa: BLE001  whatever breaks the worker, the tree must see the goal end
                self._update(order.goal_id, state=GoalState.ABORTED, error_msg=f"navigation client: {error}")

    def _drive(self, order: _Order) -> None:
        if self._is_cancelled(order.goal_id):
            self._update(order.goal_id, state=GoalState.CANCELED)
            return
        self._commander.feedback = None  # else the last goal's feedback would pass for this one's
        if not self._commander.goToPose(self._message(order.goal)):
            self._update(order.goal_id, state=GoalState.REJECTED)
            return
        self._update(order.goal_id, state=GoalState.ACTIVE)
        cancel_deadline: float | None = None
        while not self._commander.isTaskComplete():
            self._take_feedback(order.goal_id)
            if cancel_deadline is None and self._is_cancelled(order.goal_id):
                self._commander.cancelTask()
                cancel_deadline = time.monotonic() + CANCEL_TIMEOUT_S
            if cancel_deadline is not None and time.monotonic() > cancel_deadline:
                self._update(order.goal_id, state=GoalState.CANCELED, error_msg="no answer to the cancel request")
                return
        self._take_feedback(order.goal_id)
        self._finish(order.goal_id)

    def _finish(self, goal_id: int) -> None:
        result = self._commander.result_future.result().result
        state = _STATE_OF[self._commander.getResult()]
        self._update(goal_id, state=state, error_code=int(result.error_code), error_msg=str(result.error_msg))

    def _take_feedback(self, goal_id: int) -> None:
        feedback = self._commander.getFeedback()
        if feedback is None:
            return
        pose = feedback.current_pose.pose
        turn = pose.orientation
        pose_map = Pose.from_quaternion(pose.position.x, pose.position.y, (turn.x, turn.y, turn.z, turn.w))
        with self._lock:
            self._reports[goal_id] = replace(
                self._reports[goal_id], pose_map=pose_map, recoveries=int(feedback.number_of_recoveries)
            )

    def _is_cancelled(self, goal_id: int) -> bool:
        with self._lock:
            return goal_id <= self._cancelled_id

    def _update(self, goal_id: int, *, state: GoalState, error_code: int = 0, error_msg: str = "") -> None:
        with self._lock:
            report = self._reports[goal_id]
            self._reports[goal_id] = replace(report, state=state, error_code=error_code, error_msg=error_msg)

    def _message(self, goal: Pose) -> PoseStamped:
        message = PoseStamped()
        message.header.frame_id = self._map_frame
        message.header.stamp = self._clock.now().to_msg()
        message.pose.position.x = goal.x
        message.pose.position.y = goal.y
        rotation = message.pose.orientation
        rotation.x, rotation.y, rotation.z, rotation.w = goal.quat_xyzw
        return message
