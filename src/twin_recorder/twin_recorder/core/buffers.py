"""Many CDR messages in one buffer: what a segment holds of a topic, and what columns are gathered from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import overload

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Bytes2d = npt.NDArray[np.uint8]


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
        every = np.frombuffer(self.data, dtype=np.uint8)
        if not len(self) or not width:
            return np.empty((len(self), width), dtype=np.uint8)
        step = int(self.offsets[1] - self.offsets[0]) if len(self) > 1 else width
        if step >= width and (np.diff(self.offsets) == step).all():
            # Evenly spaced, as a topic alone in a segment is: a view will do.
            return np.lib.stride_tricks.as_strided(every[self.offsets[0] :], (len(self), width), (step, 1))
        windows = np.lib.stride_tricks.sliding_window_view(every, width)
        return windows[self.offsets]
