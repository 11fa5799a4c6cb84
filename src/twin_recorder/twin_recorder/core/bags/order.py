"""Messages of several blocks and files in the order of their log times; in memory is no more than what overlaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from .model import Block, gathered


def in_order(blocks: Iterable[Block]) -> Iterator[Block]:
    """Sort within each block, and across blocks that overlap in time; equal times keep the order of the blocks: the
    file's, unless a chunk begins before one that it follows.
    """
    held: list[Block] = []
    for block in blocks:
        if len(block):
            held.append(_sorted(block))
        held, ready = _split(held, block.horizon_ns)
        yield from _joined(ready)
    yield from _joined(held)


def _sorted(block: Block) -> Block:
    is_sorted = bool((block.log_ns[1:] >= block.log_ns[:-1]).all())
    return block if is_sorted else block.take(np.argsort(block.log_ns, kind="stable"))


def _split(held: Sequence[Block], horizon_ns: int) -> tuple[list[Block], list[Block]]:
    """What must wait for later blocks, and what needn't."""
    waiting: list[Block] = []
    ready: list[Block] = []
    for block in held:
        count = int(np.searchsorted(block.log_ns, horizon_ns, side="right"))
        if count == len(block):
            ready.append(block)
        else:
            ready.append(block.part(0, count))
            waiting.append(block.part(count))
    return waiting, [block for block in ready if len(block)]


def _joined(blocks: Sequence[Block]) -> Iterator[Block]:
    """Messages of blocks that overlap as one block; what is after the overlap as it is, without a copy."""
    for overlapping in _overlapping(blocks):
        longest = max(overlapping, key=lambda block: int(block.log_ns[-1]))
        others_end_ns = max((block.log_ns[-1] for block in overlapping if block is not longest), default=0)
        count = int(np.searchsorted(longest.log_ns, others_end_ns, side="right")) if len(overlapping) > 1 else 0
        if count:
            yield _merged([block.part(0, count) if block is longest else block for block in overlapping])
        if count < len(longest):
            yield longest.part(count)


def _overlapping(blocks: Sequence[Block]) -> Iterator[Sequence[Block]]:
    """Blocks by their times, those together that overlap, in the order of the file."""
    together: list[int] = []
    end_ns = 0
    for number in sorted(range(len(blocks)), key=lambda number: int(blocks[number].log_ns[0])):
        if together and blocks[number].log_ns[0] > end_ns:
            yield [blocks[each] for each in sorted(together)]
            together = []
        last_ns = int(blocks[number].log_ns[-1])
        end_ns = max(end_ns, last_ns) if together else last_ns
        together.append(number)
    if together:
        yield [blocks[each] for each in sorted(together)]


def _merged(blocks: Sequence[Block]) -> Block:
    """One block of several."""
    log_ns = np.concatenate([block.log_ns for block in blocks])
    order = np.argsort(log_ns, kind="stable")
    return Block(
        topic=np.concatenate([block.topic for block in blocks])[order],
        log_ns=log_ns[order],
        payloads=gathered(blocks, order),
        horizon_ns=blocks[-1].horizon_ns,
    )
