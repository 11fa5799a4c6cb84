"""Chunks of an MCAP file: records compressed in one call, and where each message lies in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import zstandard

from . import _mcap

# Odometry at 1 ms a MiB; higher levels take 2 to 10 times as long for a few per cent.
_LEVEL: Final = 1
_INDEX_ENTRY: Final = np.dtype([("log_ns", "<u8"), ("offset", "<u8")])

Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Records of some messages. offsets: int64 (n,), of the message records in `data`; channels, log_ns: theirs."""

    data: bytes
    offsets: Int64s
    channels: Int64s
    log_ns: Int64s

    def records(self, position: int) -> tuple[bytes, bytes]:
        """The chunk with its message indexes, to be written at a file's `position`, and its entry in the summary."""
        span_ns = int(self.log_ns.min()), int(self.log_ns.max())
        packed, compression = _compressed(self.data)
        chunk = _mcap.chunk(span_ns, self.data, packed, compression)
        indexes = self._message_indexes()
        offsets = _index_offsets(indexes, position + len(chunk))
        joined = b"".join(indexes.values())
        entry = _mcap.chunk_index(
            span_ns=span_ns,
            place=(position, len(chunk)),
            index_offsets=offsets,
            index_length=len(joined),
            compression=compression,
            sizes=(len(packed), len(self.data)),
        )
        return chunk + joined, entry

    def _message_indexes(self) -> Mapping[int, bytes]:
        """A message index record a channel."""
        indexes: dict[int, bytes] = {}
        for channel in np.unique(self.channels).tolist():
            chosen = self.channels == channel
            entries = np.empty(int(chosen.sum()), dtype=_INDEX_ENTRY)
            entries["log_ns"], entries["offset"] = self.log_ns[chosen], self.offsets[chosen]
            indexes[channel] = _mcap.message_index(channel, entries.tobytes())
        return indexes


def runs(pieces: Sequence[memoryview], begins: Int64s, ends: Int64s, sources: Int64s) -> list[memoryview]:
    """Byte ranges of several buffers, to be joined; neighbours that touch are one."""
    starts = np.flatnonzero(np.r_[True, (begins[1:] != ends[:-1]) | (sources[1:] != sources[:-1])])
    stops = np.r_[starts[1:], len(begins)] - 1
    chosen = zip(sources[starts].tolist(), begins[starts].tolist(), ends[stops].tolist(), strict=True)
    return [pieces[source][begin:end] for source, begin, end in chosen]


def _compressed(data: bytes) -> tuple[bytes, str]:
    """The data as it is stored: what doesn't shrink stays as it is."""
    packed = zstandard.ZstdCompressor(level=_LEVEL).compress(data)
    return (packed, "zstd") if len(packed) < len(data) else (data, "")


def _index_offsets(indexes: Mapping[int, bytes], position: int) -> dict[int, int]:
    """Where each channel's message index lies, the first one at `position`."""
    offsets: dict[int, int] = {}
    for channel, record in indexes.items():
        offsets[channel] = position
        position += len(record)
    return offsets
