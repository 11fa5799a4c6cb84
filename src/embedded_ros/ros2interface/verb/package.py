"""`ros2 interface package`."""

from __future__ import annotations

import argparse

from ros2cli.helpers import complete_with
from ros2interface.api import add_kind_arguments, chosen_kinds, package_name_completer
from ros2interface.verb import VerbExtension


class PackageVerb(VerbExtension):
    """Output a list of available interface types within one package."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_kind_arguments(parser)
        action = parser.add_argument("package_name", help="name of the package, e.g. example_interfaces")
        complete_with(action, package_name_completer)

    def main(self, *, args: argparse.Namespace) -> str | None:
        package = args.package_name
        try:
            names = [name for get in chosen_kinds(args).values() for name in get([package]).get(package, ())]
        except LookupError as error:
            return str(error)
        for name in names:
            print(f"{package}/{name}")
        return None
