"""State of one launch: configurations, environment, locals, event queue."""

from __future__ import annotations

import asyncio
import collections
import os
from collections.abc import Iterable, MutableMapping
from typing import TYPE_CHECKING, Any

from .logging import get_logger

if TYPE_CHECKING:
    from .event import Event
    from .event_handler import BaseEventHandler
    from .substitution import Substitution


class _Locals:
    """Read-only attributes."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__["_values"] = values

    def __getattr__(self, key: str) -> Any:
        values = self.__dict__["_values"]
        if key not in values:
            raise AttributeError(
                f"context.locals does not contain attribute '{key}', it contains: [{', '.join(values)}]"
            )
        return values[key]

    def __setattr__(self, key: str, value: Any) -> None:
        raise AttributeError(f"can't set attribute '{key}', locals are read-only: use context.extend_locals()")


class LaunchContext:
    """What entities see while they run. `argv` are the launch's arguments; `noninteractive`: no terminal is there."""

    def __init__(self, *, argv: Iterable[str] | None = None, noninteractive: bool = False) -> None:
        self._argv = [] if argv is None else argv
        self._noninteractive = noninteractive
        self._event_queue: asyncio.Queue[Event] = asyncio.Queue()
        self._event_handlers: collections.deque[BaseEventHandler] = collections.deque()
        self._completion_futures: list[asyncio.Future[Any]] = []
        self._globals: dict[str, Any] = {}
        self._locals: dict[str, Any] = {}
        self._locals_stack: list[dict[str, Any]] = []
        self._launch_configurations: dict[str, str] = {}
        self._launch_configurations_stack: list[dict[str, str]] = []
        self._environment_stack: list[dict[str, str]] = []
        self._environment_at_start = dict(os.environ)
        self._is_shutdown = False
        self._asyncio_loop: asyncio.AbstractEventLoop | None = None
        self._logger = get_logger(__name__)

    @property
    def argv(self) -> Iterable[str]:
        """Arguments of the launch."""
        return self._argv

    @property
    def noninteractive(self) -> bool:
        """True: no terminal passes Ctrl-C on to the processes."""
        return self._noninteractive

    @property
    def is_shutdown(self) -> bool:
        """True once the launch is going down."""
        return self._is_shutdown

    def _set_is_shutdown(self, state: bool) -> None:
        self._is_shutdown = state

    @property
    def asyncio_loop(self) -> Any:
        """The running event loop; None unless the launch runs."""
        return self._asyncio_loop

    def _set_asyncio_loop(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self._asyncio_loop = loop

    def add_completion_future(self, completion_future: asyncio.Future[Any]) -> None:
        """The launch is not idle before this future is done."""
        self._completion_futures.append(completion_future)

    @property
    def locals(self) -> Any:
        """Locals (and globals) as read-only attributes."""
        return _Locals(self.get_locals_as_dict())

    def get_locals_as_dict(self) -> dict[str, Any]:
        """Locals over globals."""
        return {**self._globals, **self._locals}

    def extend_globals(self, extensions: dict[str, Any]) -> None:
        """Add members to `locals` for the rest of the launch."""
        self._globals.update(extensions)

    def extend_locals(self, extensions: dict[str, Any]) -> None:
        """Add members to `locals` until the current event is handled."""
        self._locals.update(extensions)

    def _push_locals(self) -> None:
        self._locals_stack.append(dict(self._locals))

    def _pop_locals(self) -> None:
        self._locals = _popped(self._locals_stack, "locals")

    @property
    def launch_configurations(self) -> dict[str, str]:
        """Values of the launch's arguments and configurations."""
        return self._launch_configurations

    def _push_launch_configurations(self) -> None:
        self._launch_configurations_stack.append(dict(self._launch_configurations))

    def _pop_launch_configurations(self) -> None:
        self._launch_configurations = _popped(self._launch_configurations_stack, "launch_configurations")

    @property
    def environment(self) -> MutableMapping[str, str]:
        """Environment of the processes to be started: this process' own."""
        return os.environ

    def _push_environment(self) -> None:
        self._environment_stack.append(dict(os.environ))

    def _pop_environment(self) -> None:
        self._set_environment(_popped(self._environment_stack, "environment"))

    def _reset_environment(self) -> None:
        self._set_environment(self._environment_at_start)

    @staticmethod
    def _set_environment(values: dict[str, str]) -> None:
        # os.environ itself stays: assigning another mapping would not reach the C library.
        os.environ.clear()
        os.environ.update(values)

    def would_handle_event(self, event: Event) -> bool:
        """Whether any handler matches the event."""
        return any(handler.matches(event) for handler in self._event_handlers)

    def register_event_handler(self, event_handler: BaseEventHandler, append: bool = False) -> None:
        """Add a handler: before all others, or after them if `append`."""
        if append:
            self._event_handlers.append(event_handler)
        else:
            self._event_handlers.appendleft(event_handler)

    def unregister_event_handler(self, event_handler: BaseEventHandler) -> None:
        """Remove a handler; ValueError if it is not registered."""
        self._event_handlers.remove(event_handler)

    def emit_event_sync(self, event: Event) -> None:
        """Queue an event; call it from the loop's thread."""
        self._logger.debug("emitting event synchronously: '%s'", event.name)
        self._event_queue.put_nowait(event)

    async def emit_event(self, event: Event) -> None:
        """Queue an event."""
        self._logger.debug("emitting event: '%s'", event.name)
        await self._event_queue.put(event)

    def perform_substitution(self, substitution: Substitution) -> str:
        """The substitution's value."""
        return substitution.perform(self)


def _popped(stack: list[dict[str, Any]], name: str) -> dict[str, Any]:
    if not stack:
        raise RuntimeError(f"{name} stack unexpectedly empty: a pop without its push")
    return stack.pop()
