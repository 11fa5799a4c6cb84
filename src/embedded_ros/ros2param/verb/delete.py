"""`ros2 param delete`."""

from __future__ import annotations

import argparse

from ros2param.api import add_arguments, add_parameter_name, call_set_parameters, node_for
from ros2param.verb import VerbExtension


class DeleteVerb(VerbExtension):
    """Delete parameter."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_arguments(parser)
        add_parameter_name(parser)

    def main(self, *, args: argparse.Namespace) -> str | None:
        from rclpy.parameter import Parameter

        parameter = Parameter(args.parameter_name)  # without a value: that deletes it
        with node_for(args) as (node, name):
            (result,) = call_set_parameters(node=node, node_name=name, parameters=[parameter]).results
        reason = f": {result.reason}" if result.reason else ""
        if not result.successful:
            return f"Deleting parameter failed{reason}"
        print(f"Deleted parameter successfully{reason}")
        return None
