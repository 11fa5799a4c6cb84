"""Base of everything whose text is only known at launch time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .launch_context import LaunchContext


class Substitution:
    """Text that is evaluated late, against a launch context."""

    def describe(self) -> str:
        """Text for a person, before the value is known."""
        return repr(self)

    def perform(self, context: LaunchContext) -> str:
        """The value; `context` holds configurations, environment and locals."""
        raise NotImplementedError(f"{type(self).__name__}.perform(): a substitution must override it")
