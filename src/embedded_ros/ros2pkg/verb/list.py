"""`ros2 pkg list`."""

from __future__ import annotations

import argparse

from ros2pkg.api import get_package_names
from ros2pkg.verb import VerbExtension


class ListVerb(VerbExtension):
    """Output a list of available packages."""

    def main(self, *, args: argparse.Namespace) -> None:
        for name in sorted(get_package_names()):
            print(name)
