"""What all executors have in common: wait for what is ready, and run its callbacks."""

from __future__ import annotations

import inspect
import math
import threading
import time
from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any

from rclpy.context import Context
from rclpy.exceptions import NotInitializedException
from rclpy.impl import takes
from rclpy.impl.takes import Entity, Kind, Work, ready_entities, ready_waitables, shortest_wait_ns
from rclpy.impl.waker import Waker
from rclpy.task import Future, Task
from rclpy.utilities import get_default_context, timeout_sec_to_nsec

if TYPE_CHECKING:
    from rclpy.node import Node

_Entry = tuple[Task | None, Any, Any, Any]
"""What can be run now: a task with its entity and node, if it has them, or else an entity, its node and its kind."""


async def await_or_execute(callback: Callable[..., Any], *args: Any) -> Any:
    """Await a coroutine function, call any other."""
    if inspect.iscoroutinefunction(callback):
        return await callback(*args)
    return callback(*args)


def never() -> bool:
    return False


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
        self._tasks: list[tuple[Task, Entity | None, Node | None]] = []
        self._tasks_lock = threading.Lock()
        self._waker = Waker()
        self._is_shutdown = False
        # Nothing but what tells of itself can be ready: see `Bursts`.
        self._is_foreseeable = False
        self._cb_iter: Generator[_Entry, None, None] | None = None
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
        with self._tasks_lock:
            self._tasks.append((task, None, None))
        self.wake()
        return task

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
        end = math.inf if timeout_sec is None or timeout_sec < 0 else time.monotonic() + timeout_sec
        timeout_left = None if end == math.inf else TimeoutObject(end - time.monotonic())
        while self._context.ok() and not future.done() and not future.cancelled() and not self._is_shutdown:
            self.spin_once_until_future_complete(future, timeout_left)
            if timeout_left is not None:
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

    def _make_handler(self, entity: Entity, node: Node, kind: Kind) -> Task:
        # Marked until its data is taken, so that one message is not announced twice.
        entity._executor_event = True
        task = Task(self._run_async if kind.is_async(entity) else self._run, (entity, kind), executor=self)
        with self._tasks_lock:
            self._tasks.append((task, entity, node))
        return task

    def _run(self, entity: Entity, kind: Kind) -> None:
        """With its group's permission take the entity's data, and call back."""
        if self._is_shutdown or not entity.callback_group.beginning_execution(entity):
            entity._executor_event = False
            return
        try:
            work = self._take(entity, kind)
            if work is not None:
                work[0](*work[1])
        finally:
            entity.callback_group.ending_execution(entity)
            self._look_again()

    async def _run_async(self, entity: Entity, kind: Kind) -> None:
        if self._is_shutdown or not entity.callback_group.beginning_execution(entity):
            entity._executor_event = False
            return
        try:
            work = self._take(entity, kind)
            if work is not None:
                await work[0](*work[1])
        finally:
            entity.callback_group.ending_execution(entity)
            self._look_again()

    def _take(self, entity: Entity, kind: Kind) -> Work | None:
        try:
            return kind.take(self, entity)
        finally:
            entity._executor_event = False
            self._look_again()

    def _look_again(self) -> None:
        """An entity or a group is free again."""
        self._waker.wake()

    def _runnable_tasks(self, nodes: list[Node]) -> list[_Entry]:
        with self._tasks_lock:
            self._tasks = [entry for entry in self._tasks if not entry[0].done()]
            # The newest first, as in Jazzy.
            return [
                (task, entity, node, None)
                for task, entity, node in reversed(self._tasks)
                if not task.executing() and not task._is_blocked() and (node is None or node in nodes)
            ]

    def _look(self, nodes: list[Node]) -> Generator[_Entry, None, None]:
        """Yield all that is ready, each once, so that no entity starves another."""
        self._is_foreseeable = False
        tasks = self._runnable_tasks(nodes)
        yield from tasks
        waitables = ready_waitables(nodes, self.can_execute)
        found = ready_entities(nodes, self.can_execute)
        is_foreseeable = (
            not tasks and not waitables and all(takes.is_foreseeable(entity, kind) for entity, _, kind in found)
        )
        for waitable, node, kind in waitables:
            if self.can_execute(waitable):
                yield None, waitable, node, kind
        for number, (entity, node, kind) in enumerate(found, start=1):
            self._is_foreseeable = is_foreseeable and number == len(found)
            # A callback of this look may have taken the group or the data since.
            if kind.is_ready(entity) and self.can_execute(entity):
                yield None, entity, node, kind

    def _wait_for_ready_callbacks(
        self,
        timeout_sec: float | TimeoutObject | None = None,
        nodes: list[Node] | None = None,
        condition: Callable[[], bool] = never,
    ) -> Generator[_Entry, None, None]:
        timeout_ns = timeout_sec_to_nsec(timeout_sec.timeout if isinstance(timeout_sec, TimeoutObject) else timeout_sec)
        deadline_ns = time.monotonic_ns() + timeout_ns if timeout_ns >= 0 else None
        while not self._is_shutdown and not condition():
            # Cleared before looking: what becomes ready after the look wakes the wait below.
            self._waker.clear()
            if not self._context.ok():
                raise ExternalShutdownException
            nodes_to_use = self.get_nodes() if nodes is None else nodes
            has_work = False
            for entry in self._look(nodes_to_use):
                has_work = True
                yield entry
            if has_work:
                return
            self._wait(nodes_to_use, deadline_ns)
        if self._is_shutdown:
            raise ShutdownException
        raise ConditionReachedException

    def _wait(self, nodes: list[Node], deadline_ns: int | None) -> None:
        """Sleep until something may have become ready. Raises TimeoutException where the deadline is past."""
        wait_ns = shortest_wait_ns(nodes, self.can_execute)
        if deadline_ns is not None:
            left_ns = deadline_ns - time.monotonic_ns()
            if left_ns <= 0:
                raise TimeoutException
            wait_ns = left_ns if wait_ns is None else min(wait_ns, left_ns)
        self._waker.wait(None if wait_ns is None else wait_ns / 1e9)

    def _next(self, *args: Any, **kwargs: Any) -> _Entry:
        while True:
            if self._cb_iter is None or self._last_args != args or self._last_kwargs != kwargs:
                self._last_args, self._last_kwargs = args, kwargs
                self._cb_iter = self._wait_for_ready_callbacks(*args, **kwargs)
            try:
                return next(self._cb_iter)
            except StopIteration:
                self._cb_iter = None

    def wait_for_ready_callbacks(self, *args: Any, **kwargs: Any) -> tuple[Task, Entity | None, Node | None]:
        """The next ready task with its entity and node.

        Raises TimeoutException, ShutdownException, ExternalShutdownException or ConditionReachedException.
        """
        task, entity, node, kind = self._next(*args, **kwargs)
        return task or self._make_handler(entity, node, kind), entity, node

    def __enter__(self) -> Executor:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.shutdown()
