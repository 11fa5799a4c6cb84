"""`ros2 param set`."""

from __future__ import annotations

import argparse

from ros2param.api import add_arguments, add_parameter_name, call_set_parameters, node_for
from ros2param.verb import VerbExtension


class SetVerb(VerbExtension):
    """Set parameter."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_arguments(parser)
        add_parameter_name(parser)
        parser.add_argument("value", help="new value in YAML")

    def main(self, *, args: argparse.Namespace) -> str | None:
        from rcl_interfaces.msg import Parameter

        from rclpy.parameter import get_parameter_value

        parameter = Parameter(name=args.parameter_name, value=get_parameter_value(string_value=args.value))
        with node_for(args) as (node, name):
            (result,) = call_set_parameters(node=node, node_name=name, parameters=[parameter]).results
        reason = f": {result.reason}" if result.reason else ""
        if not result.successful:
            return f"Setting parameter failed{reason}"
        print(f"Set parameter successful{reason}")
        return None
