"""Which callbacks may run at the same time."""

from __future__ import annotations

import threading
import weakref
from typing import Protocol


class _Entity(Protocol):
    """Anything that an executor calls back for."""


class CallbackGroup:
    """Base class. A group knows its entities weakly: it never keeps one alive."""

    def __init__(self) -> None:
        super().__init__()
        self.entities: set[weakref.ReferenceType[_Entity]] = set()

    def add_entity(self, entity: _Entity) -> None:
        self.entities.add(weakref.ref(entity, self.entities.discard))

    def has_entity(self, entity: _Entity) -> bool:
        return weakref.ref(entity) in self.entities

    def can_execute(self, entity: _Entity) -> bool:
        """True where the entity's callback may begin now."""
        raise NotImplementedError("CallbackGroup.can_execute: use a subclass such as ReentrantCallbackGroup")

    def beginning_execution(self, entity: _Entity) -> bool:
        """Ask for the right to run; False where another callback of the group runs."""
        raise NotImplementedError("CallbackGroup.beginning_execution: use a subclass such as ReentrantCallbackGroup")

    def ending_execution(self, entity: _Entity) -> None:
        """Give the right back."""
        raise NotImplementedError("CallbackGroup.ending_execution: use a subclass such as ReentrantCallbackGroup")


class ReentrantCallbackGroup(CallbackGroup):
    """Callbacks run in parallel without restriction."""

    def can_execute(self, entity: _Entity) -> bool:
        return True

    def beginning_execution(self, entity: _Entity) -> bool:
        return True

    def ending_execution(self, entity: _Entity) -> None:
        return None


class MutuallyExclusiveCallbackGroup(CallbackGroup):
    """One callback at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._active_entity: _Entity | None = None
        self._lock = threading.Lock()

    def can_execute(self, entity: _Entity) -> bool:
        with self._lock:
            return self._active_entity is None

    def beginning_execution(self, entity: _Entity) -> bool:
        with self._lock:
            if self._active_entity is None:
                self._active_entity = entity
                return True
        return False

    def ending_execution(self, entity: _Entity) -> None:
        with self._lock:
            if self._active_entity is entity:
                self._active_entity = None
