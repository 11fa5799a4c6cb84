"""The node of a verb that only asks the graph."""

from __future__ import annotations

import argparse

from ros2cli.node.direct import DirectNode as DirectNode
from ros2cli.node.direct import add_arguments as _add_direct_arguments


class NodeStrategy(DirectNode):
    """In Jazzy this is a daemon or a node of its own; here it is always the latter."""

    daemon_node = None

    @property
    def direct_node(self) -> NodeStrategy:
        """Itself."""
        return self


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of a verb that has a node."""
    _add_direct_arguments(parser)
    parser.add_argument("--no-daemon", action="store_true", help="no effect: there is no daemon here")
