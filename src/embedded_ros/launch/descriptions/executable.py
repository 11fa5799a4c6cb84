"""Description of a process: command, name, folder, environment."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

from ..substitutions import LaunchConfiguration
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions

if TYPE_CHECKING:
    from ..action import Action
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType
    from ..substitution import Substitution

    Environment: TypeAlias = Mapping[SomeSubstitutionsType, SomeSubstitutionsType]
    NormalizedEnvironment: TypeAlias = list[tuple[list[Substitution], list[Substitution]]]

# One counter for all processes of a launch: [talker-1], [listener-2].
_counter = itertools.count(1)


class Executable:
    """`cmd` and `arguments` after `prefix` (default: the configuration launch-prefix, for executables whose name

    matches launch-prefix-filter); `env` replaces the environment, `additional_env` adds to it.
    """

    def __init__(
        self,
        *,
        cmd: Iterable[SomeSubstitutionsType],
        prefix: SomeSubstitutionsType | None = None,
        name: SomeSubstitutionsType | None = None,
        cwd: SomeSubstitutionsType | None = None,
        env: Environment | None = None,
        additional_env: Environment | None = None,
        arguments: Iterable[SomeSubstitutionsType] | None = None,
    ) -> None:
        self._arguments = None if arguments is None else list(arguments)
        self._cmd = [normalize_to_list_of_substitutions(word) for word in [*cmd, *(self._arguments or ())]]
        from_configuration = prefix is None
        self._prefix = normalize_to_list_of_substitutions(
            LaunchConfiguration("launch-prefix", default="") if prefix is None else prefix
        )
        self._prefix_filter = LaunchConfiguration("launch-prefix-filter", default="") if from_configuration else None
        self._name = None if name is None else normalize_to_list_of_substitutions(name)
        self._cwd = None if cwd is None else normalize_to_list_of_substitutions(cwd)
        self._env = _normalized(env)
        self._additional_env = _normalized(additional_env)
        self._final_name: str | None = None
        self._final_cmd: list[str] | None = None
        self._final_cwd: str | None = None
        self._final_env: dict[str, str] | None = None

    @property
    def name(self) -> list[Substitution] | None:
        """The process' label; None: the executable's file name."""
        return self._name

    @property
    def prefix(self) -> list[Substitution]:
        """Words before the command, as in 'gdb --args'."""
        return self._prefix

    @property
    def cmd(self) -> list[list[Substitution]]:
        """The command and its arguments."""
        return self._cmd

    @property
    def cwd(self) -> list[Substitution] | None:
        """The working folder; None: launch's own."""
        return self._cwd

    @property
    def env(self) -> NormalizedEnvironment | None:
        """The whole environment; None: the launch's."""
        return self._env

    @property
    def additional_env(self) -> NormalizedEnvironment | None:
        """Variables on top of the environment."""
        return self._additional_env

    @property
    def arguments(self) -> list[SomeSubstitutionsType] | None:
        """Arguments after those in `cmd`."""
        return self._arguments

    @property
    def final_name(self) -> str | None:
        """Label and number; None before `prepare`."""
        return self._final_name

    @property
    def final_cmd(self) -> list[str] | None:
        """The words of the command; None before `prepare`."""
        return self._final_cmd

    @property
    def final_cwd(self) -> str | None:
        """The working folder; None before `prepare`, or for launch's own."""
        return self._final_cwd

    @property
    def final_env(self) -> dict[str, str] | None:
        """The environment; None before `prepare`."""
        return self._final_env

    def prepare(self, context: LaunchContext, action: Action) -> None:  # noqa: ARG002
        """Perform all substitutions; `action` is what will run the process."""
        cmd = [perform_substitutions(context, word) for word in self._cmd]
        executable = PurePath(cmd[0]).name
        if self._is_prefixed(context, executable):
            cmd = [*shlex.split(perform_substitutions(context, self._prefix)), *cmd]
        label = PurePath(cmd[0]).name if self._name is None else perform_substitutions(context, self._name)
        self._final_cmd = cmd
        self._final_name = f"{label}-{next(_counter)}"
        self._final_cwd = None if self._cwd is None else perform_substitutions(context, self._cwd)
        env = dict(context.environment) if self._env is None else _performed(context, self._env)
        self._final_env = env | _performed(context, self._additional_env or [])

    def _is_prefixed(self, context: LaunchContext, executable: str) -> bool:
        return self._prefix_filter is None or re.match(self._prefix_filter.perform(context), executable) is not None


def _normalized(env: Environment | None) -> NormalizedEnvironment | None:
    if env is None:
        return None
    return [
        (normalize_to_list_of_substitutions(key), normalize_to_list_of_substitutions(value))
        for key, value in env.items()
    ]


def _performed(context: LaunchContext, env: NormalizedEnvironment) -> dict[str, str]:
    return {perform_substitutions(context, key): perform_substitutions(context, value) for key, value in env}
