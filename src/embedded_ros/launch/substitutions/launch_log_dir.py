"""The folder of the launch's logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..logging import launch_config
from ..substitution import Substitution

if TYPE_CHECKING:
    from ..launch_context import LaunchContext


class LaunchLogDir(Substitution):
    """The folder into which this launch logs."""

    def describe(self) -> str:
        """Text for a person."""
        return "LaunchLogDir()"

    def perform(self, context: LaunchContext) -> str:  # noqa: ARG002
        """The folder's path."""
        return launch_config.log_dir
