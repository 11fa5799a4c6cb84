"""`ros2 service call`."""

from __future__ import annotations

import argparse
import time
from typing import Any

from ros2cli.errors import Ros2CliError
from ros2cli.helpers import INTERFACE_ERRORS, collect_stdin, complete_with, yaml_values
from ros2cli.node import NODE_NAME_PREFIX
from ros2cli.node.direct import DirectNode
from ros2service.api import ServicePrototypeCompleter, ServiceTypeCompleter, add_service_name
from ros2service.verb import VerbExtension


class CallVerb(VerbExtension):
    """Call a service."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_service_name(parser)
        action = parser.add_argument("service_type", help="type of the service, e.g. std_srvs/srv/Empty")
        complete_with(action, ServiceTypeCompleter(service_name_key="service_name"))
        values = parser.add_mutually_exclusive_group()
        action = values.add_argument(
            "values", nargs="?", default="{}", help="fields of the request in YAML, e.g. '{a: 1, b: 2}'"
        )
        complete_with(action, ServicePrototypeCompleter(service_type_key="service_type"))
        values.add_argument("--stdin", action="store_true", help="read the fields from standard input")
        parser.add_argument("-r", "--rate", metavar="N", type=float, help="call again and again, N times a second")

    def main(self, *, args: argparse.Namespace) -> None:
        if args.rate is not None and args.rate <= 0:
            raise Ros2CliError("rate must be greater than zero")
        service_class = _service_class(args.service_type)
        request = _request(service_class, collect_stdin() if args.stdin else args.values)
        name = f"{NODE_NAME_PREFIX}_requester_{args.service_type.split('/')[0]}_{service_class.__name__}"
        with DirectNode(args, node_name=name) as node:
            client = node.create_client(service_class, args.service_name)
            if not client.service_is_ready():
                print("waiting for service to become available...")
                client.wait_for_service()
            _call(node, client, request, None if args.rate is None else 1.0 / args.rate)


def _service_class(service_type: str) -> Any:
    from rosidl_runtime_py import import_message_from_namespaced_type
    from rosidl_runtime_py.utilities import get_service_namespaced_type, is_service

    try:
        found = import_message_from_namespaced_type(get_service_namespaced_type(service_type))
    except INTERFACE_ERRORS as error:
        raise Ros2CliError("The passed service type is invalid") from error
    if not is_service(found):
        raise Ros2CliError("The passed type is not a service")
    return found


def _request(service_class: Any, values: str | bytes) -> Any:
    from rosidl_runtime_py import set_message_fields

    request = service_class.Request()
    try:
        set_message_fields(request, yaml_values(values))
    except (AssertionError, AttributeError, OverflowError, TypeError, ValueError) as error:
        raise Ros2CliError(f"Failed to populate field: {error}") from error
    return request


def _call(node: DirectNode, client: Any, request: Any, period_s: float | None) -> None:
    import rclpy

    while rclpy.ok():
        print(f"requester: making request: {request!r}\n")
        started_s = time.monotonic()
        future = client.call_async(request)
        rclpy.spin_until_future_complete(node.node, future)
        if future.result() is None:
            raise Ros2CliError(f"Exception while calling service: {future.exception()!r}")
        print(f"response:\n{future.result()!r}\n")
        if period_s is None:
            return
        time.sleep(max(0.0, started_s + period_s - time.monotonic()))
