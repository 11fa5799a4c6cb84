"""Calls of a node's parameter services."""

from __future__ import annotations

import argparse
from typing import Any

import rclpy
from rclpy.node import Node
from ros2cli.errors import Ros2CliError

TIMEOUT_S = 5.0


def add_node_name(parser: argparse.ArgumentParser) -> None:
    """The node whose parameters are meant."""
    parser.add_argument("node_name", help="absolute name of the node, e.g. /twin_recorder")


def call(node: Node, node_name: str, service: str, service_class: Any, request: Any) -> Any:
    """The response; Ros2CliError if the node has no such service, or does not answer."""
    name = f"/{node_name.lstrip('/')}/{service}"
    client: Any = node.create_client(service_class, name)
    if not client.wait_for_service(timeout_sec=TIMEOUT_S):
        raise Ros2CliError(f"node '{node_name}' has no parameter service '{name}': see `ros2 node list`")
    future = client.call_async(request)
    rclpy.spin_until_future_complete(node, future, timeout_sec=TIMEOUT_S)
    if not future.done():
        raise Ros2CliError(f"node '{node_name}' did not answer on '{name}' in {TIMEOUT_S} s: is it busy?")
    return future.result()
