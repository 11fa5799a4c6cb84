"""Runs launch descriptions."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
import traceback
from collections.abc import Coroutine, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from .event_handlers import OnIncludeLaunchDescription, OnShutdown
from .events import IncludeLaunchDescription, Shutdown
from .events.process import SignalProcess
from .launch_context import LaunchContext
from .logging import get_logger, launch_config, log_launch_config
from .utilities import (
    AsyncSafeSignalManager,
    normalize_to_list_of_entities,
    visit_all_entities_and_collect_futures,
)
from .utilities.event_loops import is_running_in, loop_of_thread, moved

if TYPE_CHECKING:
    from .event import Event
    from .launch_description import LaunchDescription
    from .launch_description_entity import LaunchDescriptionEntity


class LaunchService:
    """Visits descriptions and handles events until everything is over.

    `argv`: arguments for the entities. `noninteractive`: no terminal passes Ctrl-C on to the processes. `debug`: log
    more.
    """

    def __init__(self, *, argv: Iterable[str] | None = None, noninteractive: bool = False, debug: bool = False) -> None:
        launch_config.level = logging.DEBUG if debug else logging.INFO
        self._debug = debug
        self._logger = get_logger("launch")
        self.__context = LaunchContext(argv=argv, noninteractive=noninteractive)
        self.__context.register_event_handler(OnIncludeLaunchDescription())
        self.__context.register_event_handler(OnShutdown(on_shutdown=self._on_shutdown))
        self._entity_future_pairs: list[tuple[LaunchDescriptionEntity, asyncio.Future[Any]]] = []
        # Guards the loop: other threads emit events while run() may be ending.
        self._loop_lock = threading.RLock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._shutting_down = False
        self._return_code = 0

    @property
    def context(self) -> LaunchContext:
        """The launch's state."""
        return self.__context

    @property
    def event_loop(self) -> asyncio.AbstractEventLoop | None:
        """The loop that runs the launch; None unless it runs."""
        return self._loop

    @property
    def task(self) -> Any:
        """The task that runs the launch."""
        return self._task

    def emit_event(self, event: Event) -> None:
        """Queue an event, from any thread; before the launch runs, it waits for that."""
        with self._loop_lock:
            if self._loop is None or is_running_in(self._loop):
                self.__context.emit_event_sync(event)
                return
            emitted = asyncio.run_coroutine_threadsafe(self.__context.emit_event(event), self._loop)
        emitted.result()

    def include_launch_description(self, launch_description: LaunchDescription) -> None:
        """Run a description, now or when the launch is started; from any thread."""
        self.emit_event(IncludeLaunchDescription(launch_description))

    def run(self, *, shutdown_when_idle: bool = True) -> int:
        """Run until all is over; from the main thread. Gives 0, or 1 if anything went wrong in launch itself."""
        return loop_of_thread().run_until_complete(self.run_async(shutdown_when_idle=shutdown_when_idle))

    async def run_async(self, *, shutdown_when_idle: bool = True) -> int:
        """As `run`, inside a loop that runs already; `shutdown_when_idle` False: until `shutdown` is called."""
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("LaunchService can only be run in the main thread.")
        self._return_code = 0
        with self._attached_to(asyncio.get_running_loop()):
            log_launch_config(logger=self._logger)
            await self._work(shutdown_when_idle=shutdown_when_idle)
        return self._return_code

    def shutdown(self, force_sync: bool = False) -> Coroutine[Any, Any, None] | None:
        """End everything, from any thread; in the loop's thread gives a coroutine to await, unless `force_sync`."""
        with self._loop_lock:
            if self._loop is None:
                return None
            return self._shutdown(reason="LaunchService.shutdown() called", force_sync=force_sync)

    @contextlib.contextmanager
    def _attached_to(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        with self._loop_lock:
            if self._loop is not None:
                raise RuntimeError("LaunchService cannot be run multiple times concurrently.")
            loop.set_debug(self._debug)
            replaced_handler = loop.get_exception_handler()
            loop.set_exception_handler(self._on_loop_exception)
            self._task = asyncio.current_task(loop)
            self.__context._set_asyncio_loop(loop)
            self.__context._set_is_shutdown(False)
            self.__context._event_queue = moved(self.__context._event_queue)
            self._loop = loop
        try:
            with AsyncSafeSignalManager(loop) as manager:
                manager.handle(signal.SIGINT, self._on_sigint)
                for signum in (signal.SIGTERM, signal.SIGQUIT):
                    manager.handle(signum, self._on_sigterm)
                yield
        finally:
            with self._loop_lock:
                loop.set_exception_handler(replaced_handler)
                self.__context._set_asyncio_loop(None)
                self._loop = None
                self._shutting_down = False

    async def _work(self, *, shutdown_when_idle: bool) -> None:
        event_task: asyncio.Task[None] | None = None
        try:
            while True:
                if self._is_idle():
                    if self._shutting_down:
                        return
                    if shutdown_when_idle:
                        self._shutdown(reason="idle", force_sync=True)
                if event_task is None or event_task.done():
                    event_task = asyncio.create_task(self._process_one_event())
                await self._wait_for_news(event_task)
        except asyncio.CancelledError:
            self._logger.error("run task was canceled")  # noqa: TRY400
            self._return_code = 1
        finally:
            if event_task is not None:
                event_task.cancel()
                await asyncio.wait([event_task])

    async def _wait_for_news(self, event_task: asyncio.Task[None]) -> None:
        futures = [future for _, future in self._entity_future_pairs]
        futures += self.__context._completion_futures
        done, _ = await asyncio.wait([*futures, event_task], return_when=asyncio.FIRST_COMPLETED)
        for future in done:
            error = None if future.cancelled() else future.exception()
            if error is not None:
                self._on_error(error)

    def _on_error(self, error: BaseException) -> None:
        message = f"Caught exception in launch (see debug for traceback): {error}"
        self._logger.debug("".join(traceback.format_exception(error)))
        self._logger.error(message)
        self._return_code = 1
        self._shutdown(reason=message, force_sync=True)

    def _is_idle(self) -> bool:
        context = self.__context
        self._entity_future_pairs = [pair for pair in self._entity_future_pairs if not pair[1].done()]
        context._completion_futures = [f for f in context._completion_futures if not f.done()]
        return not self._entity_future_pairs and not context._completion_futures and context._event_queue.empty()

    async def _process_one_event(self) -> None:
        event = await self.__context._event_queue.get()
        self._logger.debug("processing event: '%s'", event)
        for event_handler in tuple(self.__context._event_handlers):
            if event_handler.matches(event):
                self.__context._push_locals()
                try:
                    for entity in normalize_to_list_of_entities(event_handler.handle(event, self.__context)):
                        self._entity_future_pairs += visit_all_entities_and_collect_futures(entity, self.__context)
                finally:
                    self.__context._pop_locals()

    def _on_shutdown(self, event: Shutdown, context: LaunchContext) -> None:  # noqa: ARG002
        self._shutting_down = True
        context._set_is_shutdown(True)

    def _shutdown(
        self, *, reason: str, due_to_sigint: bool = False, force_sync: bool = False
    ) -> Coroutine[Any, Any, None] | None:
        emitted: Coroutine[Any, Any, None] | None = None
        if not self._shutting_down:
            event = Shutdown(reason=reason, due_to_sigint=due_to_sigint)
            if force_sync or self._loop is None:
                self.__context.emit_event_sync(event)
            elif is_running_in(self._loop):
                emitted = self.__context.emit_event(event)
            else:
                self.emit_event(event)
        self._shutting_down = True
        self.__context._set_is_shutdown(True)
        return emitted

    def _on_sigint(self, signum: int) -> None:  # noqa: ARG002
        if self._shutting_down:
            self._logger.warning("user interrupted with ctrl-c (SIGINT) again, ignoring...")
            return
        self._logger.warning("user interrupted with ctrl-c (SIGINT)")
        self._shutdown(reason="ctrl-c (SIGINT)", due_to_sigint=True, force_sync=True)

    def _on_sigterm(self, signum: int) -> None:
        name = signal.Signals(signum).name
        self._return_code = 1
        if not self._shutting_down:
            self._logger.error("%s received, shutting down; once more kills what still runs", name)
            self._shutdown(reason=name, force_sync=True)
            return
        # Only killing them leaves no orphans: who sends SIGTERM twice does not want to wait.
        self._logger.error("%s received again, killing all processes", name)
        self.__context.emit_event_sync(SignalProcess(signal_number=signal.SIGKILL, process_matcher=_is_started))

    def _on_loop_exception(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._return_code = 1
        loop.default_exception_handler(context)


def _is_started(action: Any) -> bool:
    return "pid" in (action.process_details or {})
