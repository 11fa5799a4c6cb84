"""`ros2 action info`."""

from __future__ import annotations

import argparse

from ros2action.api import NamesAndTypes, add_action_name, get_action_clients_and_servers
from ros2action.verb import VerbExtension
from ros2cli.node.strategy import NodeStrategy


class InfoVerb(VerbExtension):
    """Print information about an action."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_action_name(parser)
        parser.add_argument("-t", "--show-types", action="store_true", help="show the types as well")
        parser.add_argument(
            "-c", "--count", action="store_true", help="only show how many clients and servers there are"
        )

    def main(self, *, args: argparse.Namespace) -> None:
        with NodeStrategy(args) as node:
            clients, servers = get_action_clients_and_servers(node=node, action_name=args.action_name)
        print(f"Action: {args.action_name}")
        _show("Action clients", clients, args)
        _show("Action servers", servers, args)


def _show(title: str, nodes: NamesAndTypes, args: argparse.Namespace) -> None:
    print(f"{title}: {len(nodes)}")
    for name, types in [] if args.count else nodes:
        print(f"    {name} [{', '.join(types)}]" if args.show_types else f"    {name}")
