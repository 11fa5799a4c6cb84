"""The recorder's own words on shared topics. Recording its line about a commit would make the next commit."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final

_ENCAPSULATION: Final = 4
# Where the name is in the CDR of a message as the recorder publishes it: a log has stamp and level before it, a
# diagnostic array an empty frame, the count of its one status and that one's level.
_NAME_AT: Final = {"/rosout": _ENCAPSULATION + 12, "/diagnostics": _ENCAPSULATION + 24}


def own_words(topic: str, name: str) -> Callable[[bytes], bool] | None:
    """Says of a message on `topic` whether the one who calls itself `name` published it; None: it isn't there at all.

    name: the logger's name on /rosout, the first status's on /diagnostics.
    """
    at = _NAME_AT.get(topic)
    if at is None:
        return None
    text = name.encode() + b"\0"
    own = struct.pack("<I", len(text)) + text
    return lambda cdr: cdr[at : at + len(own)] == own
