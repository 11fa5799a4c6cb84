"""Where a recorder kills itself: at the n-th time that it comes to a named point."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from twin_lakehouse import Lake
from twin_recorder.core import images, pack, writer


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _before(owner: Any, name: str, is_time: Callable[[], bool]) -> None:
    original = getattr(owner, name)

    def dying(*args: Any, **options: Any) -> Any:
        if is_time():
            _die()
        return original(*args, **options)

    setattr(owner, name, dying)


def _after(owner: Any, name: str, is_time: Callable[[], bool]) -> None:
    original = getattr(owner, name)

    def dying(*args: Any, **options: Any) -> Any:
        result = original(*args, **options)
        if is_time():
            _die()
        return result

    setattr(owner, name, dying)


def _half_a_write(is_time: Callable[[], bool]) -> None:
    """Some of the messages that are written together get to the file, the last of them by half."""
    original = os.writev

    def writev(descriptor: int, buffers: Sequence[bytes]) -> int:
        if is_time():
            data = b"".join(buffers)
            os.write(descriptor, data[: len(data) // 2])
            _die()
        return original(descriptor, buffers)

    os.writev = writev  # type: ignore[assignment]


def _short_writes(is_time: Callable[[], bool]) -> None:
    """The system takes half of what it is given, then all but a byte, then that; the process dies before either."""
    original, write = os.writev, os.write

    def writev(descriptor: int, buffers: Sequence[bytes]) -> int:
        data = b"".join(buffers)
        return original(descriptor, [data[: max(1, len(data) // 2)]])

    def rest(descriptor: int, data: bytes) -> int:
        if is_time():
            _die()
        return write(descriptor, data[: max(1, len(data) - 1)])

    os.writev, os.write = writev, rest  # type: ignore[assignment]


def _half_a_copy(is_time: Callable[[], bool]) -> None:
    """The packed copy is written by half."""
    original = pack.write_packed

    def write_packed(path: Any, contents: Any) -> None:
        original(path, contents)
        if is_time():
            os.truncate(path, path.stat().st_size // 2)
            _die()

    pack.write_packed = write_packed


POINTS: Final[Mapping[str, Callable[[Callable[[], bool]], None]]] = {
    "flush begun": lambda is_time: _before(writer.SegmentWriter, "flush", is_time),
    "flush half": _half_a_write,
    "flush short": _short_writes,
    "flush done": lambda is_time: _after(writer.SegmentWriter, "flush", is_time),
    "image begun": lambda is_time: _before(images, "compress", is_time),
    "image done": lambda is_time: _after(images, "compress", is_time),
    "copy half": _half_a_copy,
    "file begun": lambda is_time: _before(Lake, "stage", is_time),
    "file staged": lambda is_time: _after(Lake, "stage", is_time),
    "file registered": lambda is_time: _after(Lake, "insert_staged", is_time),
    "segment landed": lambda is_time: _after(Lake, "commit_segment", is_time),
}
"""A name → the patch of this process that asks, each time it comes to the point, whether to die."""


def arm(point: str, calls: int) -> None:
    """Die at the `calls`-th time (from 1) at that point."""
    left = calls

    def is_time() -> bool:
        nonlocal left
        left -= 1
        return left == 0

    POINTS[point](is_time)
