"""Runs a Python coroutine beside the launch."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

from ..action import Action
from ..event_handlers import OnShutdown
from ..utilities import ensure_argument_type

if TYPE_CHECKING:
    from ..event import Event
    from ..launch_context import LaunchContext


class OpaqueCoroutine(Action):
    """Runs `coroutine(context, *args, **kwargs)` (no context if `ignore_context`); cancelled on shutdown."""

    def __init__(
        self,
        *,
        coroutine: Callable[..., Awaitable[None]],
        args: Iterable[Any] | None = None,
        kwargs: dict[str, Any] | None = None,
        ignore_context: bool = False,
        **left_over_kwargs: Any,
    ) -> None:
        super().__init__(**left_over_kwargs)
        if not inspect.iscoroutinefunction(coroutine):
            raise TypeError(f"OpaqueCoroutine expected a coroutine function for 'coroutine', got '{type(coroutine)}'")
        ensure_argument_type(args, (Iterable, type(None)), "args", "OpaqueCoroutine")
        ensure_argument_type(kwargs, (dict, type(None)), "kwargs", "OpaqueCoroutine")
        ensure_argument_type(ignore_context, bool, "ignore_context", "OpaqueCoroutine")
        self._coroutine = coroutine
        self._args = () if args is None else tuple(args)
        self._kwargs = kwargs or {}
        self._ignore_context = ignore_context
        self._future: asyncio.Future[Any] | None = None

    def execute(self, context: LaunchContext) -> None:
        """Start the coroutine."""
        args = self._args if self._ignore_context else (context, *self._args)
        self._future = context.asyncio_loop.create_task(self._coroutine(*args, **self._kwargs))
        context.register_event_handler(OnShutdown(on_shutdown=self._cancel))

    def _cancel(self, event: Event, context: LaunchContext) -> None:  # noqa: ARG002
        if self._future is not None:
            self._future.cancel()

    def get_asyncio_future(self) -> asyncio.Future[Any] | None:
        """Done when the coroutine is."""
        return self._future
