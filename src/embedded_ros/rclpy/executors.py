"""Executors: wait for what is ready, and run its callbacks."""

from __future__ import annotations

import inspect
import os
import threading
import time
import warnings
from collections.abc import Callable, Coroutine, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Any

from rclpy.context import Context
from rclpy.exceptions import NotInitializedException
from rclpy.impl.takes import TAKES, Entity, Take, is_async
from rclpy.impl.waker import Waker
from rclpy.task import Future, Task
from rclpy.utilities import get_default_context, timeout_sec_to_nsec

if TYPE_CHECKING:
    from rclpy.node import Node

_Ready = tuple[Task, "Entity | None", "Node | None"]


async def await_or_execute(callback: Callable[..., Any], *args: Any) -> Any:
    """Await a coroutine function, call any other."""
    if inspect.iscoroutinefunction(callback):
        return await callback(*args)
    return callback(*args)


class TimeoutException(Exception):
    """Nothing was ready in time."""


class ShutdownException(Exception):
    """The executor was shut down."""


class ExternalShutdownException(Exception):
    """The context was shut down while the executor waited."""


class ConditionReachedException(Exception):
    """What the executor spun for has come."""


class TimeoutObject:
    """A time-out in seconds that may change between waits."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout

    @property
    def timeout(self) -> float:
        return self._timeout

    @timeout.setter
    def timeout(self, timeout: float) -> None:
        self._timeout = timeout


class Executor:
    """Base of the executors. One thread at a time may spin it; any may add nodes, create tasks and wake it."""

    def __init__(self, *, context: Context | None = None) -> None:
        self._context = get_default_context() if context is None else context
        if self._context.handle is None:
            raise NotInitializedException("cannot create executor")
        self._nodes: list[Node] = []
        self._nodes_lock = threading.RLock()
        self._tasks: list[_Ready] = []
        self._tasks_lock = threading.Lock()
        self._waker = Waker()
        self._is_shutdown = False
        self._cb_iter: Generator[_Ready, None, None] | None = None
        self._last_args: tuple[Any, ...] = ()
        self._last_kwargs: dict[str, Any] = {}
        self._context.on_shutdown(self.wake)
        self._context.handle.on_invalid(id(self), self._waker.wake)

    def __del__(self) -> None:
        context = getattr(self, "_context", None)
        if context is not None and context.handle is not None:
            context.handle.on_invalid(id(self), None)

    @property
    def context(self) -> Context:
        return self._context

    def create_task(self, callback: Callable[..., Any] | Coroutine[Any, Any, Any], *args: Any, **kwargs: Any) -> Task:
        """Run a function or coroutine on this executor; the task is the future of its result."""
        task = Task(callback, args, kwargs, executor=self)
        self._add_task(task, None, None)
        self.wake()
        return task

    def _add_task(self, task: Task, entity: Entity | None, node: Node | None) -> None:
        with self._tasks_lock:
            self._tasks.append((task, entity, node))

    def shutdown(self, timeout_sec: float | None = None) -> bool:
        """Stop spinning; running callbacks go on to their end. The nodes stay as they are."""
        self._is_shutdown = True
        self.wake()
        with self._nodes_lock:
            self._nodes = []
        self._cb_iter = None
        return True

    def add_node(self, node: Node) -> bool:
        """True where the node was not there before; it leaves the executor that it was in."""
        with self._nodes_lock:
            if node in self._nodes:
                return False
            self._nodes.append(node)
            node.executor = self
        self.wake()
        return True

    def remove_node(self, node: Node) -> None:
        with self._nodes_lock:
            if node not in self._nodes:
                return
            self._nodes.remove(node)
        self.wake()

    def wake(self) -> None:
        """Make a waiting `spin_once` look again."""
        self._waker.wake()

    def get_nodes(self) -> list[Node]:
        with self._nodes_lock:
            return list(self._nodes)

    def spin(self) -> None:
        """Run callbacks until the context or the executor is shut down."""
        while self._context.ok() and not self._is_shutdown:
            self.spin_once()

    def spin_until_future_complete(self, future: Future, timeout_sec: float | None = None) -> None:
        """Run callbacks until the future is done, or `timeout_sec` is over (None or negative: no limit)."""
        future._add_waker(self.wake)
        if timeout_sec is None or timeout_sec < 0:
            while self._context.ok() and not future.done() and not future.cancelled() and not self._is_shutdown:
                self.spin_once_until_future_complete(future, timeout_sec)
            return
        end = time.monotonic() + timeout_sec
        timeout_left = TimeoutObject(timeout_sec)
        while self._context.ok() and not future.done() and not future.cancelled() and not self._is_shutdown:
            self.spin_once_until_future_complete(future, timeout_left)
            timeout_left.timeout = end - time.monotonic()
            if timeout_left.timeout <= 0:
                return

    def spin_once(self, timeout_sec: float | None = None) -> None:
        """Wait for one ready callback and run it; `timeout_sec` None or negative: no limit."""
        raise NotImplementedError("Executor.spin_once: use SingleThreadedExecutor or MultiThreadedExecutor")

    def spin_once_until_future_complete(self, future: Future, timeout_sec: float | TimeoutObject | None = None) -> None:
        """Like spin_once, but returns when the future is done."""
        raise NotImplementedError(
            "Executor.spin_once_until_future_complete: use SingleThreadedExecutor or MultiThreadedExecutor"
        )

    def can_execute(self, entity: Entity) -> bool:
        """True where the entity is not already taken and its group is free."""
        return not entity._executor_event and entity.callback_group.can_execute(entity)

    def _make_handler(self, entity: Entity, node: Node, take: Take) -> Task:
        # Marked until its data is taken, so that one message is not announced twice.
        entity._executor_event = True
        run = self._run_async if is_async(entity) else self._run
        task = Task(run, (entity, take), executor=self)
        self._add_task(task, entity, node)
        return task

    def _begin(self, entity: Entity, take: Take) -> Callable[[], Any] | None:
        """Take the entity's data with the group's permission; None where there is nothing to call."""
        try:
            return take(self, entity)
        finally:
            entity._executor_event = False
            self._after_take()

    def _after_take(self) -> None:
        """The spinning thread itself took: it looks again anyway."""

    def _run(self, entity: Entity, take: Take) -> None:
        if self._is_shutdown or not entity.callback_group.beginning_execution(entity):
            entity._executor_event = False
            return
        try:
            work = self._begin(entity, take)
            if work is not None:
                work()
        finally:
            entity.callback_group.ending_execution(entity)
            self._after_take()

    async def _run_async(self, entity: Entity, take: Take) -> None:
        if self._is_shutdown or not entity.callback_group.beginning_execution(entity):
            entity._executor_event = False
            return
        try:
            work = self._begin(entity, take)
            if work is not None:
                await work()
        finally:
            entity.callback_group.ending_execution(entity)
            self.wake()

    def _runnable_tasks(self, nodes: list[Node]) -> list[_Ready]:
        with self._tasks_lock:
            self._tasks = [entry for entry in self._tasks if not entry[0].done()]
            # The newest first, as in Jazzy.
            return [
                (task, entity, node)
                for task, entity, node in reversed(self._tasks)
                if not task.executing() and not task._is_blocked() and (node is None or node in nodes)
            ]

    def _ready_entities(self, nodes: list[Node]) -> Iterator[_Ready]:
        """What is ready now: what becomes ready by these callbacks waits for the next look."""
        found = [
            (entity, node, take)
            for kind, (is_ready, take) in TAKES.items()
            for node in nodes
            for entity in node._entities(kind)
            if is_ready(entity) and self.can_execute(entity)
        ]
        for entity, node, take in found:
            # A callback of this look may have taken the group since.
            if self.can_execute(entity):
                yield self._make_handler(entity, node, take), entity, node

    def _wait_ns(self, nodes: list[Node], deadline_ns: int | None) -> int | None:
        """Nanoseconds until a timer or the deadline, None where only an event can come."""
        waits = [max(0, deadline_ns - time.monotonic_ns())] if deadline_ns is not None else []
        for node in nodes:
            for kind in ("timer", "waitable"):
                for entity in node._entities(kind):
                    wait_ns = entity.handle.wait_ns() if kind == "timer" else entity._wait_ns()
                    if wait_ns is not None and self.can_execute(entity):
                        waits.append(wait_ns)
        return min(waits, default=None)

    def _wait_for_ready_callbacks(
        self,
        timeout_sec: float | TimeoutObject | None = None,
        nodes: list[Node] | None = None,
        condition: Callable[[], bool] = lambda: False,
    ) -> Generator[_Ready, None, None]:
        """Yield all that is ready in one look, each once, so that no entity starves another."""
        timeout_ns = timeout_sec_to_nsec(timeout_sec.timeout if isinstance(timeout_sec, TimeoutObject) else timeout_sec)
        deadline_ns = time.monotonic_ns() + timeout_ns if timeout_ns >= 0 else None
        while not self._is_shutdown and not condition():
            # Cleared before looking: what becomes ready after the look wakes the wait below.
            self._waker.clear()
            if not self._context.ok():
                raise ExternalShutdownException
            nodes_to_use = self.get_nodes() if nodes is None else nodes
            has_work = False
            for entry in self._runnable_tasks(nodes_to_use):
                has_work = True
                yield entry
            for entry in self._ready_entities(nodes_to_use):
                has_work = True
                yield entry
            if has_work:
                return
            wait_ns = self._wait_ns(nodes_to_use, deadline_ns)
            if deadline_ns is not None and time.monotonic_ns() >= deadline_ns:
                raise TimeoutException
            self._waker.wait(None if wait_ns is None else wait_ns / 1e9)
        if self._is_shutdown:
            raise ShutdownException
        raise ConditionReachedException

    def wait_for_ready_callbacks(self, *args: Any, **kwargs: Any) -> _Ready:
        """The next ready task with its entity and node.

        Raises TimeoutException, ShutdownException, ExternalShutdownException or ConditionReachedException.
        """
        while True:
            if self._cb_iter is None or self._last_args != args or self._last_kwargs != kwargs:
                self._last_args, self._last_kwargs = args, kwargs
                self._cb_iter = self._wait_for_ready_callbacks(*args, **kwargs)
            try:
                return next(self._cb_iter)
            except StopIteration:
                self._cb_iter = None

    def __enter__(self) -> Executor:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        self.shutdown()


class SingleThreadedExecutor(Executor):
    """Runs callbacks on the thread that spins."""

    def _spin_once_impl(
        self,
        timeout_sec: float | TimeoutObject | None = None,
        wait_condition: Callable[[], bool] = lambda: False,
    ) -> None:
        try:
            handler, _, _ = self.wait_for_ready_callbacks(timeout_sec, None, wait_condition)
        except (ShutdownException, TimeoutException, ConditionReachedException):
            return
        handler()
        if handler.exception() is not None:
            raise handler.exception()  # type: ignore[misc]

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

    def _after_take(self) -> None:
        self.wake()

    def _spin_once_impl(
        self,
        timeout_sec: float | TimeoutObject | None = None,
        wait_condition: Callable[[], bool] = lambda: False,
    ) -> None:
        try:
            handler, _, _ = self.wait_for_ready_callbacks(timeout_sec, None, wait_condition)
        except (ExternalShutdownException, ShutdownException, TimeoutException, ConditionReachedException):
            return
        handler._executing = True
        self._executor.submit(self._run_task, handler)
        self._futures.append(handler)
        for future in self._futures[:]:
            if future.done():
                self._futures.remove(future)
                future.result()

    def _run_task(self, task: Task) -> None:
        # It counted as executing since it was handed over, so that no second thread takes it up.
        task._executing = False
        task()
        self.wake()

    def spin_once(self, timeout_sec: float | None = None) -> None:
        self._spin_once_impl(timeout_sec)

    def spin_once_until_future_complete(self, future: Future, timeout_sec: float | TimeoutObject | None = None) -> None:
        future._add_waker(self.wake)
        self._spin_once_impl(timeout_sec, future.done)
