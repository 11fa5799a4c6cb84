"""Chunks of an MCAP file: records compressed in one call, and where each message lies in them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import zstandard

from . import _mcap

# Level 1: Odometry at 0.6 ms a MiB; higher levels take 2 to 10 times as long for a few per cent, and level -1 leaves a
# lidar's scans at 95 % of their size, not 83. The window is what a core's cache holds: a fifth faster than level 1's
# 512 KiB, no file larger. The frame's own checksum takes a fourth of what CRC-32 does, and every reader looks at it.
_PARAMETERS: Final = zstandard.ZstdCompressionParameters.from_level(
    1, window_log=17, min_match=6, write_checksum=True, write_content_size=True
)
_NO_CRC: Final = 0
_INDEX_ENTRY: Final = np.dtype([("log_ns", "<u8"), ("offset", "<u8")])

Int64s = npt.NDArray[np.int64]
Data = bytes | memoryview


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Records of some messages. offsets: int64 (n,), of the message records in `data`; channels, log_ns: theirs."""

    data: Data
    offsets: Int64s
    channels: Int64s
    log_ns: Int64s

    def records(self, position: int, compressor: zstandard.ZstdCompressor) -> tuple[Sequence[Data], bytes]:
        """The chunk with its message indexes, to be written at a file's `position`, and its entry in the summary."""
        span_ns = int(self.log_ns.min()), int(self.log_ns.max())
        packed, compression, crc = _compressed(self.data, compressor)
        head = _mcap.chunk_head(span_ns, len(self.data), crc, compression, len(packed))
        length = len(head) + len(packed)
        indexes = self._message_indexes()
        offsets = _index_offsets(indexes, position + length)
        joined = b"".join(indexes.values())
        entry = _mcap.chunk_index(
            span_ns=span_ns,
            place=(position, length),
            index_offsets=offsets,
            index_length=len(joined),
            compression=compression,
            sizes=(len(packed), len(self.data)),
        )
        return (head, packed, joined), entry

    def _message_indexes(self) -> Mapping[int, bytes]:
        """A message index record a channel."""
        entries = np.empty(len(self.offsets), dtype=_INDEX_ENTRY)
        entries["log_ns"], entries["offset"] = self.log_ns, self.offsets
        channels = np.flatnonzero(np.bincount(self.channels)).tolist()
        return {
            channel: _mcap.message_index(channel, entries[self.channels == channel].tobytes()) for channel in channels
        }


def compressor() -> zstandard.ZstdCompressor:
    """For the chunks of a file, one after the other: it is made in the time that 50 messages take."""
    return zstandard.ZstdCompressor(compression_params=_PARAMETERS)


def _compressed(data: Data, compressor: zstandard.ZstdCompressor) -> tuple[Data, str, int]:
    """The data as it is stored, how it is compressed, and its CRC-32; what doesn't shrink stays as it is."""
    packed = compressor.compress(data)
    return (packed, "zstd", _NO_CRC) if len(packed) < len(data) else (data, "", zlib.crc32(data))


def _index_offsets(indexes: Mapping[int, bytes], position: int) -> dict[int, int]:
    """Where each channel's message index lies, the first one at `position`."""
    offsets: dict[int, int] = {}
    for channel, record in indexes.items():
        offsets[channel] = position
        position += len(record)
    return offsets
