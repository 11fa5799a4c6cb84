"""`ros2 param load`."""

from __future__ import annotations

import argparse

from ros2cli.errors import Ros2CliError
from ros2param.api import add_arguments, load_parameter_file, node_for
from ros2param.verb import VerbExtension


class LoadVerb(VerbExtension):
    """Load parameter file for a node."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_arguments(parser)
        parser.add_argument("parameter_file", help="YAML file, such as `ros2 param dump` writes")
        parser.add_argument("--no-use-wildcard", action="store_true", help="leave out what stands under '/**'")

    def main(self, *, args: argparse.Namespace) -> None:
        file, use_wildcard = args.parameter_file, not args.no_use_wildcard
        with node_for(args) as (node, name):
            try:
                load_parameter_file(node=node, node_name=name, parameter_file=file, use_wildcard=use_wildcard)
            except OSError as error:
                raise Ros2CliError(f"Parameter file '{file}' cannot be read: {error.strerror}") from error
