"""The other process of the two-process tests: one entity of each kind, until its input ends."""

import sys
import threading
import time
from typing import Any

from example_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from rosgraph_msgs.msg import Clock
from std_msgs.msg import String
from std_srvs.srv import Trigger

import rclpy
from rclpy.action import ActionClient, ActionServer, CancelResponse
from rclpy.action.server import ServerGoalHandle
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import MultiThreadedExecutor
from rclpy.lifecycle import LifecycleNode
from rclpy.time import Time

RESULT_TIMEOUT_S = 1
UNTIL_CANCELLED = 100
CLOCK_S = 12345


class FarSide(LifecycleNode):
    """Serves everything, and has the near side's service and action called on request."""

    def __init__(self) -> None:
        super().__init__("far")
        self._group = ReentrantCallbackGroup()
        self._echo = self.create_publisher(String, "from_far", 10)
        self._clock_publisher = self.create_publisher(Clock, "/clock", 10)
        self.create_subscription(String, "to_far", self._on_message, 10)
        self.declare_parameter("speed", 1.5)
        self._add = self.create_client(AddTwoInts, "/near/add", callback_group=self._group)
        self._near_goals = ActionClient(self, Fibonacci, "/near/fibonacci", callback_group=self._group)
        self.create_service(AddTwoInts, "add", self._on_add)
        self.create_service(Trigger, "call_near", self._on_call_near, callback_group=self._group)
        self.create_service(Trigger, "tick", self._on_tick)
        self._goals = ActionServer(
            self,
            Fibonacci,
            "fibonacci",
            self._execute,
            cancel_callback=lambda _: CancelResponse.ACCEPT,
            callback_group=self._group,
            result_timeout=RESULT_TIMEOUT_S,
        )

    def _on_message(self, message: String) -> None:
        self.get_logger().warning(f"heard {message.data}")
        self._echo.publish(String(data=message.data.upper()))

    def _on_add(self, request: Any, response: Any) -> Any:
        response.sum = request.a + request.b
        return response

    async def _on_call_near(self, request: Any, response: Any) -> Any:
        added = await self._add.call_async(AddTwoInts.Request(a=20, b=1))
        goal = await self._near_goals.send_goal_async(Fibonacci.Goal(order=added.sum))
        ended = await goal.get_result_async()
        response.message = f"{added.sum} {goal.accepted} {list(ended.result.sequence)}"
        response.success = True
        return response

    def _on_tick(self, request: Any, response: Any) -> Any:
        response.success = self._clock_publisher.get_subscription_count() > 0
        self._clock_publisher.publish(Clock(clock=Time(seconds=CLOCK_S).to_msg()))
        return response

    def _execute(self, goal: ServerGoalHandle) -> Fibonacci.Result:
        sequence = [0, 1]
        while goal.request.order == UNTIL_CANCELLED and not goal.is_cancel_requested:
            time.sleep(0.01)
        for _ in range(goal.request.order if not goal.is_cancel_requested else 0):
            sequence.append(sequence[-1] + sequence[-2])
            goal.publish_feedback(Fibonacci.Feedback(sequence=sequence))
        (goal.canceled if goal.is_cancel_requested else goal.succeed)()
        return Fibonacci.Result(sequence=sequence)


def main() -> None:
    rclpy.init()
    node = FarSide()
    executor = MultiThreadedExecutor(4)
    executor.add_node(node)
    spinner = threading.Thread(target=executor.spin)
    spinner.start()
    print("ready", flush=True)
    sys.stdin.read()
    executor.shutdown()
    spinner.join()
    node.destroy_node()
    rclpy.shutdown()


if __name__ == "__main__":
    main()
