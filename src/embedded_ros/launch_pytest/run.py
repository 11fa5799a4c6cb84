"""Test functions of all four kinds, wrapped so that the launch's event loop runs while they do."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

Test = Callable[..., None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedTest:
    """A test, and what is to run after the launch as a test of its own (None: nothing)."""

    test: Test
    after_shutdown: Test | None = None


def wrap(
    function: Callable[..., Any],
    loop: asyncio.AbstractEventLoop,
    finalize: Callable[[], None],
    *,
    is_after_shutdown: bool,
    is_one_item: bool,
) -> WrappedTest:
    """Wrap a test. `finalize` ends the launch; a generator's second half runs after that (`is_one_item`: at once)."""
    if getattr(function, "_launch_pytest_wrapped", False):
        return WrappedTest(test=function)
    if not inspect.isgeneratorfunction(function) and not inspect.isasyncgenfunction(function):
        return WrappedTest(test=_whole(function, loop, finalize if is_after_shutdown else None))
    stages = _Stages(function, loop, finalize)
    if is_one_item:
        return WrappedTest(test=stages.both)
    return WrappedTest(test=stages.first, after_shutdown=stages.second)


def _whole(function: Callable[..., Any], loop: asyncio.AbstractEventLoop, before: Callable[[], None] | None) -> Test:
    @functools.wraps(function)
    def test(**kwargs: Any) -> None:
        if before is not None:
            before()
        if inspect.iscoroutinefunction(function):
            _drive(loop, function(**kwargs))
        else:
            _drive(loop, loop.run_in_executor(None, functools.partial(function, **kwargs)))

    return test


class _Stages:
    """The halves of a generator: before its one `yield` beside the launch, behind it after the launch."""

    def __init__(
        self, function: Callable[..., Any], loop: asyncio.AbstractEventLoop, finalize: Callable[[], None]
    ) -> None:
        self._function = function
        self._loop = loop
        self._finalize = finalize
        self._generator: Any = None
        self.first = _named_as(function, self._run_first)
        self.both = _named_as(function, self._run_both)

        def second() -> None:
            if self._generator is None:
                pytest.skip("shutdown test skipped because the test failed before")
            self._run_second()

        second.__name__ = f"{function.__name__}[shutdown]"
        second._launch_pytest_wrapped = True  # type: ignore[attr-defined]
        self.second = second

    def _run_both(self, **kwargs: Any) -> None:
        self._run_first(**kwargs)
        self._run_second()

    def _run_first(self, **kwargs: Any) -> None:
        generator: Any = self._function(**kwargs)
        if inspect.isasyncgen(generator):
            _drive(self._loop, anext(generator))
        else:
            _drive(self._loop, self._loop.run_in_executor(None, lambda: next(generator, None)))
        self._generator = generator

    def _run_second(self) -> None:
        self._finalize()
        try:
            if inspect.isasyncgen(self._generator):
                _drive(self._loop, anext(self._generator))
            else:
                next(self._generator)
        except (StopIteration, StopAsyncIteration):
            return
        pytest.fail("launch tests using a generator function must stop iteration after yielding once", pytrace=False)


def _named_as(function: Callable[..., Any], run: Test) -> Test:
    @functools.wraps(function)
    def test(**kwargs: Any) -> None:
        run(**kwargs)

    return test


def _drive(loop: asyncio.AbstractEventLoop, awaitable: Awaitable[Any]) -> None:
    """Run the loop until the awaitable is done; its exception, if any, becomes the test's."""
    loop.run_until_complete(awaitable)
