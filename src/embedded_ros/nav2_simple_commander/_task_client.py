"""What every command of the navigator is made of: sending a goal, calling a service, waiting, logging."""

from __future__ import annotations

from typing import Any

from action_msgs.msg import GoalStatus

import rclpy
from rclpy.action import ActionClient
from rclpy.node import Node


class TaskClient(Node):
    """A node with one task at a time: `goal_handle`, `result_future`, `feedback` and `status` are the latest one's."""

    def __init__(self, node_name: str, namespace: str) -> None:
        super().__init__(node_name=node_name, namespace=namespace)
        self.goal_handle: Any = None
        self.result_future: Any = None
        self.feedback: Any = None
        self.status: int | None = None
        self._action_clients: list[Any] = []

    def destroy_node(self) -> None:
        """Give up the action clients and the node."""
        for client in self._action_clients:
            client.destroy()
        super().destroy_node()

    def _action(self, action: Any, name: str) -> Any:
        """A client that goes with the node."""
        client = ActionClient(self, action, name)
        self._action_clients.append(client)
        return client

    def _start(self, client: Any, action: str, goal: Any, rejected: str) -> bool:
        """Send a goal; False, and `rejected` as an error, if the server does not take it."""
        self.debug(f"Waiting for '{action}' action server")
        while not client.wait_for_server(timeout_sec=1.0):
            self.info(f"'{action}' action server not available, waiting...")
        sent = client.send_goal_async(goal, self._feedbackCallback)
        rclpy.spin_until_future_complete(self, sent)
        self.goal_handle = sent.result()
        if not self.goal_handle.accepted:
            self.error(rejected)
            return False
        self.result_future = self.goal_handle.get_result_async()
        return True

    def _finish(self, client: Any, action: str, goal: Any, rejected: str) -> Any:
        """Send a goal and wait for its end: the action's result whatever its status, None if it was rejected."""
        self.status = None
        if not self._start(client, action, goal, rejected):
            return None
        rclpy.spin_until_future_complete(self, self.result_future)
        self.status = self.result_future.result().status
        return self.result_future.result().result

    def _path_of(self, result: Any) -> Any:
        """The path in a result; None, and a warning, unless the task succeeded."""
        if result is None or self.status != GoalStatus.STATUS_SUCCEEDED:
            self.warn(f"Getting path failed with status code: {self.status}")
            return None
        return result.path

    def _call(self, client: Any, request: Any) -> Any:
        """The response of a service, which is waited for."""
        while not client.wait_for_service(timeout_sec=1.0):
            self.info(f"{client.srv_name} service not available, waiting...")
        future = client.call_async(request)
        rclpy.spin_until_future_complete(self, future)
        return future.result()

    def _feedbackCallback(self, msg: Any) -> None:
        self.debug("Received action feedback message")
        self.feedback = msg.feedback

    def info(self, msg: str) -> None:
        """Log at INFO."""
        self.get_logger().info(msg)

    def warn(self, msg: str) -> None:
        """Log at WARN."""
        self.get_logger().warning(msg)

    def error(self, msg: str) -> None:
        """Log at ERROR."""
        self.get_logger().error(msg)

    def debug(self, msg: str) -> None:
        """Log at DEBUG."""
        self.get_logger().debug(msg)
