"""Whether messages come so fast that it pays to let some gather."""

from __future__ import annotations

# Below 750 messages a second each is taken as it comes: at 500 Hz nothing is ever held back.
_WINDOW_NS = 20_000_000
_FAST_COUNT = 15


class Pace:
    """Counts messages in windows of 20 ms; fast from 750 a second on."""

    def __init__(self) -> None:
        self._since_ns = 0
        self._count = 0
        self._is_fast = False

    def is_fast(self, count: int, now_ns: int) -> bool:
        """`count`: messages since the last call; `now_ns`: of a monotonic clock."""
        self._count += count
        elapsed_ns = now_ns - self._since_ns
        if elapsed_ns >= _WINDOW_NS:
            self._is_fast = self._count * _WINDOW_NS >= _FAST_COUNT * elapsed_ns
            self._since_ns, self._count = now_ns, 0
        return self._is_fast
