"""A node for the length of one command."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ros2cli.errors import Ros2CliError
from ros2cli.node import NODE_NAME_PREFIX

if TYPE_CHECKING:
    from typing import Self

DEFAULT_TIMEOUT = 0.5


class DirectNode:
    """A hidden node that knows the graph at once: the session asks for all of it when it opens.

    `args` is read for argv, node_name_suffix, spin_time, start_parameter_services and use_sim_time.
    Raises Ros2CliError where there is no router, or where `node_name` is no name.
    """

    def __init__(self, args: Any, *, node_name: str | None = None) -> None:
        import rclpy
        from rclpy.parameter import Parameter

        self._spin_time_s = float(getattr(args, "spin_time", DEFAULT_TIMEOUT))
        _init(getattr(args, "argv", []))
        suffix = getattr(args, "node_name_suffix", f"_{os.getpid()}")
        try:
            self.node = rclpy.create_node(
                node_name or NODE_NAME_PREFIX + suffix,
                start_parameter_services=getattr(args, "start_parameter_services", False),
                parameter_overrides=[
                    Parameter("use_sim_time", value=bool(getattr(args, "use_sim_time", False))),
                    # Nobody asks a node about its types that is gone in a moment.
                    Parameter("start_type_description_service", value=False),
                ],
                automatically_declare_parameters_from_overrides=True,
            )
        except BaseException as error:
            self._shutdown(error)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.node.destroy_node()
        self._shutdown(exc_value)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.node, name)

    def wait_until(self, condition: Callable[[], bool]) -> bool:
        """Look at each change of the graph whether the condition holds; False after --spin-time."""
        from rclpy.impl.graph_wait import wait_for_graph

        return wait_for_graph(self.node.context, condition, self._spin_time_s)

    def get_action_names_and_types(self) -> list[tuple[str, list[str]]]:
        """Actions that have a server or a client."""
        from rclpy.action import get_action_names_and_types

        return get_action_names_and_types(self.node)

    def get_action_client_names_and_types_by_node(
        self, remote_node_name: str, remote_node_namespace: str
    ) -> list[tuple[str, list[str]]]:
        """Actions of which that node has a client."""
        from rclpy.action import get_action_client_names_and_types_by_node

        return get_action_client_names_and_types_by_node(self.node, remote_node_name, remote_node_namespace)

    def get_action_server_names_and_types_by_node(
        self, remote_node_name: str, remote_node_namespace: str
    ) -> list[tuple[str, list[str]]]:
        """Actions of which that node has a server."""
        from rclpy.action import get_action_server_names_and_types_by_node

        return get_action_server_names_and_types_by_node(self.node, remote_node_name, remote_node_namespace)

    @staticmethod
    def _shutdown(error: BaseException | None) -> None:
        """End the context; what ends the command too is raised as the command line shows it."""
        import rclpy
        from rclpy.exceptions import NameValidationException

        if not rclpy.ok():  # nothing but SIGTERM has ended it before
            raise SystemExit(int(signal.SIGTERM)) from error
        rclpy.shutdown()
        if isinstance(error, NameValidationException):
            raise Ros2CliError(str(error)) from error


def _init(argv: list[str]) -> None:
    import rclpy
    from embedded_ros.wire.errors import WireError

    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # SIGINT counts as in Jazzy also where a script has started the command in the background.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        # Ctrl-C must leave the context open: `send_goal` still has to cancel its goal.
        rclpy.init(args=argv, signal_handler_options=rclpy.SignalHandlerOptions.SIGTERM)
    except WireError as error:
        raise Ros2CliError(str(error)) from error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of a verb that has a node."""
    parser.add_argument(
        "--spin-time",
        type=float,
        default=DEFAULT_TIMEOUT,
        help="time in s to wait for what is not in the graph yet (default: %(default)s)",
    )
    parser.add_argument("-s", "--use-sim-time", action="store_true", help="take the time from /clock")
