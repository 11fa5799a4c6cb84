"""Runs a GoogleTest program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .test import Test

if TYPE_CHECKING:
    from launch import SomeSubstitutionsType


class GTest(Test):
    """The program at `path`; the other arguments are those of launch_testing.actions.Test."""

    def __init__(self, *, path: SomeSubstitutionsType, **kwargs: Any) -> None:
        super().__init__(cmd=[path], **kwargs)
        self._path = path

    @property
    def path(self) -> SomeSubstitutionsType:
        """Where the program lies."""
        return self._path
