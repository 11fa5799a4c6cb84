"""What takes part in the transitions of a lifecycle node."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from rclpy.impl.lifecycle_state_machine import TransitionCallbackReturnType as TransitionCallbackReturn

if TYPE_CHECKING:
    from rclpy.lifecycle.node import LifecycleState


class ManagedEntity:
    """Base: agrees to every transition. `state` is the one in which the transition was asked for."""

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        return TransitionCallbackReturn.SUCCESS

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        return TransitionCallbackReturn.SUCCESS

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        return TransitionCallbackReturn.SUCCESS

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        return TransitionCallbackReturn.SUCCESS

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        return TransitionCallbackReturn.SUCCESS

    def on_error(self, state: LifecycleState) -> TransitionCallbackReturn:
        return TransitionCallbackReturn.SUCCESS


class SimpleManagedEntity(ManagedEntity):
    """Knows whether it is activated, and no more."""

    def __init__(self) -> None:
        self._enabled = False

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        self._enabled = True
        return TransitionCallbackReturn.SUCCESS

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        self._enabled = False
        return TransitionCallbackReturn.SUCCESS

    @property
    def is_activated(self) -> bool:
        return self._enabled

    @staticmethod
    def when_enabled(
        wrapped: Callable[..., None] | None = None, *, when_not_enabled: Callable[[], None] | None = None
    ) -> Callable[..., Any]:
        """Decorator of a method: a call has an effect only while the entity is activated."""

        def decorator(wrapped: Callable[..., None]) -> Callable[..., None]:
            @wraps(wrapped)
            def only_when_enabled_wrapper(self: SimpleManagedEntity, *args: Any, **kwargs: Any) -> None:
                if self._enabled:
                    wrapped(self, *args, **kwargs)
                elif when_not_enabled is not None:
                    when_not_enabled()

            return only_when_enabled_wrapper

        return decorator if wrapped is None else decorator(wrapped)
