"""Futures and the tasks that executors run."""

from __future__ import annotations

import inspect
import sys
import threading
import warnings
import weakref
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rclpy.executors import Executor


class Future:
    """A result to come. Done callbacks run on its executor, or at once where it has none."""

    def __init__(self, *, executor: Executor | None = None) -> None:
        self._done = False
        self._cancelled = False
        self._result: Any = None
        self._exception: BaseException | None = None
        self._exception_fetched = False
        self._callbacks: list[Callable[[Future], Any]] = []
        self._wakers: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._executor: weakref.ReferenceType[Executor] | None = None
        self._set_executor(executor)

    def __del__(self) -> None:
        if self._exception is not None and not self._exception_fetched:
            print(f"The following exception was never retrieved: {self._exception}", file=sys.stderr)

    def __await__(self) -> Generator[Future | None, None, Any]:
        while not self._done:
            # The task that is resumed with this knows what it waits for. A task of asyncio only takes None.
            yield None if _is_in_asyncio() else self
        return self.result()

    def cancel(self) -> None:
        with self._lock:
            if not self._done:
                self._cancelled = True
        self._schedule_or_invoke_done_callbacks()

    def cancelled(self) -> bool:
        return self._cancelled

    def done(self) -> bool:
        return self._done

    def result(self) -> Any:
        """The result; raises the exception that was set instead, and gives None where there is none yet."""
        if self._exception:
            self._exception_fetched = True
            raise self._exception
        return self._result

    def exception(self) -> BaseException | None:
        self._exception_fetched = True
        return self._exception

    def set_result(self, result: Any) -> None:
        with self._lock:
            self._result = result
            self._done = True
            self._cancelled = False
        self._schedule_or_invoke_done_callbacks()

    def set_exception(self, exception: BaseException) -> None:
        with self._lock:
            self._exception = exception
            self._exception_fetched = False
            self._done = True
            self._cancelled = False
        self._schedule_or_invoke_done_callbacks()

    def _schedule_or_invoke_done_callbacks(self) -> None:
        with self._lock:
            executor = self._get_executor()
            callbacks, self._callbacks = self._callbacks, []
            wakers, self._wakers = self._wakers, []
        for callback in callbacks:
            if executor is not None:
                executor.create_task(callback, self)
                continue
            try:
                callback(self)
            except Exception as error:
                warnings.warn(f"Unhandled exception in done callback: {error}", stacklevel=2)
        for waker in wakers:
            waker()

    def _get_executor(self) -> Executor | None:
        return self._executor() if self._executor is not None else None

    def _set_executor(self, executor: Executor | None) -> None:
        with self._lock:
            self._executor = None if executor is None else weakref.ref(executor)

    def _add_waker(self, waker: Callable[[], None]) -> None:
        """Call `waker` when the future is done, on the thread that completes it; at once where it already is."""
        with self._lock:
            if not self._done:
                if waker not in self._wakers:
                    self._wakers.append(waker)
                return
        waker()

    def add_done_callback(self, callback: Callable[[Future], Any]) -> None:
        """`callback(future)` when it is done; for a future that is done already, now."""
        with self._lock:
            if not self._done:
                self._callbacks.append(callback)
                return
            executor = self._get_executor()
        if executor is not None:
            executor.create_task(callback, self)
        else:
            callback(self)


class Task(Future):
    """A function or coroutine that an executor runs, step by step; done with its return value."""

    def __init__(
        self,
        handler: Callable[..., Any] | Coroutine[Any, Any, Any],
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
        executor: Executor | None = None,
    ) -> None:
        super().__init__(executor=executor)
        self._args: Sequence[Any] = () if args is None else args
        self._kwargs: Mapping[str, Any] = {} if kwargs is None else kwargs
        self._handler: Any = handler
        if inspect.iscoroutinefunction(handler):
            self._handler = handler(*self._args, **self._kwargs)
            self._args, self._kwargs = (), {}
        self._executing = False
        # An executor's mark: a thread was told to call the task, and none other needs to be.
        self._is_handed_over = False
        self._waits_for: Future | None = None
        self._task_lock = threading.Lock()

    def __call__(self) -> None:
        """Run, or go on after an await; does nothing while it runs elsewhere or when it is done."""
        if self._done or self._executing or not self._task_lock.acquire(blocking=False):
            return
        try:
            if self.done():
                return
            self._executing = True
            if inspect.iscoroutine(self._handler):
                self._step(self._handler)
            else:
                self._run()
            self._executing = False
        finally:
            self._task_lock.release()

    def _step(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        try:
            awaited = coroutine.send(None)
        except StopIteration as end:
            coroutine.close()
            self.set_result(end.value)
            self._complete_task()
        except Exception as error:
            self.set_exception(error)
            self._complete_task()
        else:
            self._wait_for(awaited if isinstance(awaited, Future) else None)

    def _wait_for(self, awaited: Future | None) -> None:
        self._waits_for = awaited
        executor = self._get_executor()
        if awaited is not None and executor is not None:
            awaited._add_waker(executor.wake)

    def _run(self) -> None:
        try:
            self.set_result(self._handler(*self._args, **self._kwargs))
        except Exception as error:
            self.set_exception(error)
        self._complete_task()

    def _complete_task(self) -> None:
        self._handler = None
        self._args, self._kwargs = (), {}
        self._waits_for = None

    def executing(self) -> bool:
        """True also while it is handed over to a thread that will run it."""
        return self._executing or self._is_handed_over

    def _is_blocked(self) -> bool:
        """True while the coroutine awaits a future that is not done."""
        return self._waits_for is not None and not self._waits_for.done()


def _is_in_asyncio() -> bool:
    # Not imported for this question: that would double the time of `import rclpy`.
    asyncio: Any = sys.modules.get("asyncio")
    return asyncio is not None and asyncio._get_running_loop() is not None
