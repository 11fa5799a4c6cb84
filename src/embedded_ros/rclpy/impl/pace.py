"""Whether messages come so fast that it pays to let some gather."""

from __future__ import annotations

# Below 750 messages a second each is taken as it comes: at 500 Hz nothing is ever held back.
_WINDOW_NS = 20_000_000
_FAST_HZ = 750


class Pace:
    """Counts messages in windows of 20 ms. `rest_s`: for how long messages gather; 0: never."""

    def __init__(self, rest_s: float) -> None:
        self.rest_s = rest_s
        self._since_ns = 0
        self._count = 0
        self._fast_hz = 0.0

    def fast_hz(self, count: int, now_ns: int) -> float:
        """Messages a second, from 750 on; 0 where they come more slowly.

        `count`: messages since the last call; `now_ns`: of a monotonic clock.
        """
        self._count += count
        elapsed_ns = now_ns - self._since_ns
        if elapsed_ns >= _WINDOW_NS and self.rest_s > 0:
            rate_hz = self._count * 1e9 / elapsed_ns
            self._fast_hz = rate_hz if rate_hz >= _FAST_HZ else 0.0
            self._since_ns, self._count = now_ns, 0
        return self._fast_hz

    def shut_s(self, rate_hz: float, shortest_queue: float) -> float:
        """For how long sockets may be shut so that what gathers fits twice into a queue; 0: too short to pay."""
        fits_s = shortest_queue / (2 * rate_hz)
        return min(self.rest_s, fits_s) if fits_s >= self.rest_s / 2 else 0.0
