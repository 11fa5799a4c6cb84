"""Counts node names, to find those given twice."""

from __future__ import annotations

from collections import Counter
from logging import Logger
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext

_KEY = "unique_ros_node_names"


def add_node_name(context: LaunchContext, node_name: str) -> None:
    """One more node of this (absolute) name."""
    if _KEY not in context.get_locals_as_dict():
        context.extend_globals({_KEY: Counter()})
    context.get_locals_as_dict()[_KEY][node_name] += 1


def get_node_name_count(context: LaunchContext, node_name: str) -> int:
    """How many nodes of this name the launch has started."""
    counter: Counter[str] = context.get_locals_as_dict().get(_KEY, Counter())
    return counter[node_name]


def track_node_name(context: LaunchContext, node_name: str, logger: Logger) -> None:
    """One more node of this name; a warning if it is not the first."""
    add_node_name(context, node_name)
    count = get_node_name_count(context, node_name)
    if count > 1:
        logger.warning(
            "there are now at least %s nodes with the name %s created within this launch context", count, node_name
        )
