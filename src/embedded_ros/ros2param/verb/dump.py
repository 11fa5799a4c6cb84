"""`ros2 param dump`."""

from __future__ import annotations

import argparse
from typing import Any

from ros2cli.errors import Ros2CliError
from ros2param.api import add_arguments, call_get_parameters, call_list_parameters, get_value, node_for
from ros2param.verb import VerbExtension


class DumpVerb(VerbExtension):
    """Show all of the parameters of a node in a YAML file format."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_arguments(parser)

    def main(self, *, args: argparse.Namespace) -> None:
        import yaml

        with node_for(args) as (node, name):
            listed = call_list_parameters(node=node, node_name=name)
            if listed is None:
                raise Ros2CliError(f"Wait for service timed out waiting for parameter services for node {name}")
            if listed.result() is None:
                raise Ros2CliError(
                    f"Exception while calling list_parameters service of node '{name}': {listed.exception()}"
                )
            names = sorted(listed.result().result.names)
            values = call_get_parameters(node=node, node_name=name, parameter_names=names).values
        tree: dict[str, Any] = {}
        for parameter, value in zip(names, values, strict=False):
            _insert(tree, parameter, get_value(parameter_value=value))
        print(yaml.dump({name: {"ros__parameters": tree}}, default_flow_style=False))


def _insert(tree: dict[str, Any], name: str, value: Any) -> None:
    """Put the value where the parts of its name, which dots separate, lead to."""
    *folders, leaf = name.split(".")
    for folder in folders:
        tree = tree.setdefault(folder, {})
    tree[leaf] = value
