"""What generated readers and writers call."""

from __future__ import annotations

import array
import sys
from typing import Final, NoReturn

if sys.byteorder != "little":  # bulk arrays are copied as they lie in memory
    raise ImportError("embedded_ros writes little-endian CDR from memory; this machine is big-endian")

HEADER: Final = b"\x00\x01\x00\x00"
PADS: Final = tuple(b"\0" * count for count in range(8))


class MalformedError(Exception):
    """The bytes or the values don't fit; `cdr` turns it into CdrError with the interface's name."""


def truncated(needed: int, available: int) -> NoReturn:
    """Raise: the stream ends before what it announces."""
    raise MalformedError(f"truncated: content up to byte {needed} is announced, there are {available}")


def unterminated(offset: int) -> NoReturn:
    """Raise: a string without its NUL."""
    raise MalformedError(f"the string that ends at byte {offset} has no NUL at its end")


def too_long(field: str, count: int, bound: int) -> NoReturn:
    """Raise: more elements than the type allows."""
    raise MalformedError(f"field '{field}' has {count} elements, at most {bound} are allowed")


def wrong_length(field: str, count: int, size: int) -> NoReturn:
    """Raise: a fixed-size array of another length, changed after its assignment."""
    raise MalformedError(f"field '{field}' has {count} elements instead of {size}")


def wstring_bytes(text: str) -> bytes:
    """UTF-16 code units, each as a little-endian u32."""
    return array.array("I", array.array("H", text.encode("utf-16-le", "surrogatepass"))).tobytes()


def wstring_text(data: memoryview | bytes, swap: bool) -> str:
    """The text of UTF-16 code units, each a u32; `swap` for big-endian ones."""
    units = array.array("I")
    units.frombytes(data)
    if swap:
        units.byteswap()
    if max(units, default=0) > 0xFFFF:
        raise MalformedError(f"a wstring has the code unit {max(units):#x}, at most 0xffff are allowed")
    return array.array("H", units).tobytes().decode("utf-16-le", "replace")
