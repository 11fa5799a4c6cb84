"""What MCAP chunks are compressed with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import lz4.frame
import zstandard

from .errors import SegmentError


def decompressed(packed: memoryview, compression: str, size: int) -> memoryview:
    """A chunk's records, `size` bytes of them if it is whole. Raises SegmentError."""
    if compression not in _DECOMPRESS:
        known = ", ".join(name or "none" for name in _DECOMPRESS)
        raise SegmentError(f"chunk compression {compression!r} is not one of {known}; convert the file first")
    try:
        return memoryview(_DECOMPRESS[compression](packed, size))
    except (zstandard.ZstdError, RuntimeError, MemoryError) as error:
        raise SegmentError(f"a chunk of {size} bytes can't be decompressed: {error}") from error


def _zstd(packed: memoryview, size: int) -> bytes:
    return zstandard.ZstdDecompressor().decompress(packed, max_output_size=size)


def _lz4(packed: memoryview, _: int) -> bytes:
    return bytes(lz4.frame.decompress(packed))


_DECOMPRESS: Final[Mapping[str, Callable[[memoryview, int], bytes | memoryview]]] = {
    "": lambda packed, _: packed,
    "zstd": _zstd,
    "lz4": _lz4,
}
