"""A bag's messages as the segments that a recorder would have written, cut at the same places each time."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from . import _mcap
from .bags import BagTopic, Block, gathered, together
from .segment import SegmentContents, SegmentInfo, Stream

Int64s = npt.NDArray[np.int64]
# What isn't copied keeps alive at most so many times its own size.
_SMALL_PART: Final = 2
# A message counts as so much at least: its rows take memory however short it is, and a path and a time as text each.
_LEAST_BYTES: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where in a bag a segment ended: `taken` messages of log time log_ns and all before it are in segments, of each
    topic as many as `counts` says.
    """

    log_ns: int = -(2**63)
    taken: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> str:
        """As a JSON object."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Cursor:
        """Inverse of `to_json`."""
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The messages of one segment, and where it ends."""

    blocks: Sequence[Block]
    end: Cursor


def cuts(blocks: Iterable[Block], topics: Sequence[BagTopic], start: Cursor, max_bytes: int) -> Iterator[Cut]:
    """Cut messages (in order, from `start.log_ns` on) where max_bytes of payload are reached, or as many short ones as
    would make rows of gigabytes.

    Messages of topics without a definition are left out. Equal blocks in other portions are cut at the same places.
    """
    held: list[Block] = []
    held_bytes, cursor = 0, start
    for block in _beyond(blocks, topics, start):
        rest = block
        while len(rest):
            filled = held_bytes + np.cumsum(np.maximum(rest.payloads.sizes, _LEAST_BYTES))
            count = int(np.searchsorted(filled, max_bytes)) + 1
            held.append(rest.part(0, count))
            if count > len(rest):
                held_bytes = int(filled[-1])
                break
            cursor = _moved(cursor, held, topics)
            yield Cut(blocks=held, end=cursor)
            held, held_bytes, rest = [], 0, rest.part(count)
    if held:
        yield Cut(blocks=held, end=_moved(cursor, held, topics))


def contents_of(cut: Cut, topics: Sequence[BagTopic], start: Cursor, info: SegmentInfo) -> SegmentContents:
    """A cut that begins at `start`, as a segment: each topic's messages are counted on from there."""
    topic = np.concatenate([block.topic for block in cut.blocks])
    log_ns = np.concatenate([block.log_ns for block in cut.blocks])
    sequence = np.empty(len(topic), dtype=np.int64)
    numbers = _by_topic(topic)
    for number, indices in numbers.items():
        first = start.counts.get(topics[number].name, 0)
        sequence[indices] = np.arange(first, first + len(indices))
    payloads = together(cut.blocks)
    streams = tuple(
        Stream(
            topic=topics[number].name,
            definition=topics[number].definition,
            log_ns=log_ns[indices],
            sequence=sequence[indices],
            payloads=payloads.take(indices),
            offered_qos=topics[number].offered_qos,
        )
        for number, indices in numbers.items()
    )
    size_bytes = int(payloads.sizes.sum()) + len(payloads) * _mcap.MESSAGE_OVERHEAD
    return SegmentContents(info=info, streams=streams, lost={}, size_bytes=size_bytes)


def _by_topic(topic: Int64s) -> dict[int, Int64s]:
    """The indices of each topic's messages, ascending."""
    counts = np.bincount(topic)
    # Of 16 bits, as many as MCAP has channels, they are sorted by their digits.
    order = np.argsort(topic.astype(np.uint16) if len(counts) < 1 << 16 else topic, kind="stable")
    ends = np.cumsum(counts)
    return {number: order[ends[number] - counts[number] : ends[number]] for number in np.flatnonzero(counts).tolist()}


def _beyond(blocks: Iterable[Block], topics: Sequence[BagTopic], start: Cursor) -> Iterator[Block]:
    """Messages of readable topics that come after the cursor."""
    is_wanted = np.array([topic.definition is not None for topic in topics], dtype=bool)
    taken = start.taken
    for block in blocks:
        keep = is_wanted[block.topic]
        if taken:
            passed = np.flatnonzero(keep & (block.log_ns == start.log_ns))[:taken]
            keep[passed] = False
            taken -= len(passed)
        yield block if keep.all() else _alone(block.take(np.flatnonzero(keep)))


def _alone(block: Block) -> Block:
    """The block in a buffer of its own where it is but a small part of what it lies in: a segment of a few small topics
    would else hold all images that lie between their messages.
    """
    payloads = block.payloads
    if isinstance(payloads.data.obj, mmap.mmap):
        return block  # a mapped file isn't held in memory
    is_small = int(payloads.sizes.sum()) < len(payloads.data) // _SMALL_PART
    return replace(block, payloads=gathered([block])) if is_small and len(block) else block


def _moved(cursor: Cursor, blocks: Sequence[Block], topics: Sequence[BagTopic]) -> Cursor:
    """The cursor behind these messages."""
    counts = dict(cursor.counts)
    found = np.bincount(np.concatenate([block.topic for block in blocks]))
    for number in np.flatnonzero(found).tolist():
        counts[topics[number].name] = counts.get(topics[number].name, 0) + int(found[number])
    log_ns = int(blocks[-1].log_ns[-1])
    taken = sum(int((block.log_ns == log_ns).sum()) for block in blocks)
    return Cursor(log_ns=log_ns, taken=taken + (cursor.taken if cursor.log_ns == log_ns else 0), counts=counts)
