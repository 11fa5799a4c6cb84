"""`ros2 param set`."""

from __future__ import annotations

import argparse

from ros2cli.direct import add_node_arguments, direct_node, show
from ros2cli.errors import Ros2CliError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    add_node_arguments(parser)
    parser.add_argument("node_name", help="absolute name of the node, e.g. /twin_recorder")
    parser.add_argument("parameter_name", help="name of the parameter")
    parser.add_argument("value", help="new value, by YAML's rules")


def main(args: argparse.Namespace) -> int:
    """Set the parameter; 1, and the node's reason, if it refuses."""
    import yaml
    from rcl_interfaces.srv import SetParameters

    from rclpy.parameter import Parameter

    from .client import call

    with direct_node(args) as node:
        parameter = Parameter(args.parameter_name, value=yaml.safe_load(args.value))
        request = SetParameters.Request(parameters=[parameter.to_parameter_msg()])
        result = call(node, args.node_name, "set_parameters", SetParameters, request).results[0]
        if not result.successful:
            raise Ros2CliError(f"node '{args.node_name}' refused {args.parameter_name} = {args.value}: {result.reason}")
        show("Set parameter successful")
    return 0
