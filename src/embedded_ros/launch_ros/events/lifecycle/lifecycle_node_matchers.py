"""Matchers of lifecycle nodes, at their old place."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..matchers import matches_node_name as _matches_node_name

if TYPE_CHECKING:
    from ...actions import Node


def matches_node_name(node_name: str) -> Callable[[Node], bool]:
    """Deprecated: use launch_ros.events.matches_node_name."""
    warnings.warn(
        "launch_ros.events.lifecycle.matches_node_name is deprecated, use launch_ros.events.matches_node_name instead",
        stacklevel=2,
    )
    return _matches_node_name(node_name)
