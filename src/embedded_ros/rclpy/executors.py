"""Executors: wait for what is ready, and run its callbacks."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from rclpy.context import Context
from rclpy.impl.executor_base import ConditionReachedException as ConditionReachedException
from rclpy.impl.executor_base import Executor as Executor
from rclpy.impl.executor_base import ExternalShutdownException as ExternalShutdownException
from rclpy.impl.executor_base import ShutdownException as ShutdownException
from rclpy.impl.executor_base import TimeoutException as TimeoutException
from rclpy.impl.executor_base import TimeoutObject as TimeoutObject
from rclpy.impl.executor_base import await_or_execute as await_or_execute
from rclpy.impl.executor_base import never
from rclpy.impl.takes import Entity, Found, Kind, shortest_wait_ns
from rclpy.task import Future, Task


class SingleThreadedExecutor(Executor):
    """Runs callbacks on the thread that spins."""

    def spin(self) -> None:
        while self._context.ok() and not self._is_shutdown:
            self.spin_once()
            lone, self._lone = self._lone, None
            if lone is not None:
                self._stay_with(lone)

    def _stay_with(self, lone: Found) -> None:
        """Run callbacks of an entity that was alone ready for as long as nothing else can have become ready.

        Whatever makes another one ready wakes the executor, or is a matter of time: no look at all the others is
        needed for each message.
        """
        entity, _, kind = lone
        wait_ns = shortest_wait_ns(self.get_nodes(), self.can_execute)
        due_ns = None if wait_ns is None else time.monotonic_ns() + wait_ns
        while self._waker.clear() <= {id(entity)}:
            self._run_burst(entity, kind, due_ns)
            left_s = None if due_ns is None else (due_ns - time.monotonic_ns()) / 1e9
            if (left_s is not None and left_s <= 0) or (kind.is_ready(entity) and not self._waker.is_awake):
                # It is time for another, or the entity's group is not free.
                return
            # A callback may have shut the context down: that is no shutdown from outside.
            if not self._context.ok() or not self._waker.wait(left_s):
                return
            if not self._context.ok():
                raise ExternalShutdownException

    def _run_burst(self, entity: Entity, kind: Kind, due_ns: int | None) -> None:
        """Run its callbacks until it is not ready any more, `due_ns` has come or something else has."""
        if not entity.callback_group.beginning_execution(entity):
            return
        try:
            while kind.is_ready(entity) and not kind.is_async(entity):
                work = kind.take(self, entity)
                if work is not None:
                    work[0](*work[1])
                if self._waker.is_awake or (due_ns is not None and time.monotonic_ns() >= due_ns):
                    return
        finally:
            entity.callback_group.ending_execution(entity)

    def _look_again(self) -> None:
        """The thread that would look again is this one."""

    def _spin_once_impl(
        self,
        timeout_sec: float | TimeoutObject | None = None,
        wait_condition: Callable[[], bool] = never,
    ) -> None:
        try:
            task, entity, node, kind = self._next(timeout_sec, None, wait_condition)
        except (ShutdownException, TimeoutException, ConditionReachedException):
            return
        if task is None:
            if not kind.is_async(entity):
                self._run(entity, kind)
                return
            task = self._make_handler(entity, node, kind)
        task()
        if task.exception() is not None:
            raise task.exception()  # type: ignore[misc]

    def spin_once(self, timeout_sec: float | None = None) -> None:
        self._spin_once_impl(timeout_sec)

    def spin_once_until_future_complete(self, future: Future, timeout_sec: float | TimeoutObject | None = None) -> None:
        future._add_waker(self.wake)
        self._spin_once_impl(timeout_sec, future.done)


class MultiThreadedExecutor(Executor):
    """Runs callbacks on a pool of threads (default: one for each CPU of the process)."""

    def __init__(self, num_threads: int | None = None, *, context: Context | None = None) -> None:
        super().__init__(context=context)
        if num_threads is None:
            num_threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
        if num_threads == 1:
            warnings.warn(
                "MultiThreadedExecutor is used with a single thread.\nUse the SingleThreadedExecutor instead.",
                stacklevel=2,
            )
        self._futures: list[Task] = []
        self._executor = ThreadPoolExecutor(num_threads)

    def _spin_once_impl(
        self,
        timeout_sec: float | TimeoutObject | None = None,
        wait_condition: Callable[[], bool] = never,
    ) -> None:
        try:
            handler, _, _ = self.wait_for_ready_callbacks(timeout_sec, None, wait_condition)
        except (ExternalShutdownException, ShutdownException, TimeoutException, ConditionReachedException):
            return
        handler._is_handed_over = True
        self._executor.submit(self._run_task, handler)
        self._futures.append(handler)
        for future in self._futures[:]:
            if future.done():
                self._futures.remove(future)
                future.result()

    def _run_task(self, task: Task) -> None:
        task()
        task._is_handed_over = False
        self.wake()

    def spin_once(self, timeout_sec: float | None = None) -> None:
        self._spin_once_impl(timeout_sec)

    def spin_once_until_future_complete(self, future: Future, timeout_sec: float | TimeoutObject | None = None) -> None:
        future._add_waker(self.wake)
        self._spin_once_impl(timeout_sec, future.done)
