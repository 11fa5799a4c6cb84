"""`ros2 pkg list`."""

from __future__ import annotations

import argparse

from ros2cli.direct import show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes none."""


def main(args: argparse.Namespace) -> int:  # noqa: ARG001
    """List the packages by name."""
    from ament_index_python.packages import get_packages_with_prefixes

    for name in sorted(get_packages_with_prefixes()):
        show(name)
    return 0
