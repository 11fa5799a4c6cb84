"""The node that a launch has for itself: it listens to nodes, and calls their services."""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from launch.event_handlers import OnShutdown
from launch.logging import get_logger

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext
    from rclpy.client import Client
    from rclpy.context import Context
    from rclpy.executors import SingleThreadedExecutor
    from rclpy.node import Node
    from rclpy.task import Future

_POLL_S = 0.1


class ROSAdapter:
    """A node, in a ROS context of its own, that is spun by a thread of its own.

    `argv`: ROS arguments of the context. `autostart` False: nothing is there before `start`.
    """

    def __init__(self, *, argv: list[str] | None = None, autostart: bool = True) -> None:
        # rclpy would take None for the arguments of this process.
        self._argv = [] if argv is None else argv
        self._ros_context: Context | None = None
        self._ros_node: Node | None = None
        self._ros_executor: SingleThreadedExecutor | None = None
        self._thread: threading.Thread | None = None
        if autostart:
            self.start()

    def start(self) -> None:
        """Create the node and spin it; RuntimeError if it runs already."""
        import rclpy
        from rclpy.executors import SingleThreadedExecutor

        if self._thread is not None:
            raise RuntimeError("Cannot start a ROS adapter that is already running")
        self._ros_context = rclpy.Context()
        rclpy.init(args=self._argv, context=self._ros_context)
        self._ros_node = rclpy.create_node(f"launch_ros_{os.getpid()}", context=self._ros_context)
        self._ros_executor = SingleThreadedExecutor(context=self._ros_context)
        self._ros_executor.add_node(self._ros_node)
        self._thread = threading.Thread(target=self._ros_executor.spin, name="launch_ros")
        self._thread.start()

    def shutdown(self) -> None:
        """End the node and its thread; RuntimeError if it does not run."""
        executor, node, context = self._ros_executor, self._ros_node, self._ros_context
        if self._thread is None or executor is None or node is None or context is None:
            raise RuntimeError("Cannot shutdown a ROS adapter that is not running")
        executor.shutdown()
        self._thread.join()
        self._thread = None
        node.destroy_node()
        context.try_shutdown()

    @property
    def argv(self) -> list[str]:
        """ROS arguments of the context."""
        return self._argv

    @property
    def ros_context(self) -> Context | None:
        """The context; None before `start`."""
        return self._ros_context

    @property
    def ros_node(self) -> Node | None:
        """The node; None before `start`."""
        return self._ros_node

    @property
    def ros_executor(self) -> SingleThreadedExecutor | None:
        """What spins the node; None before `start`."""
        return self._ros_executor


def get_ros_adapter(context: LaunchContext) -> ROSAdapter:
    """The launch's adapter, which ends with the launch; started by the first call."""
    known = context.get_locals_as_dict()
    if "ros_adapter" in known:
        adapter: ROSAdapter = known["ros_adapter"]
        return adapter
    adapter = ROSAdapter()
    context.extend_globals({"ros_adapter": adapter})
    context.register_event_handler(OnShutdown(on_shutdown=lambda *_: adapter.shutdown(), handle_once=True))
    return adapter


def get_ros_node(context: LaunchContext) -> Node:
    """The launch's node; started by the first call."""
    node = get_ros_adapter(context).ros_node
    if node is None:
        raise RuntimeError("the launch's ROS adapter has no node: call its start()")
    return node


async def call_service(context: LaunchContext, client: Client, request: Any) -> Any:
    """The response of a service, waited for as long as it takes; None, with a warning, if the launch ends before."""
    loop = asyncio.get_running_loop()
    answered = asyncio.Event()
    response: Future | None = None
    while not context.is_shutdown:
        if response is None and client.service_is_ready():
            response = client.call_async(request)
            response.add_done_callback(lambda _: loop.call_soon_threadsafe(answered.set))
        with suppress(TimeoutError):
            await asyncio.wait_for(answered.wait(), _POLL_S)
        if response is not None and response.done():
            return response.result()
    awaited = f"'{client.srv_name}' service" + ("" if response is None else " response")
    get_logger(__name__).warning("Abandoning wait for the %s, due to shutdown.", awaited)
    return None
