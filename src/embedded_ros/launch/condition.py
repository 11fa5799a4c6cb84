"""Base of conditions on actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .launch_context import LaunchContext


class Condition:
    """A predicate over the launch context; without one it never holds."""

    def __init__(self, *, predicate: Callable[[LaunchContext], bool] | None = None) -> None:
        self._predicate = predicate

    def describe(self) -> str:
        """Text for a person."""
        return repr(self)

    def evaluate(self, context: LaunchContext) -> bool:
        """Whether the condition holds."""
        return self._predicate is not None and self._predicate(context)
