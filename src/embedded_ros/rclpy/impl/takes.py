"""How an executor sees that an entity is ready, and how it takes what is there."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from rclpy.callback_groups import CallbackGroup
from rclpy.impl.errors import InvalidHandle, TimerCancelledError

if TYPE_CHECKING:
    from rclpy.executors import Executor
    from rclpy.node import Node


class Entity(Protocol):
    """What an executor needs of a timer, subscription, guard condition, client, service or waitable."""

    _executor_event: bool
    callback_group: CallbackGroup


Work = tuple[Callable[..., Any], tuple[Any, ...]]
"""A callback and its arguments."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entities: as `Node._entities` calls it, and what an executor does with one.

    `take` gives None where there is nothing to call after all. What it gives is awaited where `is_async`.
    """

    name: str
    is_ready: Callable[[Any], object]
    take: Callable[[Executor, Any], Work | None]
    is_async: Callable[[Any], bool]


def _has_coroutine(entity: Any) -> bool:
    return inspect.iscoroutinefunction(entity.callback)


def _take_timer(executor: Executor, timer: Any) -> Work | None:
    try:
        with timer.handle:
            timer.handle.call_timer()
    except (InvalidHandle, TimerCancelledError):
        return None
    return None if timer.callback is None else (timer.callback, ())


def _take_subscription(executor: Executor, subscription: Any) -> Work | None:
    args = subscription._take()
    return None if args is None else (subscription._callback, args)


def _take_guard_condition(executor: Executor, guard: Any) -> Work | None:
    guard.handle.is_triggered = False
    return None if guard.callback is None else (guard.callback, ())


def _take_client(executor: Executor, client: Any) -> Work | None:
    try:
        with client.handle:
            header, response = client.handle.take_response(client.srv_type.Response)
    except InvalidHandle:
        return None
    if header is None:
        return None
    return _complete_request, (executor, client, header.request_id.sequence_number, response)


def _complete_request(executor: Executor, client: Any, sequence: int, response: Any) -> None:
    try:
        future = client.get_pending_request(sequence)
    except KeyError:
        # Given up, or the second of two servers.
        return
    future._set_executor(executor)
    future.set_result(response)


def _take_service(executor: Executor, service: Any) -> Work | None:
    try:
        with service.handle:
            request, header = service.handle.service_take_request(service.srv_type.Request)
    except InvalidHandle:
        return None
    if header is None:
        return None
    return _answer_async if _has_coroutine(service) else _answer, (service, request, header)


def _answer(service: Any, request: Any, header: Any) -> None:
    service.send_response(service.callback(request, service.srv_type.Response()), header)


async def _answer_async(service: Any, request: Any, header: Any) -> None:
    service.send_response(await service.callback(request, service.srv_type.Response()), header)


def _take_waitable(executor: Executor, waitable: Any) -> Work | None:
    return _execute_waitable, (executor, waitable, waitable.take_data())


async def _execute_waitable(executor: Executor, waitable: Any, data: Any) -> None:
    for future in waitable._futures:
        future._set_executor(executor)
    await waitable.execute(data)


_WAITABLE = Kind("waitable", lambda waitable: waitable._is_ready_now(), _take_waitable, lambda _: True)

_TIMER = Kind("timer", lambda timer: timer.handle.is_timer_ready(), _take_timer, _has_coroutine)
_SUBSCRIPTION = Kind("subscription", lambda sub: sub._is_ready(), _take_subscription, lambda sub: sub._is_async)
_SERVICE = Kind("service", lambda service: service.handle.is_ready(), _take_service, _has_coroutine)

# In the order in which those of a node are run.
_SIMPLE_KINDS = (
    _TIMER,
    _SUBSCRIPTION,
    Kind("guard", lambda guard: guard.handle.is_triggered, _take_guard_condition, _has_coroutine),
    Kind("client", lambda client: client.handle.is_ready(), _take_client, lambda _: False),
    _SERVICE,
)

# Those that wake the executor with their own id. When a timer is due, the clock tells.
_TELLING_KINDS = (_SUBSCRIPTION, _SERVICE)

Found = tuple[Any, "Node", Kind]
"""An entity that is ready, with its node."""


def is_foreseeable(entity: Any, kind: Kind) -> bool:
    """True where this is ready again only after a wake by its id or at a known time, and leaves no coroutine."""
    return kind in (_TIMER, *_TELLING_KINDS) and not kind.is_async(entity)


def telling_entities(nodes: list[Node]) -> dict[int, tuple[Any, Kind]]:
    """By id: those that wake the executor with it, ready or not, in the order in which they are to be run."""
    return {
        id(entity): (entity, kind)
        for node in nodes
        for kind in _TELLING_KINDS
        for entity in node._rclpy_entities(kind.name)
    }


def ready_waitables(nodes: list[Node], can_execute: Callable[[Any], bool]) -> list[Found]:
    """Those that are ready now, and free. They are looked at once: looking may take what made them ready."""
    return [
        (waitable, node, _WAITABLE)
        for node in nodes
        for waitable in node._rclpy_entities(_WAITABLE.name)
        if can_execute(waitable) and _WAITABLE.is_ready(waitable)
    ]


def ready_entities(nodes: list[Node], can_execute: Callable[[Any], bool]) -> list[Found]:
    """All others that are ready now, and free, in the order in which they are to be run."""
    return [
        (entity, node, kind)
        for node in nodes
        for kind in _SIMPLE_KINDS
        for entity in node._rclpy_entities(kind.name)
        if kind.is_ready(entity) and can_execute(entity)
    ]


def shortest_wait_ns(nodes: list[Node], can_execute: Callable[[Any], bool]) -> int | None:
    """Nanoseconds until one of them becomes ready by itself; None where only an event can make it so."""
    waits = [timer.handle.wait_ns() for node in nodes for timer in node._rclpy_entities("timer") if can_execute(timer)]
    waits += [
        waitable._wait_ns() for node in nodes for waitable in node._rclpy_entities("waitable") if can_execute(waitable)
    ]
    return min((wait_ns for wait_ns in waits if wait_ns is not None), default=None)
