"""A context's Zenoh session with its entity ids, its tokens and its view of the graph."""

from __future__ import annotations

import itertools
import logging
import threading

import zenoh

from embedded_ros.wire.config import session_config, session_is_default
from embedded_ros.wire.direct import direct
from embedded_ros.wire.errors import RouterAwayError
from embedded_ros.wire.graph import GraphCache
from embedded_ros.wire.liveliness import Entity, EntityKind, graph_key
from embedded_ros.wire.qos import DEFAULT, Qos

_LOG = logging.getLogger("rmw_zenoh_cpp")
_GRAPH_TIMEOUT_S = 5.0


class WireSession:
    """Open session of one ROS context. Close it once; closing again does nothing."""

    def __init__(self, session: zenoh.Session, domain: int, enclave: str) -> None:
        self.zenoh = session
        self.domain = domain
        self.enclave = enclave
        self.zid = str(session.zid())
        self.graph = GraphCache()
        self._ids = itertools.count()
        self._tokens: dict[str, zenoh.LivelinessToken] = {}
        self._lock = threading.Lock()
        self._own_prefix = f"{graph_key(domain)[:-2]}{self.zid}/"
        self._load_graph()
        self._graph_subscriber = session.liveliness().declare_subscriber(
            graph_key(domain), direct(self._on_token), history=True
        )

    def _load_graph(self) -> None:
        # Asked once before the subscription, so that the graph is whole when the first node starts.
        for reply in self.zenoh.liveliness().get(graph_key(self.domain), timeout=_GRAPH_TIMEOUT_S):
            if reply.ok is not None:
                self._put(str(reply.ok.key_expr))

    def _put(self, token: str) -> None:
        # Own entities enter the graph when they are declared, at once and in order.
        if not token.startswith(self._own_prefix):
            self.graph.put(token)

    def _on_token(self, sample: zenoh.Sample) -> None:
        token = str(sample.key_expr)
        if sample.kind == zenoh.SampleKind.PUT:
            self._put(token)
        elif not token.startswith(self._own_prefix):
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
        if token is None:
            return
        self.graph.remove(entity.token)
        if not self.zenoh.is_closed():
            token.undeclare()  # type: ignore[no-untyped-call]

    @property
    def is_open(self) -> bool:
        """False once closed, from here or by the router."""
        return not self.zenoh.is_closed()

    def close(self) -> None:
        """End the session with all that it declared."""
        self.graph.close()
        if not self.zenoh.is_closed():
            self.zenoh.close()  # type: ignore[no-untyped-call]


def open_session(domain: int, enclave: str = "/") -> WireSession:
    """Open the session that the environment describes; starts a router where the default one is away.

    Raises RouterAwayError where nothing answers, ConfigError where the configuration cannot be read.
    """
    if session_is_default():
        # Imported here: a process with its own configuration needs none of it.
        from embedded_ros.wire.router_start import ensure_router

        ensure_router()
    config = session_config()
    try:
        session = zenoh.open(config)
    except zenoh.ZError as error:
        endpoints = config.get_json("connect/endpoints")
        raise RouterAwayError(
            f"no Zenoh router at {endpoints}: {error}; start one with 'ros2 run rmw_zenoh_cpp rmw_zenohd', "
            "or name another in ZENOH_CONFIG_OVERRIDE='connect/endpoints=[\"tcp/HOST:7447\"]'"
        ) from error
    return WireSession(session, domain, enclave)
