"""Waits for what processes say and do; the `_sync` functions are for plain tests, the others for coroutines.

`timeout` is in s, None: no limit. `validate_output` gets all output so far, and gives a bool or (assert_…) asserts.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from launch.actions import ExecuteLocal
from launch.event_handler import BaseEventHandler
from launch.event_handlers import OnProcessExit, OnProcessIO, OnProcessStart
from launch.launch_context import LaunchContext

Validate = Callable[[str], Any]
_MakeHandler = Callable[[ExecuteLocal, Callable[[], None]], BaseEventHandler]


@contextlib.contextmanager
def register_event_handler(context: LaunchContext, event_handler: BaseEventHandler) -> Iterator[None]:
    """The handler is registered, behind all others, inside of the `with`."""
    context.register_event_handler(event_handler, append=True)
    try:
        yield
    finally:
        context.unregister_event_handler(event_handler)


def _on_stdout(action: ExecuteLocal, notify: Callable[[], None]) -> BaseEventHandler:
    return OnProcessIO(target_action=action, on_stdout=lambda _: notify())


def _on_stderr(action: ExecuteLocal, notify: Callable[[], None]) -> BaseEventHandler:
    return OnProcessIO(target_action=action, on_stderr=lambda _: notify())


def _on_start(action: ExecuteLocal, notify: Callable[[], None]) -> BaseEventHandler:
    return OnProcessStart(target_action=action, on_start=lambda *_: notify())


def _on_exit(action: ExecuteLocal, notify: Callable[[], None]) -> BaseEventHandler:
    return OnProcessExit(target_action=action, on_exit=lambda *_: notify())


async def _wait(
    context: LaunchContext,
    action: ExecuteLocal,
    make_handler: _MakeHandler,
    is_met: Callable[[], bool],
    timeout: float | None,
) -> bool:
    event = asyncio.Event()
    with register_event_handler(context, make_handler(action, event.set)):
        try:
            async with asyncio.timeout(timeout):
                while not is_met():
                    await event.wait()
                    event.clear()
        except TimeoutError:
            return is_met()
    return True


def _wait_sync(
    context: LaunchContext,
    action: ExecuteLocal,
    make_handler: _MakeHandler,
    is_met: Callable[[], bool],
    timeout: float | None,
) -> bool:
    event = threading.Event()
    deadline = None if timeout is None else time.monotonic() + timeout
    with register_event_handler(context, make_handler(action, event.set)):
        while not is_met():
            left = None if deadline is None else deadline - time.monotonic()
            if (left is not None and left <= 0.0) or not event.wait(left):
                return is_met()
            event.clear()
    return True


def _holds(validate_output: Validate, read: Callable[[], str]) -> Callable[[], bool]:
    return lambda: bool(validate_output(read()))


def _asserts(validate_output: Validate, read: Callable[[], str]) -> Callable[[], bool]:
    def is_met() -> bool:
        try:
            validate_output(read())
        except AssertionError:
            return False
        return True

    return is_met


async def wait_for_output(
    launch_context: LaunchContext,
    execute_process_action: ExecuteLocal,
    validate_output: Validate,
    timeout: float | None = None,
) -> bool:
    """Whether the output came to satisfy `validate_output` in time."""
    action = execute_process_action
    return await _wait(launch_context, action, _on_stdout, _holds(validate_output, action.get_stdout), timeout)


async def assert_output(
    launch_context: LaunchContext,
    execute_process_action: ExecuteLocal,
    validate_output: Validate,
    timeout: float | None = None,
) -> None:
    """Wait until `validate_output` asserts nothing wrong; let its AssertionError through if that is not in time."""
    action = execute_process_action
    if not await _wait(launch_context, action, _on_stdout, _asserts(validate_output, action.get_stdout), timeout):
        validate_output(action.get_stdout())


def wait_for_output_sync(
    launch_context: LaunchContext,
    execute_process_action: ExecuteLocal,
    validate_output: Validate,
    timeout: float | None = None,
) -> bool:
    """As wait_for_output, for plain tests."""
    action = execute_process_action
    return _wait_sync(launch_context, action, _on_stdout, _holds(validate_output, action.get_stdout), timeout)


def assert_output_sync(
    launch_context: LaunchContext,
    execute_process_action: ExecuteLocal,
    validate_output: Validate,
    timeout: float | None = None,
) -> None:
    """As assert_output, for plain tests."""
    action = execute_process_action
    if not _wait_sync(launch_context, action, _on_stdout, _asserts(validate_output, action.get_stdout), timeout):
        validate_output(action.get_stdout())


async def wait_for_stderr(
    launch_context: LaunchContext,
    execute_process_action: ExecuteLocal,
    validate_output: Validate,
    timeout: float | None = None,
) -> bool:
    """As wait_for_output, for stderr."""
    action = execute_process_action
    return await _wait(launch_context, action, _on_stderr, _holds(validate_output, action.get_stderr), timeout)


async def assert_stderr(
    launch_context: LaunchContext,
    execute_process_action: ExecuteLocal,
    validate_output: Validate,
    timeout: float | None = None,
) -> None:
    """As assert_output, for stderr."""
    action = execute_process_action
    if not await _wait(launch_context, action, _on_stderr, _asserts(validate_output, action.get_stderr), timeout):
        validate_output(action.get_stderr())


def wait_for_stderr_sync(
    launch_context: LaunchContext,
    execute_process_action: ExecuteLocal,
    validate_output: Validate,
    timeout: float | None = None,
) -> bool:
    """As wait_for_stderr, for plain tests."""
    action = execute_process_action
    return _wait_sync(launch_context, action, _on_stderr, _holds(validate_output, action.get_stderr), timeout)


def assert_stderr_sync(
    launch_context: LaunchContext,
    execute_process_action: ExecuteLocal,
    validate_output: Validate,
    timeout: float | None = None,
) -> None:
    """As assert_stderr, for plain tests."""
    action = execute_process_action
    if not _wait_sync(launch_context, action, _on_stderr, _asserts(validate_output, action.get_stderr), timeout):
        validate_output(action.get_stderr())


def _is_started(action: ExecuteLocal) -> Callable[[], bool]:
    return lambda: "pid" in (action.process_details or {})


def _is_ended(action: ExecuteLocal) -> Callable[[], bool]:
    return lambda: action.return_code is not None


async def wait_for_start(
    launch_context: LaunchContext, execute_process_action: ExecuteLocal, timeout: float | None = None
) -> bool:
    """Whether the process was started in time, or before."""
    action = execute_process_action
    return await _wait(launch_context, action, _on_start, _is_started(action), timeout)


def wait_for_start_sync(
    launch_context: LaunchContext, execute_process_action: ExecuteLocal, timeout: float | None = None
) -> bool:
    """As wait_for_start, for plain tests."""
    action = execute_process_action
    return _wait_sync(launch_context, action, _on_start, _is_started(action), timeout)


async def wait_for_exit(
    launch_context: LaunchContext, execute_process_action: ExecuteLocal, timeout: float | None = None
) -> bool:
    """Whether the process ended in time, or before."""
    action = execute_process_action
    return await _wait(launch_context, action, _on_exit, _is_ended(action), timeout)


def wait_for_exit_sync(
    launch_context: LaunchContext, execute_process_action: ExecuteLocal, timeout: float | None = None
) -> bool:
    """As wait_for_exit, for plain tests."""
    action = execute_process_action
    return _wait_sync(launch_context, action, _on_exit, _is_ended(action), timeout)
