"""From what a bag says of a message type to the definition that our segments carry."""

from __future__ import annotations

from functools import lru_cache

from rosbags.interfaces.typing import Typesdict
from rosbags.typesys import Stores, TypesysError, get_types_from_idl, get_types_from_msg, get_typestore

from ..definitions import Definition, Definitions, definition_text
from ..errors import DefinitionError

_SEPARATOR = "=" * 80 + "\n"


def definition_of(type_name: str, encoding: str, text: str, definitions: Definitions) -> Definition:
    """The bag's own definition (`ros2msg` or `ros2idl`), or the one that is known here where it has none.

    Raises DefinitionError.
    """
    if not text.strip() or encoding not in {"ros2msg", "ros2idl", "omgidl"}:
        return definitions.find(type_name)
    return _own_definition(type_name, encoding, text)


@lru_cache(maxsize=256)
def _own_definition(type_name: str, encoding: str, text: str) -> Definition:
    """Each once: topics share their types, and a text is parsed in 10 ms."""
    store = get_typestore(Stores.EMPTY)
    try:
        store.register(_from_idl(text) if encoding.endswith("idl") else get_types_from_msg(text, type_name))
        return Definition(type_name=type_name, text=definition_text(store, type_name))
    except (TypesysError, KeyError, ValueError, AssertionError, NotImplementedError) as error:
        raise DefinitionError(f"the bag's own definition of {type_name} can't be used: {error!r}") from error


def _from_idl(text: str) -> Typesdict:
    """All types of a `ros2idl` schema: one IDL file after the other, each under its name."""
    if not text.startswith(_SEPARATOR + "IDL: "):
        return get_types_from_idl(text)
    types: Typesdict = {}
    for part in text.split(_SEPARATOR)[1:]:
        types.update(get_types_from_idl(part.partition("\n")[2]))
    return types
