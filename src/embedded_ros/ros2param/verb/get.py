"""`ros2 param get`."""

from __future__ import annotations

import argparse

from ros2param.api import add_arguments, add_parameter_name, call_get_parameters, get_parameter_type_string, node_for
from ros2param.verb import VerbExtension


class GetVerb(VerbExtension):
    """Get parameter."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_arguments(parser)
        add_parameter_name(parser)
        parser.add_argument("--hide-type", action="store_true", help="show only the value")

    def main(self, *, args: argparse.Namespace) -> str | None:
        from rclpy.parameter import Parameter, parameter_value_to_python

        with node_for(args) as (node, name):
            values = call_get_parameters(node=node, node_name=name, parameter_names=[args.parameter_name]).values
        if not values:
            return "Parameter not set"
        value = parameter_value_to_python(values[0])
        if args.hide_type:
            print(value)
        elif values[0].type == Parameter.Type.NOT_SET.value:
            print("Parameter not set.")
        else:
            kind = get_parameter_type_string(values[0].type).capitalize()
            label = f"{kind.removesuffix(' array')} values are:" if kind.endswith("array") else f"{kind} value is:"
            print(label, value)
        return None
