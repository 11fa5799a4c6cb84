"""Lifetime of an entity: used in `with`, destroyed once nobody uses it."""

from __future__ import annotations

import threading
from types import TracebackType

from rclpy.impl.errors import InvalidHandle


class Handle:
    """Base of the handles that entities return from `.handle`."""

    def __init__(self) -> None:
        self._handle_lock = threading.RLock()
        self._uses = 0
        self._is_doomed = False

    def __enter__(self) -> None:
        with self._handle_lock:
            if self._is_doomed:
                raise InvalidHandle(f"cannot use {type(self).__name__} because destruction was requested")
            self._uses += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._handle_lock:
            self._uses -= 1
            is_last = self._is_doomed and self._uses == 0
        if is_last:
            self._destroy()

    def __bool__(self) -> bool:
        return not self._is_doomed

    @property
    def pointer(self) -> int:
        """A number that tells handles apart."""
        return id(self)

    def destroy_when_not_in_use(self) -> None:
        with self._handle_lock:
            if self._is_doomed:
                return
            self._is_doomed = True
            is_unused = self._uses == 0
        if is_unused:
            self._destroy()

    def _destroy(self) -> None:
        """Release what the handle holds; called once."""
