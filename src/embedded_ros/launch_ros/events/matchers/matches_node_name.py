"""Matching by the node's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...utilities.namespace_utils import make_namespace_absolute

if TYPE_CHECKING:
    from ...actions import Node


def matches_node_name(node_name: str) -> Callable[[Node], bool]:
    """Matches the action whose node has that name; a relative one starts at the root."""
    absolute = make_namespace_absolute(node_name)
    return lambda action: action.node_name == absolute
