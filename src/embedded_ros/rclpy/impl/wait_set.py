"""There are no wait sets: a waitable is asked whether it is ready."""

from __future__ import annotations

from typing import NoReturn


class AbsentWaitSet:
    """Given to waitables in place of a wait set. Raises NotImplementedError by name when it is used."""

    def __getattr__(self, name: str) -> NoReturn:
        raise NotImplementedError(
            f"WaitSet.{name} is not in the embedded underlay: let Waitable.is_ready tell by itself, and call "
            "executor.wake() when that changes"
        )


ABSENT_WAIT_SET = AbsentWaitSet()
