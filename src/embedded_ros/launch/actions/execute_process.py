"""Runs a command."""

from __future__ import annotations

import shlex
from collections.abc import Container, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..descriptions import Executable
from ..frontend.expose import expose_action
from ..frontend.pairs import parse_pairs
from ..substitutions import TextSubstitution
from .execute_local import ExecuteLocal
from .shutdown_action import Shutdown

if TYPE_CHECKING:
    from ..frontend import Entity, Parser
    from ..frontend.expose import Parsed
    from ..some_substitutions_type import SomeSubstitutionsType
    from ..substitution import Substitution


# Attributes of the element, by the keyword argument that each is for.
_TEXTS = {"cwd": "cwd", "name": "name", "prefix": "launch-prefix", "output": "output"}
_VALUES = {"respawn": bool, "respawn_max_retries": int, "shell": bool, "emulate_tty": bool}
_DURATIONS_S = ("respawn_delay", "sigkill_timeout", "sigterm_timeout")


@expose_action("executable")
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

    @classmethod
    def parse(cls, entity: Entity, parser: Parser, ignore: Iterable[str] | None = None) -> Parsed:
        """What the element `executable` holds, but for keyword arguments in `ignore`: a derived class reads those."""
        _, kwargs = super().parse(entity, parser)
        ignored = set() if ignore is None else set(ignore)
        if "cmd" not in ignored:
            kwargs["cmd"] = cls._parse_cmdline(entity.get_attr("cmd"), parser)
        for name in _TEXTS.keys() - ignored:
            text = entity.get_attr(_TEXTS[name], optional=True)
            if text is not None:
                kwargs[name] = parser.parse_substitution(text)
        for name in _VALUES.keys() - ignored:
            # Only `respawn` is performed when the process starts: the others must be known here.
            value = entity.get_attr(name, data_type=_VALUES[name], optional=True, can_be_str=name == "respawn")
            if value is not None:
                kwargs[name] = parser.parse_if_substitutions(value)
        kwargs.update(_parse_durations(entity, parser, ignored))
        if "on_exit" not in ignored:
            kwargs.update(_parse_on_exit(entity))
        if "additional_env" not in ignored:
            variables = parse_pairs(entity, parser, "env")
            if variables is not None:
                kwargs["additional_env"] = dict(variables)
        return cls, kwargs

    @classmethod
    def _parse_cmdline(cls, cmd: str, parser: Parser) -> list[SomeSubstitutionsType]:
        """Words of a command line, split as a shell would; a substitution is never split, whatever it will give."""
        words: list[list[Substitution]] = []
        is_word_open = False
        for part in parser.parse_substitution(cmd):
            is_text = isinstance(part, TextSubstitution)
            text = part.text if isinstance(part, TextSubstitution) else ""
            if text[:1].isspace():
                is_word_open = False
            pieces = [TextSubstitution(text=piece) for piece in shlex.split(text)] if is_text else [part]
            for piece in pieces:
                if is_word_open:
                    words[-1].append(piece)
                else:
                    words.append([piece])
                is_word_open = False
            is_word_open = bool(pieces) and not text[-1:].isspace()
        return list(words)

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


def _parse_durations(entity: Entity, parser: Parser, ignored: Container[str]) -> dict[str, Any]:
    durations: dict[str, Any] = {}
    for name in _DURATIONS_S:
        is_performed = name != "respawn_delay"  # the other two are, when the process starts
        given = (
            None if name in ignored else entity.get_attr(name, data_type=float, optional=True, can_be_str=is_performed)
        )
        if given is None:
            continue
        if isinstance(given, float) and given < 0.0:
            raise ValueError(f"Attribute {name} of {entity.type_name}: expected a value >= 0 s, got {given}")
        durations[name] = parser.parse_substitution(str(given)) if is_performed else given
    return durations


def _parse_on_exit(entity: Entity) -> dict[str, Any]:
    on_exit = entity.get_attr("on_exit", optional=True)
    if on_exit is None:
        return {}
    if on_exit != "shutdown":
        raise ValueError(f"Attribute on_exit of {entity.type_name}: only 'shutdown' is known, got '{on_exit}'")
    return {"on_exit": [Shutdown()]}
