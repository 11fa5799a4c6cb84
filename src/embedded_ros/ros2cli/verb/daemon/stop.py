"""`ros2 daemon stop`."""

from __future__ import annotations

import argparse

from ros2cli.verb import VerbExtension


class StopVerb(VerbExtension):
    """Stop the daemon if it is running."""

    def main(self, *, args: argparse.Namespace) -> None:
        print("The daemon is not running")
