"""Says what is wrong in the graph, as far as it concerns this session: one line a case."""

from __future__ import annotations

import logging

from embedded_ros.wire.graph import GraphCache
from embedded_ros.wire.liveliness import Entity, EntityKind

_LOG = logging.getLogger("rmw_zenoh_cpp")
_MAX_CASES = 1000

_COUNTERPARTS = {
    EntityKind.PUBLISHER: EntityKind.SUBSCRIPTION,
    EntityKind.SUBSCRIPTION: EntityKind.PUBLISHER,
    EntityKind.SERVICE: EntityKind.CLIENT,
    EntityKind.CLIENT: EntityKind.SERVICE,
}
_NO_HASH = "TypeHashNotSupported"


class GraphWatch:
    """A graph listener. Cases: two nodes of one name, and endpoints that never meet, for their types differ."""

    def __init__(self, graph: GraphCache, zid: str) -> None:
        self._graph = graph
        self._zid = zid
        self._told: set[tuple[str, ...]] = set()

    def __call__(self, entity: Entity, joined: bool) -> None:
        """See GraphListener."""
        if not joined:
            return
        if entity.kind is EntityKind.NODE:
            self._check_node(entity)
        else:
            self._check_endpoint(entity)

    def _check_node(self, entity: Entity) -> None:
        for other in self._graph.entities(EntityKind.NODE):
            is_same = (other.namespace, other.node_name) == (entity.namespace, entity.node_name)
            if not is_same or other.zid == entity.zid or self._zid not in (other.zid, entity.zid):
                continue
            foreign = other if entity.zid == self._zid else entity
            if self._is_new(foreign.node_path, foreign.zid):
                _LOG.warning(
                    "two nodes are named '%s': one here (Zenoh session %s), one in session %s; rename one of them "
                    "with --ros-args -r __node:=NAME",
                    foreign.node_path,
                    self._zid,
                    foreign.zid,
                )

    def _check_endpoint(self, entity: Entity) -> None:
        for other in self._graph.endpoints(_COUNTERPARTS[entity.kind], entity.name):
            if (other.dds_type, other.type_hash) == (entity.dds_type, entity.type_hash):
                continue
            if self._zid not in (other.zid, entity.zid):
                continue
            own, foreign = (entity, other) if entity.zid == self._zid else (other, entity)
            if self._is_new(own.name, *_type(own), *_type(foreign)):
                _LOG.warning("%s", _mismatch(own, foreign))

    def _is_new(self, *case: str) -> bool:
        if case in self._told:
            return False
        if len(self._told) >= _MAX_CASES:
            self._told.clear()
        self._told.add(case)
        return True


def _type(entity: Entity) -> tuple[str, str, str]:
    return (entity.kind, entity.dds_type, entity.type_hash)


def _mismatch(own: Entity, foreign: Entity) -> str:
    why = "give both the same interface"
    if own.ros_type == foreign.ros_type:
        why = "build both with the same definition"
        if _NO_HASH in (own.type_hash, foreign.type_hash):
            why = "ROS 2 before Iron has no type hashes, and can't be in one graph with this one"
    sides = (
        f"{entity.kind.name.lower()} of node '{entity.node_path}' has {entity.ros_type} ({entity.type_hash})"
        for entity in (own, foreign)
    )
    return f"on '{own.name}' nothing arrives between two endpoints: {', '.join(sides)}; {why}"
