"""Executors: wait for what is ready, and run its callbacks."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from rclpy.context import Context
from rclpy.impl.bursts import Bursts
from rclpy.impl.executor_base import ConditionReachedException as ConditionReachedException
from rclpy.impl.executor_base import Executor as Executor
from rclpy.impl.executor_base import ExternalShutdownException as ExternalShutdownException
from rclpy.impl.executor_base import ShutdownException as ShutdownException
from rclpy.impl.executor_base import TimeoutException as TimeoutException
from rclpy.impl.executor_base import TimeoutObject as TimeoutObject
from rclpy.impl.executor_base import await_or_execute as await_or_execute
from rclpy.impl.executor_base import never
from rclpy.impl.pace import Pace
from rclpy.task import Future, Task


class SingleThreadedExecutor(Executor):
    """Runs callbacks on the thread that spins."""

    def spin(self) -> None:
        # Zenoh is loaded by the first init, not by the import of rclpy.
        from embedded_ros.wire.config import gather_s

        pace = Pace(gather_s())
        while self._context.ok() and not self._is_shutdown:
            self.spin_once()
            if self._is_foreseeable:
                Bursts(self, pace).run()

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
