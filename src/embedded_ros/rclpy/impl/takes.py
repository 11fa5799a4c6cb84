"""How an executor sees that an entity is ready, and how it takes what is there."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from rclpy.callback_groups import CallbackGroup
from rclpy.impl.errors import InvalidHandle, TimerCancelledError
from rclpy.impl.wait_set import ABSENT_WAIT_SET
from rclpy.waitable import Waitable

if TYPE_CHECKING:
    from rclpy.executors import Executor


class Entity(Protocol):
    """What an executor needs of a timer, subscription, guard condition, client, service or waitable."""

    _executor_event: bool
    callback_group: CallbackGroup
    handle: Any


Take = Callable[["Executor", Any], Callable[[], Any] | None]
"""Takes an entity's data; gives what is to be called (or awaited, if the callback is a coroutine function)."""


def is_async(entity: Any) -> bool:
    """True where the entity's callback is to be awaited; a waitable's `execute` always is."""
    return isinstance(entity, Waitable) or inspect.iscoroutinefunction(getattr(entity, "callback", None))


def _take_timer(executor: Executor, timer: Any) -> Callable[[], Any] | None:
    try:
        with timer.handle:
            timer.handle.call_timer()
    except (InvalidHandle, TimerCancelledError):
        return None
    callback: Callable[[], Any] | None = timer.callback
    return callback


def _take_subscription(executor: Executor, subscription: Any) -> Callable[[], Any] | None:
    try:
        args = subscription._take()
    except InvalidHandle:
        return None
    return None if args is None else partial(subscription.callback, *args)


def _take_guard_condition(executor: Executor, guard: Any) -> Callable[[], Any] | None:
    guard.handle.is_triggered = False
    callback: Callable[[], Any] | None = guard.callback
    return callback


def _take_client(executor: Executor, client: Any) -> Callable[[], Any] | None:
    try:
        with client.handle:
            taken = client.handle.take_response()
    except InvalidHandle:
        return None
    if taken is None:
        return None
    header, response = taken
    return partial(_complete_request, executor, client, header.request_id.sequence_number, response)


def _complete_request(executor: Executor, client: Any, sequence: int, response: Any) -> None:
    try:
        future = client.get_pending_request(sequence)
    except KeyError:
        # Given up, or the second of two servers.
        return
    future._set_executor(executor)
    future.set_result(response)


def _take_service(executor: Executor, service: Any) -> Callable[[], Any] | None:
    try:
        with service.handle:
            taken = service.handle.take_request()
    except InvalidHandle:
        return None
    if taken is None:
        return None
    request, header = taken
    answer = _answer_async if is_async(service) else _answer
    return partial(answer, service, request, header)


def _answer(service: Any, request: Any, header: Any) -> None:
    service.send_response(service.callback(request, service.srv_type.Response()), header)


async def _answer_async(service: Any, request: Any, header: Any) -> None:
    service.send_response(await service.callback(request, service.srv_type.Response()), header)


def _take_waitable(executor: Executor, waitable: Any) -> Callable[[], Any] | None:
    data = waitable.take_data()
    return partial(_execute_waitable, executor, waitable, data)


async def _execute_waitable(executor: Executor, waitable: Any, data: Any) -> None:
    for future in waitable._futures:
        future._set_executor(executor)
    await waitable.execute(data)


# In the order of one look: what is listed first runs first.
TAKES: dict[str, tuple[Callable[[Any], bool], Take]] = {
    "waitable": (lambda waitable: waitable.is_ready(ABSENT_WAIT_SET), _take_waitable),
    "timer": (lambda timer: timer.handle.is_timer_ready(), _take_timer),
    "subscription": (lambda subscription: subscription.handle.is_ready(), _take_subscription),
    "guard": (lambda guard: guard.handle.is_triggered, _take_guard_condition),
    "client": (lambda client: client.handle.is_ready(), _take_client),
    "service": (lambda service: service.handle.is_ready(), _take_service),
}
