"""How long a launch may need before its tests start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def ready_to_test_action_timeout(timeout: float) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator of `generate_test_description`: `ReadyToTest` must come within `timeout` s (without it: 15)."""

    def decorate(func: Callable[..., Any]) -> Callable[..., Any]:
        vars(func)["__ready_to_test_action_timeout__"] = timeout
        return func

    return decorate
