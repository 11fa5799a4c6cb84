"""Spins a node beside a test."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rclpy.context import Context
    from rclpy.node import Node

_STOP_TIMEOUT_S = 5.0


class MessagePump:
    """Spins `node` in a thread of its own, from `start` to `stop`; `context`: the node's, if not the default one."""

    def __init__(self, node: Node, context: Context | None = None) -> None:
        from rclpy.executors import SingleThreadedExecutor

        self._executor = SingleThreadedExecutor(context=context)
        self._executor.add_node(node)
        self._thread = threading.Thread(target=self._run, name="msg_pump_thread")

    def start(self) -> None:
        """Start spinning."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; TimeoutError if a callback of the node does not end within 5 s."""
        self._executor.shutdown()
        self._thread.join(timeout=_STOP_TIMEOUT_S)
        if self._thread.is_alive():
            raise TimeoutError(
                f"Timed out waiting for message pump to stop: a callback has run for {_STOP_TIMEOUT_S} s"
            )

    def _run(self) -> None:
        from rclpy.executors import ExternalShutdownException

        # The test may end the node's context first.
        with suppress(ExternalShutdownException):
            self._executor.spin()
