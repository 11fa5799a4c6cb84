"""`ros2 node info`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from ros2cli.direct import add_node_arguments, direct_node, is_hidden, settle, show, wait_until
from ros2cli.errors import Ros2CliError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    add_node_arguments(parser)
    parser.add_argument("node_name", help="absolute name of the node, e.g. /twin_recorder")
    parser.add_argument("--include-hidden", action="store_true", help="show hidden topics and services as well")


def main(args: argparse.Namespace) -> int:
    """Print what the node subscribes, publishes, serves and calls."""
    namespace, _, name = ("/" + args.node_name.lstrip("/")).rpartition("/")
    namespace = namespace or "/"
    with direct_node(args) as node:
        wanted = (name, namespace)
        if not wait_until(node, lambda: wanted in node.get_node_names_and_namespaces(), args.spin_time):
            raise Ros2CliError(f"no node '{args.node_name}': see `ros2 node list`, or wait longer (--spin-time)")
        settle(node, min(args.spin_time, 0.1))
        show(args.node_name)
        for title, ask in (
            ("Subscribers", node.get_subscriber_names_and_types_by_node),
            ("Publishers", node.get_publisher_names_and_types_by_node),
            ("Service Servers", node.get_service_names_and_types_by_node),
            ("Service Clients", node.get_client_names_and_types_by_node),
        ):
            _show(title, ask(name, namespace), include_hidden=args.include_hidden)
    return 0


def _show(title: str, entries: Iterable[tuple[str, list[str]]], *, include_hidden: bool) -> None:
    show(f"  {title}:")
    for name, types in sorted(entries):
        if include_hidden or not is_hidden(name):
            show(f"    {name}: {', '.join(types)}")
