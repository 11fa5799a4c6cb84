"""What a bag is to an ingest, whatever its storage: topics, and blocks of messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from .. import _mcap
from ..buffers import Buffers, joined, runs
from ..definitions import Definition

Int64s = npt.NDArray[np.int64]
Advance = Callable[[int], None]
"""Is told how many bytes more were read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BagTopic:
    """A topic of a bag. `definition` None: `problem` says why its messages can't be read. offered_qos: of its
    publishers, as rosbag2 writes it.
    """

    name: str
    type_name: str
    message_count: int
    definition: Definition | None
    problem: str = ""
    offered_qos: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Messages as ROS 2 CDR, in the order of the file. topic: int64 (n,), indices of the file's topics; log_ns: int64
    (n,), when the bag's recorder got them. horizon_ns: no block after this one has a message before it. Before each
    payload its buffer has room for the head of a record, as an MCAP file has.
    """

    topic: Int64s
    log_ns: Int64s
    payloads: Buffers
    horizon_ns: int

    def __len__(self) -> int:
        return len(self.log_ns)

    def part(self, begin: int, end: int | None = None) -> Block:
        """The messages from `begin` to before `end`, without a copy."""
        chosen = slice(begin, end)
        return Block(
            topic=self.topic[chosen],
            log_ns=self.log_ns[chosen],
            payloads=self.payloads[chosen],
            horizon_ns=self.horizon_ns,
        )

    def take(self, indices: Int64s) -> Block:
        """The messages at `indices`, in that order; without a copy."""
        return Block(
            topic=self.topic[indices],
            log_ns=self.log_ns[indices],
            payloads=self.payloads.take(indices),
            horizon_ns=self.horizon_ns,
        )


def together(blocks: Sequence[Block]) -> Buffers:
    """The messages of some blocks in one buffer: those that are in one already (a file's) stay where they are."""
    data = blocks[0].payloads.data
    if not all(block.payloads.data is data for block in blocks):
        return gathered(blocks)
    offsets = np.concatenate([block.payloads.offsets for block in blocks])
    return Buffers(data, offsets, np.concatenate([block.payloads.sizes for block in blocks]))


def gathered(blocks: Sequence[Block], order: Int64s | None = None) -> Buffers:
    """A copy of the messages in one buffer, each with what was before it; `order`: indices of all of them."""
    chosen = slice(None) if order is None else order
    sizes = np.concatenate([block.payloads.sizes for block in blocks])[chosen]
    begins = np.concatenate([block.payloads.offsets for block in blocks])[chosen] - _mcap.MESSAGE_OVERHEAD
    source = np.repeat(np.arange(len(blocks)), [len(block) for block in blocks])[chosen]
    ends = begins + _mcap.MESSAGE_OVERHEAD + sizes
    data = joined(runs([block.payloads.data for block in blocks], begins, ends, source))
    offsets = np.cumsum(sizes + _mcap.MESSAGE_OVERHEAD) - sizes
    return Buffers(data, offsets, sizes)


def with_room(messages: Iterable[bytes | memoryview]) -> Buffers:
    """Messages in a buffer of their own, each with room for the head of a record before it."""
    room = bytes(_mcap.MESSAGE_OVERHEAD)
    listed = list(messages)
    sizes = np.fromiter(map(len, listed), dtype=np.int64, count=len(listed))
    ends = np.cumsum(sizes + len(room))
    return Buffers(memoryview(room.join([b"", *listed])), ends - sizes, sizes)


class BagFile(Protocol):
    """A file of a bag that was read once and is whole, or is used up to its damage."""

    @property
    def topics(self) -> Sequence[BagTopic]:
        """In the order in which blocks count them."""

    @property
    def span_ns(self) -> tuple[int, int]:
        """The earliest and the latest log time; of a file without messages, zeros."""

    @property
    def content(self) -> bytes:
        """A digest of the file's bytes."""

    @property
    def size_bytes(self) -> int:
        """Bytes that reading it once goes through."""

    @property
    def damage(self) -> str:
        """What is wrong behind the part that is used; empty for a whole file."""

    def blocks(self, from_ns: int, advance: Advance) -> Iterator[Block]:
        """Messages from a log time on. Raises BagError where the file can't be read after all."""

    def close(self) -> None:
        """Let go of the file."""
