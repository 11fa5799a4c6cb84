"""What rclpy's own waitables have in common."""

from __future__ import annotations

from rclpy.impl.wait_set import WaitSet
from rclpy.waitable import Waitable


class OwnWaitable(Waitable):
    """Knows by itself whether something is ready: executors ask it without the detour over a wait set."""

    def _is_ready_now(self) -> bool:
        raise NotImplementedError(f"{type(self).__name__}._is_ready_now")

    def _wait_ns(self) -> int | None:
        return None

    def is_ready(self, wait_set: WaitSet) -> bool:
        return self._is_ready_now()

    def add_to_wait_set(self, wait_set: WaitSet) -> None:
        """Nothing to add."""
