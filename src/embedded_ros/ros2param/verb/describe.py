"""`ros2 param describe`."""

from __future__ import annotations

import argparse
from typing import Any

from ros2param.api import (
    add_arguments,
    add_parameter_name,
    call_describe_parameters,
    get_parameter_type_string,
    node_for,
)
from ros2param.verb import VerbExtension


class DescribeVerb(VerbExtension):
    """Show descriptive information about declared parameters."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_arguments(parser)
        add_parameter_name(parser, "parameter_names", nargs="+")

    def main(self, *, args: argparse.Namespace) -> None:
        with node_for(args) as (node, name):
            response = call_describe_parameters(node=node, node_name=name, parameter_names=args.parameter_names)
        for descriptor in response.descriptors:
            _show(descriptor)


def _show(descriptor: Any) -> None:
    print("Parameter name:", descriptor.name)
    print("  Type:", get_parameter_type_string(descriptor.type))
    if descriptor.description:
        print("  Description:", descriptor.description)
    print("  Constraints:")
    if descriptor.read_only:
        print("    Read only: true")
    for limits in [*descriptor.floating_point_range, *descriptor.integer_range][:1]:
        print("    Min value:", limits.from_value)
        print("    Max value:", limits.to_value)
        if limits.step:
            print("    Step:", limits.step)
    if descriptor.additional_constraints:
        print("    Additional constraints:", descriptor.additional_constraints)
