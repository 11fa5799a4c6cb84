"""The folder of the launch's logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..frontend.expose import expect_arguments, expose_substitution
from ..logging import launch_config
from ..substitution import Substitution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType


@expose_substitution("launch_log_dir")
@expose_substitution("log_dir")
class LaunchLogDir(Substitution):
    """The folder into which this launch logs."""

    @classmethod
    def parse(cls, data: Sequence[SomeSubstitutionsType]) -> Parsed:
        """Arguments of `$(launch_log_dir ...)`."""
        expect_arguments("launch_log_dir", data, 0)
        return cls, {}

    def describe(self) -> str:
        """Text for a person."""
        return "LaunchLogDir()"

    def perform(self, context: LaunchContext) -> str:  # noqa: ARG002
        """The folder's path."""
        return launch_config.log_dir
