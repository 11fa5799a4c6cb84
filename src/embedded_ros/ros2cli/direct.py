"""A node for the length of one command, and what all verbs ask of it."""

from __future__ import annotations

import argparse
import contextlib
import os
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from .errors import Ros2CliError

if TYPE_CHECKING:
    from rclpy.node import Node

T = TypeVar("T")

DEFAULT_SPIN_TIME_S = 0.5


def add_node_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of every verb that needs the graph."""
    parser.add_argument(
        "--spin-time",
        type=float,
        default=DEFAULT_SPIN_TIME_S,
        help="time in s to wait for what is not found at once (default: %(default)s)",
    )
    parser.add_argument("-s", "--use-sim-time", action="store_true", help="take the time from /clock")
    parser.add_argument("--no-daemon", action="store_true", help="no effect: there is no daemon here")


@contextlib.contextmanager
def direct_node(args: argparse.Namespace) -> Iterator[Node]:
    """A hidden node, spun once so that it has heard of the graph; everything is shut down afterwards."""
    import rclpy
    from embedded_ros.wire.errors import WireError
    from rclpy.exceptions import NameValidationException
    from rclpy.executors import ExternalShutdownException
    from rclpy.impl.errors import RCLError
    from rclpy.parameter import Parameter

    try:
        # Ctrl-C must leave the context open: `send_goal` still has to cancel its goal.
        rclpy.init(signal_handler_options=rclpy.SignalHandlerOptions.SIGTERM)
    except (RCLError, WireError) as error:
        raise Ros2CliError(str(error)) from error
    try:
        node = rclpy.create_node(
            f"_ros2cli_{os.getpid()}",
            enable_rosout=False,
            start_parameter_services=False,
            parameter_overrides=[Parameter("use_sim_time", Parameter.Type.BOOL, bool(args.use_sim_time))],
        )
        try:
            rclpy.spin_once(node, timeout_sec=0.0)
            yield node
        finally:
            node.destroy_node()
    except ExternalShutdownException as error:  # SIGTERM, as seen by a spinning node
        raise KeyboardInterrupt from error
    except NameValidationException as error:
        raise Ros2CliError(str(error)) from error
    finally:
        rclpy.try_shutdown()


def wait_until(node: Node, ask: Callable[[], T | None], timeout_s: float) -> T | None:
    """What `ask` gives as soon as that is not None (or empty), while the node spins; its last answer after the time."""
    import rclpy

    deadline = time.monotonic() + timeout_s
    while not (answer := ask()) and time.monotonic() < deadline:
        rclpy.spin_once(node, timeout_sec=0.02)
    return answer


def settle(node: Node, timeout_s: float) -> None:
    """Let news of the graph come in for that long."""
    wait_until(node, lambda: None, timeout_s)


def types_of_topic(node: Node, topic: str, timeout_s: float) -> list[str]:
    """The topic's types; Ros2CliError if nobody has heard of it."""
    name = topic if topic.startswith("/") else f"/{topic}"
    types = wait_until(node, lambda: dict(node.get_topic_names_and_types()).get(name), timeout_s)
    if not types:
        raise Ros2CliError(
            f"topic '{name}' is not published yet: see `ros2 topic list`, wait longer (--spin-time), or name the type"
        )
    return types


def types_of_service(node: Node, service: str, timeout_s: float) -> list[str]:
    """The service's types; Ros2CliError if nobody has heard of it."""
    name = service if service.startswith("/") else f"/{service}"
    types = wait_until(node, lambda: dict(node.get_service_names_and_types()).get(name), timeout_s)
    if not types:
        raise Ros2CliError(f"service '{name}' is not available: see `ros2 service list`, or wait longer (--spin-time)")
    return types


def interface_class(kind: str, name: str) -> Any:
    """The class of a msg, srv or action; Ros2CliError if there is no such interface."""
    from rosidl_runtime_py import utilities

    get: Callable[[str], Any] = getattr(
        utilities, f"get_{ {'msg': 'message', 'srv': 'service', 'action': 'action'}[kind] }"
    )
    try:
        return get(name)
    except (AttributeError, ImportError, ValueError) as error:
        raise Ros2CliError(f"no {kind} '{name}': see `ros2 interface list` ({error})") from error


def filled(message: Any, values: str) -> Any:
    """The message with fields from YAML text; Ros2CliError names what does not fit."""
    import yaml

    from rosidl_runtime_py.set_message import set_message_fields

    try:
        fields = yaml.safe_load(values) or {}
        set_message_fields(message, fields)
    except Exception as error:
        raise Ros2CliError(f"'{values}' does not fill a {type(message).__name__}: {error}") from error
    return message


def is_hidden(name: str) -> bool:
    """Whether a part of the name starts with an underscore."""
    return any(part.startswith("_") for part in name.split("/"))


def show(text: str, end: str = "\n") -> None:
    """Print at once: who pipes the output wants to see it now."""
    print(text, end=end, flush=True)
