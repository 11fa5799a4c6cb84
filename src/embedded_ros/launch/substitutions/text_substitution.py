"""Plain text as a substitution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..substitution import Substitution

if TYPE_CHECKING:
    from ..launch_context import LaunchContext


class TextSubstitution(Substitution):
    """Text that is known already."""

    def __init__(self, *, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError(f"TextSubstitution expected 'text' to be a str, got {text!r} of {type(text)}")
        self._text = text

    @property
    def text(self) -> str:
        """The text."""
        return self._text

    def describe(self) -> str:
        """Text for a person."""
        return f"'{self._text}'"

    def perform(self, context: LaunchContext) -> str:  # noqa: ARG002
        """The text."""
        return self._text
