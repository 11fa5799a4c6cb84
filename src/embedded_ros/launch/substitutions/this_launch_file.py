"""The current launch file's path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..frontend.expose import expect_arguments, expose_substitution
from ..substitution import Substitution
from .substitution_failure import SubstitutionFailure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType


@expose_substitution("filename")
class ThisLaunchFile(Substitution):
    """The absolute path of the launch file that is being run."""

    @classmethod
    def parse(cls, data: Sequence[SomeSubstitutionsType]) -> Parsed:
        """Arguments of `$(filename ...)`."""
        expect_arguments("filename", data, 0)
        return cls, {}

    def describe(self) -> str:
        """Text for a person."""
        return "ThisLaunchFile()"

    def perform(self, context: LaunchContext) -> str:
        """The path; SubstitutionFailure outside of a launch file."""
        values = context.get_locals_as_dict()
        if "current_launch_file_path" not in values:
            raise SubstitutionFailure(
                "ThisLaunchFile used outside of a launch file (in a script): give the path itself"
            )
        return str(values["current_launch_file_path"])
