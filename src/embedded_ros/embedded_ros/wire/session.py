"""A context's Zenoh session with its entity ids, its tokens and its view of the graph."""

from __future__ import annotations

import ctypes
import itertools
import logging
import math
import os
import threading
import weakref

import zenoh

from embedded_ros.wire.connect import open_zenoh
from embedded_ros.wire.direct import direct
from embedded_ros.wire.errors import ForkedError
from embedded_ros.wire.gate import Gate
from embedded_ros.wire.graph import GraphCache
from embedded_ros.wire.graph_watch import GraphWatch
from embedded_ros.wire.liveliness import Entity, EntityKind, graph_key
from embedded_ros.wire.qos import DEFAULT, Qos

_LOG = logging.getLogger("rmw_zenoh_cpp")
_GRAPH_TIMEOUT_S = 5.0
_SHORT_DEADLINE_NS = 100_000_000

_sessions: weakref.WeakSet[WireSession] = weakref.WeakSet()


class _Process:
    """Whether this process has opened a session, and whether a parent had."""

    has_opened = False
    is_forked = False


class WireSession:
    """Open session of one ROS context. Close it once; closing again does nothing."""

    def __init__(self, session: zenoh.Session, domain: int, enclave: str) -> None:
        self.zenoh = session
        self.domain = domain
        self.enclave = enclave
        self.zid = str(session.zid())
        self.graph = GraphCache()
        self.graph.add_listener(self, GraphWatch(self.graph, self.zid))
        self._ids = itertools.count()
        self._tokens: dict[str, zenoh.LivelinessToken] = {}
        self._lock = threading.Lock()
        self._is_abandoned = False
        self.publishers: set[object] = set()  # Zenoh's, of this session; see `abandon`
        self.gate = Gate(session)
        self._queues: dict[str, float] = {}
        self.shortest_queue = math.inf
        self._own_prefix = f"{graph_key(domain)[:-2]}{self.zid}/"
        self._has_router = bool(session.info.routers_zid())
        self._router_listener = session.info.declare_transport_events_listener(direct(self._on_transport))
        self._graph_subscriber = session.liveliness().declare_subscriber(
            graph_key(domain), direct(self._on_token), history=True
        )
        self._await_graph()

    def _on_transport(self, event: zenoh.TransportEvent) -> None:
        self.gate.forget()
        # Zenoh itself connects again, declares all anew and asks for what was missed; people want to know.
        if event.transport.whatami != zenoh.WhatAmI.ROUTER:
            return
        if event.kind == zenoh.SampleKind.DELETE:
            _LOG.warning(
                "lost the Zenoh router %s: other processes are out of reach until one is there again",
                event.transport.zid,
            )
        elif not self._has_router:
            _LOG.info("connected to the Zenoh router %s", event.transport.zid)
        self._has_router = event.kind == zenoh.SampleKind.PUT

    def _await_graph(self) -> None:
        # When the answers have ended, the subscriber has heard the same tokens: the graph is whole when the first node
        # starts. They are not put in themselves, for one may be gone by now, which the subscriber alone is told.
        list(self.zenoh.liveliness().get(graph_key(self.domain), timeout=_GRAPH_TIMEOUT_S))

    def _on_token(self, sample: zenoh.Sample) -> None:
        token = str(sample.key_expr)
        # Own entities enter the graph when they are declared, at once and in order.
        if token.startswith(self._own_prefix):
            return
        if sample.kind == zenoh.SampleKind.PUT:
            self.graph.put(token)
        else:
            self.graph.remove(token)

    def new_node(self, namespace: str, name: str) -> Entity:
        """A node entity with the next id; not yet declared."""
        number = next(self._ids)
        return Entity(
            domain=self.domain,
            zid=self.zid,
            nid=number,
            eid=number,
            kind=EntityKind.NODE,
            enclave=self.enclave,
            namespace=namespace,
            node_name=name,
        )

    def new_endpoint(
        self, node: Entity, kind: EntityKind, name: str, *, dds_type: str, type_hash: str, qos: Qos = DEFAULT
    ) -> Entity:
        """An endpoint of `node` with the next id; not yet declared. Raises InvalidQosError."""
        return Entity(
            domain=self.domain,
            zid=self.zid,
            nid=node.nid,
            eid=next(self._ids),
            kind=kind,
            enclave=self.enclave,
            namespace=node.namespace,
            node_name=node.node_name,
            name=name,
            dds_type=dds_type,
            type_hash=type_hash,
            qos=qos.resolved(),
        )

    def announce(self, entity: Entity) -> None:
        """Declare the entity's token, after the entity itself."""
        token = self.zenoh.liveliness().declare_token(entity.token)
        with self._lock:
            self._tokens[entity.token] = token
        self.graph.add(entity)

    def withdraw(self, entity: Entity) -> None:
        """Undeclare the entity's token, before the entity itself; nothing happens the second time."""
        with self._lock:
            token = self._tokens.pop(entity.token, None)
            self._queues.pop(entity.token, None)
            self.shortest_queue = min(self._queues.values(), default=math.inf)
        if token is None:
            return
        self.graph.remove(entity.token)
        if self.is_open:
            token.undeclare()  # type: ignore[no-untyped-call]

    def add_queue(self, entity: Entity) -> None:
        """The subscription's, for as long as it is not withdrawn."""
        depth = entity.qos.queue_depth
        # What is late by a few milliseconds must not pass for missing.
        is_timed = entity.qos.deadline_ns < _SHORT_DEADLINE_NS
        with self._lock:
            self._queues[entity.token] = 0 if is_timed else math.inf if depth is None else depth
            self.shortest_queue = min(self._queues.values())

    @property
    def is_open(self) -> bool:
        """False once closed, and in a child of fork."""
        return not self._is_abandoned and not self.zenoh.is_closed()

    def close(self) -> None:
        """End the session with all that it declared."""
        self.graph.close()
        self.gate.forget()
        if self.is_open:
            self.zenoh.close()  # type: ignore[no-untyped-call]

    def abandon(self) -> None:
        """Touch nothing of Zenoh any more, whose threads stayed with the parent: destructors would wait for them."""
        self._is_abandoned = True
        self.graph = GraphCache()  # of the other one a thread that is no more may hold the lock
        for held in (self.zenoh, *self.publishers):
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(held))


def open_session(domain: int, enclave: str = "/") -> WireSession:
    """Open the session that the environment describes.

    Raises ConfigError where that cannot be read, ForkedError where the parent of this process had a session.
    """
    if _Process.is_forked:
        raise ForkedError(
            "this process was forked from one that had a Zenoh session, and Zenoh's threads did not come along; "
            "fork before rclpy.init(), or use multiprocessing's start method 'spawn'"
        )
    _Process.has_opened = True
    session = WireSession(open_zenoh(), domain, enclave)
    _sessions.add(session)
    return session


def _after_fork() -> None:
    _Process.is_forked = _Process.has_opened
    for session in _sessions:
        session.abandon()


os.register_at_fork(after_in_child=_after_fork)
