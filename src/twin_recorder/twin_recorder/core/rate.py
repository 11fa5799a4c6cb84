"""Down-sampling: which messages of a topic are kept so that at most so many a second are."""

from __future__ import annotations


class RateLimit:
    """Keeps at most `max_rate_hz` (> 0) messages a second of log time; mutable because it is asked for each message."""

    __slots__ = ("_due_ns", "_period_ns", "skipped")

    def __init__(self, max_rate_hz: float) -> None:
        self._period_ns = int(1e9 / max_rate_hz)
        self._due_ns = 0
        self.skipped = 0

    def takes(self, log_ns: int) -> bool:
        """Whether this message is kept, else it is counted in `skipped`. A clock that went back starts anew."""
        due_ns, period_ns = self._due_ns, self._period_ns
        if due_ns - period_ns <= log_ns < due_ns:
            self.skipped += 1
            return False
        # From the due time, not from now: else a 30 Hz topic limited to 20 Hz would come down to 15.
        self._due_ns = due_ns + period_ns if 0 <= log_ns - due_ns < period_ns else log_ns + period_ns
        return True
