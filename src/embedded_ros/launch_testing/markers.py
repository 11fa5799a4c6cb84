"""Markers of launches and of tests."""

from __future__ import annotations

import contextlib
import functools
import inspect
import time
import unittest
from collections.abc import Callable
from typing import Any


def keep_alive(test_description: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator of `generate_test_description`: the launch goes on after all of its processes have ended."""
    vars(test_description).setdefault("__markers__", {})["keep_alive"] = True
    return test_description


def retry_on_failure(*, times: int, delay: float | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator of a test method: on an AssertionError it is tried again, `times` in all, `delay` s in between."""
    if times <= 0:
        raise AssertionError(f"retry_on_failure: times must be > 0, got {times}")

    def decorate(func: Callable[..., Any]) -> Callable[..., Any]:
        if next(iter(inspect.signature(func).parameters), None) != "self":
            raise AssertionError(f"retry_on_failure is for methods of test cases, got {func!r}")

        @functools.wraps(func)
        def retry(self: Any, *args: Any, **kwargs: Any) -> Any:
            for _ in range(times - 1):
                with contextlib.suppress(AssertionError):
                    result = func(self, *args, **kwargs)
                    if not _has_failed_subtest(self):
                        return result
                _forget_failures(self)
                if delay is not None:
                    time.sleep(delay)
            return func(self, *args, **kwargs)

        return retry

    return decorate


def _has_failed_subtest(test: Any) -> bool:
    # unittest does not raise what fails inside a subTest: it notes it here.
    return isinstance(test, unittest.TestCase) and not vars(test)["_outcome"].success


def _forget_failures(test: Any) -> None:
    outcome = getattr(test, "_outcome", None)
    if outcome is None:
        return
    for kind in ("errors", "failures"):
        noted = getattr(outcome.result, kind, [])
        noted[:] = [(case, text) for case, text in noted if getattr(case, "test_case", case) is not test]
    outcome.success = True
