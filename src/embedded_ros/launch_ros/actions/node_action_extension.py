"""Extensions of node actions, which other packages give in the entry point group `launch_ros.node_action`."""

from __future__ import annotations

import functools
import importlib.metadata as importlib_metadata
from logging import Logger
from typing import TYPE_CHECKING, Any

from ..utilities import plugin_support

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext
    from launch.substitution import Substitution

    from .node import Node

_GROUP = "launch_ros.node_action"


class NodeActionExtension:
    """Changes what nodes are started with. One object serves one action; `NAME` becomes the entry point's name."""

    NAME: str | None = None
    EXTENSION_POINT_VERSION = "0.1"

    def __init__(self) -> None:
        plugin_support.satisfies_version(self.EXTENSION_POINT_VERSION, "^0.1")

    def prepare_for_execute(
        self,
        context: LaunchContext,  # noqa: ARG002
        ros_specific_arguments: dict[str, Any],
        node_action: Node,  # noqa: ARG002
    ) -> tuple[list[list[Substitution]], dict[str, Any]]:
        """Words to add to the command of `node_action`, and its rules for name ('name') and namespace ('ns')."""
        return [], ros_specific_arguments


def get_extensions(logger: Logger) -> dict[str, NodeActionExtension]:
    """New extensions by name; one that can't be loaded or made is warned about and left out."""
    extensions = {}
    for entry_point in _entry_points():
        try:
            extension: NodeActionExtension = entry_point.load()()
        except Exception as error:  # noqa: BLE001
            # Somebody's package is broken: that must not keep nodes from being started.
            logger.warning("Failed to load '%s' extension '%s': %s", _GROUP, entry_point.name, error)
            continue
        extension.NAME = entry_point.name
        extensions[entry_point.name] = extension
    return extensions


@functools.cache
def _entry_points() -> tuple[importlib_metadata.EntryPoint, ...]:
    return tuple(importlib_metadata.entry_points(group=_GROUP))
