"""Many CDR messages in one buffer: what a segment holds of a topic, and what columns are gathered from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, overload

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Bytes2d = npt.NDArray[np.uint8]

# Bytes a part from which NumPy joins faster, as it asks for large pages; a part costs it 1 us.
_LONG: Final = 4096


class Buffers(Sequence[memoryview]):
    """Messages as byte ranges of `data`; they may lie anywhere in it and needn't touch or be in order.

    offsets, sizes: int64 (n,), bytes. `[i]` is a view of message i, without a copy.
    """

    __slots__ = ("data", "offsets", "sizes")

    def __init__(self, data: memoryview, offsets: Int64s, sizes: Int64s) -> None:
        """Raises ValueError where a range isn't inside `data`."""
        if offsets.shape != sizes.shape or offsets.ndim != 1:
            raise ValueError(f"offsets {offsets.shape} and sizes {sizes.shape} must be of one length")
        if len(offsets) and (min(offsets.min(), sizes.min()) < 0 or (offsets + sizes).max() > len(data)):
            raise ValueError(f"a message reaches beyond its buffer of {len(data)} bytes")
        self.data = data
        self.offsets = offsets
        self.sizes = sizes

    @classmethod
    def of(cls, messages: Iterable[bytes | memoryview]) -> Buffers:
        """Join messages into one buffer of their own; copies them."""
        listed = list(messages)
        sizes = np.fromiter(map(len, listed), dtype=np.int64, count=len(listed))
        return cls(memoryview(b"".join(listed)), np.cumsum(sizes) - sizes, sizes)

    def __len__(self) -> int:
        return len(self.offsets)

    @overload
    def __getitem__(self, index: int) -> memoryview: ...
    @overload
    def __getitem__(self, index: slice) -> Buffers: ...
    def __getitem__(self, index: int | slice) -> memoryview | Buffers:
        if isinstance(index, slice):
            return Buffers(self.data, self.offsets[index], self.sizes[index])
        begin = int(self.offsets[index])
        return self.data[begin : begin + int(self.sizes[index])]

    def take(self, indices: Int64s) -> Buffers:
        """The messages at `indices`, int64 (k,), in that order; without a copy."""
        return Buffers(self.data, self.offsets[indices], self.sizes[indices])

    def matrix(self, width: int) -> Bytes2d:
        """The first `width` bytes of each message, uint8 (n, width). Raises ValueError where one is shorter."""
        if len(self) and int(self.sizes.min()) < width:
            raise ValueError(f"a message of {int(self.sizes.min())} bytes has no {width} bytes")
        if not len(self) or not width:
            return np.empty((len(self), width), dtype=np.uint8)
        step = int(self.offsets[1] - self.offsets[0]) if len(self) > 1 else width
        if step >= width and (np.diff(self.offsets) == step).all():
            # Evenly spaced, as a topic alone in a segment is: a view will do.
            shape, strides = (len(self), width), (step, 1)
            return np.ndarray(shape, dtype=np.uint8, buffer=self.data, offset=int(self.offsets[0]), strides=strides)
        return elements(self.data, width)[self.offsets].view(np.uint8).reshape(-1, width)


def elements(data: memoryview, width: int) -> npt.NDArray[np.void]:
    """The `width` bytes (> 0) from each byte of `data` on, as far as there are so many; a view.

    NumPy gathers and scatters elements without a structure in half the time that it takes for rows of bytes.
    """
    return np.ndarray(max(0, len(data) - width + 1), dtype=f"V{width}", buffer=data, strides=(1,))


def runs(pieces: Sequence[memoryview], begins: Int64s, ends: Int64s, sources: Int64s) -> list[memoryview]:
    """Byte ranges of several buffers, to be joined; neighbours that touch are one."""
    is_apart = (begins[1:] != ends[:-1]) | (sources[1:] != sources[:-1])
    starts = np.concatenate([[0], np.flatnonzero(is_apart) + 1])
    stops = np.concatenate([starts[1:], [len(begins)]]) - 1
    chosen = zip(sources[starts].tolist(), begins[starts].tolist(), ends[stops].tolist(), strict=True)
    return [pieces[source][begin:end] for source, begin, end in chosen]


def joined(parts: Sequence[memoryview]) -> memoryview:
    """One buffer of several, which can be written to."""
    if sum(map(len, parts)) <= _LONG * len(parts):
        return memoryview(bytearray().join(parts))
    return np.concatenate([np.frombuffer(part, dtype=np.uint8) for part in parts]).data
