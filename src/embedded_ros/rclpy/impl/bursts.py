"""Callbacks of busy subscriptions and services, without a look at all other entities for each message."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rclpy.impl.executor_base import ExternalShutdownException
from rclpy.impl.pace import Pace
from rclpy.impl.takes import Kind, shortest_wait_ns, telling_entities

if TYPE_CHECKING:
    from rclpy.executors import SingleThreadedExecutor


class Bursts:
    """Runs what wakes the executor by its own id, for as long as nothing else can have become ready.

    Whatever makes another entity ready wakes the executor with another cause, or is a matter of time. Under load it
    does as network drivers do: not woken for each message, it takes what has gathered in a few milliseconds.
    """

    def __init__(self, executor: SingleThreadedExecutor, pace: Pace) -> None:
        nodes = executor.get_nodes()
        self._executor = executor
        self._context = executor.context
        self._session = nodes[0].handle.context.session if nodes else None
        self._waker = executor._waker
        self._pace = pace
        self._telling = telling_entities(nodes)
        self._patient = frozenset(key for key, (entity, _) in self._telling.items() if entity._is_patient)
        self._order = {key: number for number, key in enumerate(self._telling)}
        wait_ns = shortest_wait_ns(nodes, executor.can_execute)
        self._due_ns = None if wait_ns is None else time.monotonic_ns() + wait_ns
        self._count = 0

    def run(self) -> None:
        """Return when it is time to look at all entities. Raises ExternalShutdownException."""
        ready = {key for key, (entity, kind) in self._telling.items() if kind.is_ready(entity)}
        while True:
            ready |= self._waker.clear()
            if not ready <= self._telling.keys():
                return
            while ready and not self._waker.is_awake:
                is_free = self._run_burst(*ready) if len(ready) == 1 else self._run_round(ready)
                if not is_free or self._is_due():
                    return
                ready = {key for key in ready if self._telling[key][1].is_ready(self._telling[key][0])}
            if not self._waker.is_awake and not self._sleep():
                return

    def _run_burst(self, key: int) -> bool:
        """Run an entity's callbacks until nothing is left, or something else may be ready.

        False where this cannot: the entity's group is taken, or its callback is a coroutine function.
        """
        entity, kind = self._telling[key]
        if not entity.callback_group.beginning_execution(entity):
            return False
        try:
            while kind.is_ready(entity):
                if kind.is_async(entity):
                    return False
                self._call(entity, kind)
                if self._waker.is_awake or self._is_due():
                    break
        finally:
            entity.callback_group.ending_execution(entity)
        return True

    def _run_round(self, keys: Iterable[int]) -> bool:
        """Run one callback of each, in their order, so that none starves another. False: as `_run_burst`."""
        for key in sorted(keys, key=self._order.__getitem__):
            entity, kind = self._telling[key]
            if not kind.is_ready(entity):
                continue
            if kind.is_async(entity) or not entity.callback_group.beginning_execution(entity):
                return False
            try:
                self._call(entity, kind)
            finally:
                entity.callback_group.ending_execution(entity)
            if self._waker.is_awake and (self._executor._is_shutdown or not self._context.ok()):
                return False
        return True

    def _call(self, entity: Any, kind: Kind) -> None:
        work = kind.take(self._executor, entity)
        if work is not None:
            work[0](*work[1])
        self._count += 1

    def _is_due(self) -> bool:
        return self._due_ns is not None and time.monotonic_ns() >= self._due_ns

    def _sleep(self) -> bool:
        """Until something may be ready. False where it is time to look at all entities."""
        now_ns = time.monotonic_ns()
        left_s = None if self._due_ns is None else (self._due_ns - now_ns) / 1e9
        # A callback may have shut the context down: that is no shutdown from outside.
        if (left_s is not None and left_s <= 0) or not self._context.ok():
            return False
        count, self._count = self._count, 0
        rate_hz = self._pace.fast_hz(count, now_ns)
        if rate_hz and self._patient:
            rest_s = self._pace.rest_s
            self._rest(rate_hz, rest_s if left_s is None else min(left_s, rest_s))
        elif not self._waker.wait(left_s):
            return False
        if not self._context.ok():
            raise ExternalShutdownException
        return True

    def _rest(self, rate_hz: float, rest_s: float) -> None:
        """Let messages gather: in the sockets too, where they fit into the shortest queue when they come all at once.

        Callbacks never run while the sockets are shut: they may wait for what is in there.
        """
        shut_s = 0.0 if self._session is None else self._pace.shut_s(rate_hz, self._session.shortest_queue)
        if self._session is None or not shut_s:
            self._waker.rest(self._patient, rest_s)
            return
        try:
            # In here: a signal's handler may raise as soon as the first is shut.
            self._session.gate.shut()
            self._waker.rest(self._patient, min(rest_s, shut_s))
        finally:
            self._session.gate.open()
