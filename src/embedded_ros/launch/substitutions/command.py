"""A command's output."""

from __future__ import annotations

import shlex
import subprocess
from typing import TYPE_CHECKING

from ..frontend.expose import expect_arguments, expose_substitution
from ..logging import get_logger
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from .substitution_failure import SubstitutionFailure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType

_ON_STDERR = ("fail", "ignore", "warn", "capture")


@expose_substitution("command")
class Command(Substitution):
    """What `command` (split as a shell would) prints; `on_stderr` is fail, ignore, warn, or capture (join both)."""

    def __init__(self, command: SomeSubstitutionsType, *, on_stderr: SomeSubstitutionsType = "fail") -> None:
        self._command = normalize_to_list_of_substitutions(command)
        self._on_stderr = normalize_to_list_of_substitutions(on_stderr)

    @classmethod
    def parse(cls, data: Sequence[SomeSubstitutionsType]) -> Parsed:
        """Arguments of `$(command ...)`."""
        expect_arguments("command", data, 1, 2, error=ValueError)
        return cls, dict(zip(("command", "on_stderr"), data, strict=False))

    @property
    def command(self) -> list[Substitution]:
        """The command line."""
        return self._command

    @property
    def on_stderr(self) -> list[Substitution]:
        """What error output leads to."""
        return self._on_stderr

    def describe(self) -> str:
        """Text for a person."""
        return f"Command({' + '.join(sub.describe() for sub in self._command)})"

    def perform(self, context: LaunchContext) -> str:
        """Run the command; SubstitutionFailure if it is missing, fails, or prints errors that must not be there."""
        command = perform_substitutions(context, self._command)
        on_stderr = perform_substitutions(context, self._on_stderr)
        if on_stderr not in _ON_STDERR:
            raise SubstitutionFailure(f"expected 'on_stderr' to be one of {', '.join(_ON_STDERR)}; got '{on_stderr}'")
        stderr = subprocess.STDOUT if on_stderr == "capture" else subprocess.PIPE
        try:
            result = subprocess.run(shlex.split(command), stdout=subprocess.PIPE, stderr=stderr, text=True, check=False)
        except FileNotFoundError as error:
            raise SubstitutionFailure(f"file not found: {error}") from error
        if result.returncode != 0:
            raise SubstitutionFailure(
                f"executed command failed. Command: {command}; exit code {result.returncode}; stderr: {result.stderr}"
            )
        if result.stderr:
            self._on_error_output(
                f"executed command showed stderr output. Command: {command}\n{result.stderr}", on_stderr
            )
        return result.stdout

    @staticmethod
    def _on_error_output(message: str, on_stderr: str) -> None:
        if on_stderr == "fail":
            raise SubstitutionFailure(message)
        if on_stderr == "warn":
            get_logger().warning(message)
