"""Message definitions without ROS: the standard types that rosbags knows, and `.msg` files found on the prefix path."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rosbags.interfaces import Nodetype
from rosbags.interfaces.typing import FieldDesc, Typesdict
from rosbags.typesys import Stores, TypesysError, get_types_from_msg, get_typestore
from rosbags.typesys.store import Typestore

from .errors import DefinitionError

_SEPARATOR = "=" * 80
_WIDE = ("wstring", "wchar")


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A message type with everything nested in it; `text` is the `ros2msg` schema that MCAP files carry."""

    type_name: str
    text: str


class Definitions:
    """Finds definitions by type name.

    Order: handed in, ROS 2 Jazzy's standard types, then `<prefix>/share/<pkg>/msg/<Name>.msg` of each prefix. The
    standard types come before the prefixes, so that a segment doesn't depend on what happens to be installed.
    """

    def __init__(self, prefixes: Sequence[Path] = (), texts: Mapping[str, str] | None = None) -> None:
        self._prefixes = tuple(prefixes)
        self._texts = dict(texts or {})
        self._store = get_typestore(Stores.ROS2_JAZZY)

    def find(self, type_name: str) -> Definition:
        """The definition of `pkg/msg/Name`. Raises DefinitionError that says where it was looked for."""
        self._learn(type_name, needed_by="")
        return Definition(type_name=type_name, text=definition_text(self._store, type_name))

    @property
    def store(self) -> Typestore:
        """Rosbags' type store with everything found so far."""
        return self._store

    def _learn(self, type_name: str, needed_by: str) -> None:
        """Bring a type and what it nests into the store."""
        if type_name not in self._store.fielddefs:
            types = _parse(type_name, self._read(type_name, needed_by))
            for nested in sorted(_nested_types(types)):
                self._learn(nested, needed_by=type_name)
            self._store.register(types)

    def _read(self, type_name: str, needed_by: str) -> str:
        """The text of a type's own definition, from what was handed in or from a file."""
        if type_name in self._texts:
            return self._texts[type_name]
        package, _, name = type_name.split("/")
        for prefix in self._prefixes:
            path = prefix / "share" / package / "msg" / f"{name}.msg"
            if path.is_file():
                return path.read_text()
        why = f", nested in {needed_by}" if needed_by else ""
        places = ", ".join(str(prefix) for prefix in self._prefixes) or "no prefix"
        raise DefinitionError(
            f"no definition of {type_name}{why}: not among ROS 2 Jazzy's standard types, nor below share/{package}/msg"
            f" of {places}; source the workspace that has package {package}"
        )


def default_prefixes() -> tuple[Path, ...]:
    """Install prefixes to look in: AMENT_PREFIX_PATH, then what the ament index knows besides."""
    listed = [Path(entry) for entry in os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if entry]
    return tuple(dict.fromkeys([*listed, *_index_prefixes()]))


@lru_cache(maxsize=256)
def store_of(definition: Definition) -> Typestore:
    """A type store with exactly this definition, as its schema text gives it. Raises DefinitionError."""
    store = get_typestore(Stores.EMPTY)
    try:
        store.register(_parse(definition.type_name, definition.text))
        store.get_msgdef(definition.type_name)
    except (TypesysError, KeyError, NotImplementedError) as error:
        raise DefinitionError(f"the schema of {definition.type_name} can't be used: {error!r}") from error
    return store


@lru_cache(maxsize=256)
def type_hash(definition: Definition) -> str:
    """The type's hash as ROS 2 names it (REP-2011, RIHS01_…). Raises DefinitionError."""
    return store_of(definition).hash_rihs01(definition.type_name)


def known_type_hash(definition: Definition | None) -> str:
    """As `type_hash`; empty where the definition can't be used: that is no reason to lose its messages."""
    try:
        return type_hash(definition) if definition else ""
    except DefinitionError:
        return ""


def definition_text(store: Typestore, type_name: str) -> str:
    """A type of the store as `ros2msg` schema text, nested types included."""
    return store.generate_msgdef(type_name, ros_version=2)[0]


def nested_type(description: FieldDesc) -> str | None:
    """The message type that a field holds, alone or in an array or sequence; None for primitives and strings."""
    inner = description
    if inner[0] == Nodetype.ARRAY or inner[0] == Nodetype.SEQUENCE:
        inner = inner[1][0]
    return inner[1] if inner[0] == Nodetype.NAME else None


def _parse(type_name: str, text: str) -> Typesdict:
    """Parse a definition, own or with nested ones appended."""
    try:
        types = get_types_from_msg(text, type_name)
    except TypesysError as error:
        first_line = str(error).strip().splitlines()[0]
        raise DefinitionError(f"the definition of {type_name} can't be parsed: {first_line}") from error
    for owner, (_, fields) in types.items():
        for name, description in fields:
            wide = (nested_type(description) or "").rpartition("/")[2]
            if wide in _WIDE:  # rosbags takes it for a message
                raise DefinitionError(f"{owner} has a {wide} field, {name}, which can't be decoded; use string instead")
    return types


def _nested_types(types: Typesdict) -> Iterable[str]:
    """Names that the definitions use and don't bring."""
    used = (nested_type(description) for _, fields in types.values() for _, description in fields)
    return {name for name in used if name is not None and name not in types}


def _index_prefixes() -> tuple[Path, ...]:
    """The ament index's own search path; nothing where there is no ament index."""
    try:
        from ament_index_python.search_paths import get_search_paths
    except ImportError:
        return ()
    try:
        return tuple(Path(entry) for entry in get_search_paths())
    except OSError:  # Jazzy's sentence for an empty AMENT_PREFIX_PATH
        return ()
