"""Matching by an event's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..event import Event


def event_named(name: str) -> Callable[[Event], bool]:
    """Matches events of that name."""
    return lambda event: event.name == name
