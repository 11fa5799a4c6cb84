"""Runs pytest."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from .test import Test

if TYPE_CHECKING:
    from launch import SomeSubstitutionsType


class PyTest(Test):
    """pytest on the file or folder at `path`; the other arguments are those of launch_testing.actions.Test."""

    def __init__(self, *, path: SomeSubstitutionsType, **kwargs: Any) -> None:
        super().__init__(cmd=[sys.executable, "-m", "pytest", path], **kwargs)
        self._path = path

    @property
    def path(self) -> SomeSubstitutionsType:
        """Where the tests lie."""
        return self._path
