"""Choice of the parser of a launch file, and what all parsers share."""

from __future__ import annotations

import importlib.metadata as importlib_metadata
import os
import traceback
import warnings
from collections.abc import Iterable, KeysView
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, ClassVar, TextIO

from ..invalid_launch_file_error import InvalidLaunchFileError
from ..launch_description import LaunchDescription
from .expose import instantiate_action
from .parse_substitution import parse_if_substitutions, parse_substitution, replace_escaped_characters

if TYPE_CHECKING:
    from ..action import Action
    from ..substitution import Substitution
    from ..utilities.type_utils import NormalizedValueType, StrSomeValueType
    from ..utilities.typing_file_path import FilePath
    from .entity import Entity


class InvalidFrontendLaunchFileError(InvalidLaunchFileError):
    """No parser can read the launch file."""


class Parser:
    """Reads launch files; each markup language derives its own with `load` and `get_file_extensions`.

    Packages give parsers in the entry point group `launch.frontend.parser`, and modules that expose actions and
    substitutions in `launch.frontend.launch_extension`. One that can't be loaded is warned about and left out.
    """

    extensions_loaded: ClassVar[bool] = False
    frontend_parsers: ClassVar[dict[str, type[Parser]] | None] = None

    @classmethod
    def load_launch_extensions(cls) -> None:
        """Import what exposes actions and substitutions, once."""
        if not cls.extensions_loaded:
            _load_entry_points("launch.frontend.launch_extension", "launch extension")
            cls.extensions_loaded = True

    @classmethod
    def load_parser_implementations(cls) -> None:
        """Import the parsers, once."""
        cls._implementations()

    @classmethod
    def _implementations(cls) -> dict[str, type[Parser]]:
        if cls.frontend_parsers is None:
            parsers = _load_entry_points("launch.frontend.parser", "parser extension")
            cls.frontend_parsers = dict(sorted(parsers.items()))
        return cls.frontend_parsers

    def parse_action(self, entity: Entity) -> Action:
        """The action that an element stands for."""
        self.load_launch_extensions()
        return instantiate_action(entity, self)

    def parse_substitution(self, value: str) -> list[Substitution]:
        """The parts of a text with substitutions; see launch.frontend.parse_substitution."""
        return parse_substitution(value)

    def parse_if_substitutions(self, value: StrSomeValueType) -> NormalizedValueType:
        """A value whose texts may hold substitutions; see launch.frontend.parse_substitution."""
        return parse_if_substitutions(value)

    def escape_characters(self, value: str) -> str:
        """A text in which a backslash protects the character after it, and substitutions mean nothing."""
        return replace_escaped_characters(value)

    def parse_description(self, entity: Entity) -> LaunchDescription:
        """What a whole file describes; RuntimeError unless the element is `launch`."""
        if entity.type_name != "launch":
            raise RuntimeError(f"Expected 'launch' as root tag, got '{entity.type_name}'")
        deprecated = entity.get_attr("deprecated", optional=True)
        actions = [self.parse_action(child) for child in entity.children]
        return LaunchDescription(actions, deprecated_reason=deprecated)

    @classmethod
    def get_available_extensions(cls) -> KeysView[str]:
        """Names of the markup languages that can be read."""
        return cls._implementations().keys()

    @classmethod
    def is_extension_valid(cls, extension: str) -> bool:
        """Deprecated: use `is_filename_valid`."""
        warnings.warn("Parser.is_extension_valid is deprecated, use Parser.is_filename_valid instead", stacklevel=2)
        return extension in cls._implementations()

    @classmethod
    def get_parser_from_extension(cls, extension: str) -> type[Parser]:
        """Deprecated: use `get_parsers_from_filename`."""
        warnings.warn(
            "Parser.get_parser_from_extension is deprecated, use Parser.get_parsers_from_filename instead", stacklevel=2
        )
        known = cls._implementations()
        if extension not in known:
            raise RuntimeError(f"Not recognized frontend implementation: '{extension}', there are: {', '.join(known)}")
        return known[extension]

    @classmethod
    def may_parse(cls, filename: str) -> bool:
        """Whether this parser is for files of such a name."""
        return filename.endswith(tuple(f".{extension}" for extension in cls.get_file_extensions()))

    @classmethod
    def is_filename_valid(cls, filename: str) -> bool:
        """Whether any parser is for files of such a name."""
        return bool(cls.get_parsers_from_filename(filename))

    @classmethod
    def get_parsers_from_filename(cls, filename: str) -> list[type[Parser]]:
        """The parsers for files of such a name."""
        return [parser for parser in cls._implementations().values() if parser.may_parse(filename)]

    @classmethod
    def get_file_extensions_from_parsers(cls) -> set[str]:
        """Extensions, without leading dot, that any parser is for."""
        return {extension for parser in cls._implementations().values() for extension in parser.get_file_extensions()}

    @classmethod
    def load(cls, file: FilePath | TextIO) -> tuple[Entity, Parser]:
        """Root element of a file, and the parser that could read it: those for its name are tried before the others.

        InvalidFrontendLaunchFileError says why each of them could not.
        """
        if isinstance(file, str | bytes | os.PathLike):
            with open(file, encoding="utf-8") as opened:  # noqa: PTH123
                return cls._load(opened)
        return cls._load(file)

    @classmethod
    def _load(cls, file: TextIO) -> tuple[Entity, Parser]:
        filename = str(getattr(file, "name", ""))
        likely = cls.get_parsers_from_filename(filename)
        others = [parser for parser in cls._implementations().values() if parser not in likely]
        errors: list[Exception] = []
        for implementation in (*likely, *others):
            try:
                return implementation.load(file)
            except Exception as error:  # noqa: BLE001
                # Each parser has errors of its own; all are told if none succeeds.
                errors.append(error)
                file.seek(0)
        raise InvalidFrontendLaunchFileError(
            PurePath(filename).suffix.removeprefix(".") if likely else "", likely_errors=errors
        )

    @classmethod
    def get_file_extensions(cls) -> set[str]:
        """Extensions, without leading dot, that this parser is for."""
        return set()


def _load_entry_points(group: str, kind: str) -> dict[str, Any]:
    loaded = {}
    for entry_point in _entry_points(group):
        try:
            loaded[entry_point.name] = entry_point.load()
        except Exception:  # noqa: BLE001
            # Somebody's package is broken: that must not keep launch files from being read that don't need it.
            warnings.warn(f"Failed to load the {kind}: {entry_point.name}\n{traceback.format_exc()}", stacklevel=2)
    return loaded


def _entry_points(group: str) -> Iterable[Any]:
    found: Any = importlib_metadata.entry_points()
    # Backports of importlib.metadata give a plain dict of groups.
    selected: Iterable[Any] = found.select(group=group) if hasattr(found, "select") else found.get(group, ())
    return selected
