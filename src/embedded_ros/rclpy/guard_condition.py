"""Callbacks that other threads ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rclpy.callback_groups import CallbackGroup
from rclpy.context import Context
from rclpy.impl.errors import InvalidHandle
from rclpy.impl.handle import Handle
from rclpy.utilities import get_default_context


class GuardConditionHandle(Handle):
    """The flag of a guard condition. `on_change` is called when it is raised."""

    def __init__(self) -> None:
        super().__init__()
        self.on_change: Callable[[], None] | None = None
        self.is_triggered = False

    def trigger_guard_condition(self) -> None:
        self.is_triggered = True
        if self.on_change is not None:
            self.on_change()


class GuardCondition:
    """Made by `Node.create_guard_condition`."""

    def __init__(
        self,
        callback: Callable[[], Any] | None,
        callback_group: CallbackGroup | None,
        context: Context | None = None,
    ) -> None:
        self._context = get_default_context() if context is None else context
        if self._context.handle is None:
            raise InvalidHandle("a guard condition needs an initialized context; call rclpy.init() first")
        self.__gc = GuardConditionHandle()
        self.callback = callback
        self.callback_group = callback_group
        self._executor_event = False

    def trigger(self) -> None:
        """Ask for the callback; thread-safe."""
        with self.__gc:
            self.__gc.trigger_guard_condition()

    @property
    def handle(self) -> GuardConditionHandle:
        return self.__gc

    def destroy(self) -> None:
        self.__gc.destroy_when_not_in_use()
