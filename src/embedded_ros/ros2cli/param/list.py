"""`ros2 param list`."""

from __future__ import annotations

import argparse

from ros2cli.direct import add_node_arguments, direct_node, settle, show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    add_node_arguments(parser)
    parser.add_argument("node_name", nargs="?", help="absolute name of the node (default: all nodes)")


def main(args: argparse.Namespace) -> int:
    """List parameter names, a node each paragraph."""
    from rcl_interfaces.srv import ListParameters

    from .client import call

    suffix = "/list_parameters"
    with direct_node(args) as node:
        names = [args.node_name]
        if args.node_name is None:
            settle(node, args.spin_time)
            services = dict(node.get_service_names_and_types())
            names = sorted(name.removesuffix(suffix) for name in services if name.endswith(suffix))
        for name in names:
            response = call(node, name, "list_parameters", ListParameters, ListParameters.Request())
            if args.node_name is None:
                show(f"{name}:")
            for parameter in sorted(response.result.names):
                show(f"  {parameter}")
    return 0
