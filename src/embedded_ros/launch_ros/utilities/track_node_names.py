"""Counts node names, to find those given twice."""

from collections import Counter

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
