"""The ROS graph as seen by one session: a set of entities, built from liveliness tokens in any order."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable

from embedded_ros.wire.errors import WireError
from embedded_ros.wire.liveliness import Entity, EntityKind, parse
from embedded_ros.wire.throttle import ThrottledWarning

_LOG = logging.getLogger("rmw_zenoh_cpp")

_LOOK_S = 0.5

GraphListener = Callable[[Entity, bool], None]
"""Called with an entity and True when it joins, False when it leaves, on the thread that saw the change."""


class GraphCache:
    """Entities by token; every change wakes `wait_for` and calls the listeners.

    The lock is never held while a listener runs, so a listener may ask the graph.
    """

    def __init__(self) -> None:
        self._entities: dict[str, Entity] = {}
        self._by_name: dict[tuple[EntityKind, str], dict[str, Entity]] = {}
        self._changed = threading.Condition()
        self._listeners: dict[object, GraphListener] = {}
        self._is_closed = False
        self._warn = ThrottledWarning(_LOG)

    def put(self, token: str) -> None:
        """Take in a token of another session; a malformed one is logged and left out."""
        try:
            entity = parse(token)
        except WireError as error:
            self._warn("ignored a liveliness token: %s", error)
            return
        self.add(entity, token)

    def add(self, entity: Entity, token: str | None = None) -> None:
        """Take in an entity under its token, or under `token` where the peer writes it otherwise."""
        with self._changed:
            key = token or entity.token
            if key in self._entities:
                return
            self._entities[key] = entity
            self._by_name.setdefault((entity.kind, entity.name), {})[key] = entity
            self._changed.notify_all()
        self._tell(entity, True)

    def remove(self, token: str) -> None:
        """Forget a token; nothing happens where it is unknown."""
        with self._changed:
            entity = self._entities.pop(token, None)
            if entity is None:
                return
            of_name = self._by_name[entity.kind, entity.name]
            del of_name[token]
            if not of_name:
                del self._by_name[entity.kind, entity.name]
            self._changed.notify_all()
        self._tell(entity, False)

    def _tell(self, entity: Entity, joined: bool) -> None:
        with self._changed:
            listeners = list(self._listeners.values())
        for listener in listeners:
            listener(entity, joined)

    def add_listener(self, owner: object, listener: GraphListener) -> None:
        """`owner` is the key with which the listener is removed again."""
        with self._changed:
            self._listeners[owner] = listener

    def remove_listener(self, owner: object) -> None:
        """Stop calling the owner's listener; one call may still be under way."""
        with self._changed:
            self._listeners.pop(owner, None)

    def wait_for(self, condition: Callable[[], bool], timeout_s: float | None) -> bool:
        """Block until `condition()` holds, checked at each change. False at the time-out or when closed."""
        end_s = math.inf if timeout_s is None else time.monotonic() + timeout_s
        with self._changed:
            while not self._is_closed and not condition():
                left_s = end_s - time.monotonic()
                if left_s <= 0:
                    return False
                # Not for longer: `wake` is lost where a signal handler calls it between the look and the wait.
                self._changed.wait(min(left_s, _LOOK_S))
            return not self._is_closed

    def wake(self) -> None:
        """Make each `wait_for` look at its condition again."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """End every `wait_for`, and tell nobody of changes any more."""
        with self._changed:
            self._is_closed = True
            self._listeners.clear()
            self._changed.notify_all()

    def entities(self, *kinds: EntityKind) -> list[Entity]:
        """All entities, or those of the given kinds."""
        with self._changed:
            found: Iterable[Entity] = self._entities.values()
            return [entity for entity in found if not kinds or entity.kind in kinds]

    def endpoints(self, kind: EntityKind, name: str) -> list[Entity]:
        """Endpoints of one kind on one fully qualified topic or service name."""
        with self._changed:
            return list(self._by_name.get((kind, name), {}).values())

    def count(self, kind: EntityKind, name: str) -> int:
        """How many endpoints of one kind are on a name."""
        return len(self.endpoints(kind, name))

    def has_server(self, name: str, dds_type: str) -> bool:
        """True where a server of that name and type lives; the hash is not compared, as in rmw_zenoh_cpp."""
        return any(entity.dds_type == dds_type for entity in self.endpoints(EntityKind.SERVICE, name))

    def nodes(self) -> list[Entity]:
        """One entity for each node: its own token, or the first endpoint's where that came first."""
        nodes: dict[tuple[str, str, str, int], Entity] = {}
        for entity in self.entities():
            if entity.kind is EntityKind.NODE or entity.node_key not in nodes:
                nodes[entity.node_key] = entity
        return list(nodes.values())

    def names_and_types(self, *kinds: EntityKind) -> list[tuple[str, list[str]]]:
        """Names of topics or services with their ROS types, both sorted."""
        return _names_and_types(self.entities(*kinds))

    def names_and_types_by_node(
        self, kind: EntityKind, node_name: str, namespace: str
    ) -> list[tuple[str, list[str]]] | None:
        """The same for one node; None where no such node lives."""
        of_node = [e for e in self.entities() if e.node_name == node_name and e.namespace == namespace]
        if not of_node:
            return None
        return _names_and_types([entity for entity in of_node if entity.kind is kind])


def _names_and_types(entities: Iterable[Entity]) -> list[tuple[str, list[str]]]:
    types: dict[str, set[str]] = {}
    for entity in entities:
        types.setdefault(entity.name, set()).add(entity.ros_type)
    return [(name, sorted(types[name])) for name in sorted(types)]
