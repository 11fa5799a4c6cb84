"""`ros2 daemon status`."""

from __future__ import annotations

import argparse

from ros2cli.verb import VerbExtension


class StatusVerb(VerbExtension):
    """Output the status of the daemon."""

    def main(self, *, args: argparse.Namespace) -> None:
        print("The daemon is not running")
