"""Messages of several blocks and files in the order of their log times; in memory is no more than what overlaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from .model import Block, with_room


def in_order(blocks: Iterable[Block]) -> Iterator[Block]:
    """Sort within each block, and across blocks that overlap in time; equal times keep the order of the file."""
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
            ready.append(block.take(np.arange(count)))
            waiting.append(block.take(np.arange(count, len(block))))
    return waiting, [block for block in ready if len(block)]


def _joined(blocks: Sequence[Block]) -> Iterator[Block]:
    """One block of several; one alone as it is, without a copy."""
    if len(blocks) < 2:
        yield from blocks
        return
    log_ns = np.concatenate([block.log_ns for block in blocks])
    order = np.argsort(log_ns, kind="stable")
    messages = [message for block in blocks for message in block.payloads]
    yield Block(
        topic=np.concatenate([block.topic for block in blocks])[order],
        log_ns=log_ns[order],
        payloads=with_room(messages[index] for index in order.tolist()),
        horizon_ns=blocks[-1].horizon_ns,
    )
