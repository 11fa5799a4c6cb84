"""One ROS session: from init to shutdown."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from inspect import ismethod
from types import TracebackType
from typing import TYPE_CHECKING
from weakref import WeakMethod

from embedded_ros.absent import module_getattr

if TYPE_CHECKING:
    from rclpy.impl.context_handle import ContextHandle

__getattr__ = module_getattr(__name__, frozenset({"g_logging_configure_lock", "g_logging_ref_count"}))


class Context:
    """Holds the middleware session and the arguments. `with Context() as context:` inits and shuts down."""

    def __init__(self) -> None:
        # Re-entrant: a signal handler may run on the thread that holds it.
        self._lock = threading.RLock()
        self._callbacks: list[Callable[[], Callable[[], None] | None]] = []
        self.__context: ContextHandle | None = None

    @property
    def handle(self) -> ContextHandle | None:
        return self.__context

    def destroy(self) -> None:
        """Release the session."""
        if self.__context is not None:
            self.__context.destroy_when_not_in_use()

    def init(
        self, args: list[str] | None = None, *, initialize_logging: bool = True, domain_id: int | None = None
    ) -> None:
        """Read the arguments (default: the process's) and open the session. Once only."""
        from rclpy.impl.context_handle import ContextHandle

        with self._lock:
            if domain_id is not None and domain_id < 0:
                raise RuntimeError(f"Domain id ({domain_id}) should not be lower than zero.")
            if self.__context is not None:
                raise RuntimeError("Context.init() must only be called once")
            self.__context = ContextHandle(sys.argv if args is None else args, domain_id, initialize_logging)

    def ok(self) -> bool:
        """True from init to shutdown. Takes no lock: executors ask for every callback."""
        return self.__context is not None and self.__context.ok()

    def shutdown(self) -> None:
        """Close the session; raises RuntimeError before init, RCLError when it is shut down already."""
        if self.__context is None:
            raise RuntimeError("Context must be initialized before it can be shutdown")
        with self._lock:
            self.__context.shutdown()
            self._call_on_shutdown_callbacks()

    def try_shutdown(self) -> None:
        """Close the session if it is open."""
        if self.__context is None:
            return
        with self._lock:
            if self.__context.ok():
                self.shutdown()
            else:
                self.__context.close()

    def _call_on_shutdown_callbacks(self) -> None:
        callbacks, self._callbacks = self._callbacks, []
        for get_callback in callbacks:
            callback = get_callback()
            if callback is not None:
                callback()

    def on_shutdown(self, callback: Callable[[], None]) -> None:
        """Call back at shutdown; a bound method is held weakly. After shutdown: call back now."""
        if not callable(callback):
            raise TypeError(f"callback should be a callable, got {type(callback)}")
        with self._lock:
            if self.__context is not None and not self.__context.ok():
                callback()
            elif ismethod(callback):
                self._callbacks.append(WeakMethod(callback, self._remove_callback))
            else:
                self._callbacks.append(lambda: callback)

    def _remove_callback(self, method: Callable[[], Callable[[], None] | None]) -> None:
        if method in self._callbacks:
            self._callbacks.remove(method)

    def get_domain_id(self) -> int:
        """`ROS_DOMAIN_ID` unless init was given another."""
        if self.__context is None:
            raise RuntimeError("Context must be initialized before it can have a domain id")
        return self.__context.get_domain_id()

    def __enter__(self) -> Context:
        self.init()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        self.try_shutdown()
