"""`ros2 param get`."""

from __future__ import annotations

import argparse

from ros2cli.direct import add_node_arguments, direct_node, show
from ros2cli.errors import Ros2CliError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    add_node_arguments(parser)
    parser.add_argument("node_name", help="absolute name of the node, e.g. /twin_recorder")
    parser.add_argument("parameter_name", help="name of the parameter")
    parser.add_argument("--hide-type", action="store_true", help="only the value")


def main(args: argparse.Namespace) -> int:
    """Print the parameter's value."""
    from rcl_interfaces.srv import GetParameters

    from rclpy.parameter import Parameter, parameter_value_to_python

    from .client import call

    with direct_node(args) as node:
        request = GetParameters.Request(names=[args.parameter_name])
        values = call(node, args.node_name, "get_parameters", GetParameters, request).values
        if not values or values[0].type == Parameter.Type.NOT_SET.value:
            raise Ros2CliError(
                f"node '{args.node_name}' has no parameter '{args.parameter_name}': see `ros2 param list`"
            )
        kind = Parameter.Type(values[0].type).name.replace("_", " ").capitalize()
        label = "" if args.hide_type else f"{kind} value is: "
        show(f"{label}{parameter_value_to_python(values[0])}")
    return 0
