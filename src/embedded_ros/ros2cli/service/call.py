"""`ros2 service call`."""

from __future__ import annotations

import argparse
from typing import Any

from ros2cli.direct import add_node_arguments, direct_node, filled, interface_class, show
from ros2cli.errors import Ros2CliError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    add_node_arguments(parser)
    parser.epilog = "example: ros2 service call /mujoco_sim/pause std_srvs/srv/SetBool '{data: true}'"
    parser.add_argument("service_name", help="name of the service")
    parser.add_argument("service_type", help="type of the service")
    parser.add_argument("values", nargs="?", default="{}", help="fields of the request, in YAML")
    parser.add_argument(
        "--timeout", type=float, default=10.0, help="wait so many s for the answer (default: %(default)s)"
    )


def main(args: argparse.Namespace) -> int:
    """Call the service and print the response."""
    import rclpy

    service_class = interface_class("srv", args.service_type)
    request = filled(service_class.Request(), args.values)
    with direct_node(args) as node:
        client: Any = node.create_client(service_class, args.service_name)
        if not client.wait_for_service(timeout_sec=args.timeout):
            raise Ros2CliError(f"service '{args.service_name}' did not come up in {args.timeout} s: start its node")
        show(f"requester: making request: {request!r}\n")
        future = client.call_async(request)
        rclpy.spin_until_future_complete(node, future, timeout_sec=args.timeout)
        if not future.done():
            raise Ros2CliError(f"service '{args.service_name}' did not answer in {args.timeout} s: give --timeout")
        show(f"response:\n{future.result()!r}\n")
    return 0
