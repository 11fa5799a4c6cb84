"""A file's text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..frontend.expose import expect_arguments, expose_substitution
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from .substitution_failure import SubstitutionFailure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType


@expose_substitution("file-content")
class FileContent(Substitution):
    """The text of the file at `path`."""

    def __init__(self, path: SomeSubstitutionsType) -> None:
        self._path = normalize_to_list_of_substitutions(path)

    @classmethod
    def parse(cls, data: Sequence[SomeSubstitutionsType]) -> Parsed:
        """Arguments of `$(file-content ...)`."""
        expect_arguments("file-content", data, 1, error=AttributeError)
        return cls, {"path": data[0]}

    @property
    def path(self) -> list[Substitution]:
        """Where the file lies."""
        return self._path

    def describe(self) -> str:
        """Text for a person."""
        return f"FileContent({' + '.join(sub.describe() for sub in self._path)})"

    def perform(self, context: LaunchContext) -> str:
        """The text; SubstitutionFailure if the file can't be read."""
        path = perform_substitutions(context, self._path)
        try:
            return Path(path).read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise SubstitutionFailure(f"File not found: {path}") from error
        except OSError as error:
            raise SubstitutionFailure(f"failed to open or read file '{path}': {error}") from error
