"""Runs a command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..descriptions import Executable
from .execute_local import ExecuteLocal

if TYPE_CHECKING:
    from ..some_substitutions_type import SomeSubstitutionsType


class ExecuteProcess(ExecuteLocal):
    """Runs `cmd`; see launch.descriptions.Executable for what describes it, and ExecuteLocal for how it is run."""

    def __init__(
        self,
        *,
        cmd: Iterable[SomeSubstitutionsType],
        prefix: SomeSubstitutionsType | None = None,
        name: SomeSubstitutionsType | None = None,
        cwd: SomeSubstitutionsType | None = None,
        env: Mapping[SomeSubstitutionsType, SomeSubstitutionsType] | None = None,
        additional_env: Mapping[SomeSubstitutionsType, SomeSubstitutionsType] | None = None,
        **kwargs: Any,
    ) -> None:
        executable = Executable(cmd=cmd, prefix=prefix, name=name, cwd=cwd, env=env, additional_env=additional_env)
        super().__init__(process_description=executable, **kwargs)

    @property
    def name(self) -> Any:
        """The process' unique name, or what will make it."""
        return self.process_description.final_name or self.process_description.name

    @property
    def cmd(self) -> Any:
        """The command's words, or what will make them."""
        return self.process_description.final_cmd or self.process_description.cmd

    @property
    def cwd(self) -> Any:
        """The working folder, or what will make it."""
        return self.process_description.final_cwd or self.process_description.cwd

    @property
    def env(self) -> Any:
        """The environment, or what will make it."""
        return self.process_description.final_env or self.process_description.env

    @property
    def additional_env(self) -> Any:
        """Variables on top of the environment."""
        return self.process_description.additional_env
