"""Publishing side of a topic."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import zenoh
from zenoh import ext

from embedded_ros.wire import attachment
from embedded_ros.wire.errors import SessionClosedError, reason
from embedded_ros.wire.liveliness import Entity
from embedded_ros.wire.qos import KEEP_ALL
from embedded_ros.wire.session import WireSession

_HEARTBEAT_S = 0.5


class WirePublisher:
    """Declares the publisher and its token; `put` sends serialized messages."""

    def __init__(self, session: WireSession, entity: Entity) -> None:
        self.entity = entity
        self.on_message: Callable[[], None] | None = None
        self._session = session
        self._sequence = 0
        self._lock = threading.Lock()
        self._publisher = _declare(session.zenoh, entity)
        self._put = self._publisher.put
        session.publishers.add(self._publisher)
        session.announce(entity)

    def put(self, payload: bytes) -> None:
        """Send one message; thread-safe. Sequence numbers leave in order, else receivers would see losses.

        Raises SessionClosedError.
        """
        with self._lock:
            self._sequence += 1
            try:
                self._put(payload, attachment=attachment.pack(self._sequence, time.time_ns(), self.entity.gid))
            except zenoh.ZError as error:
                raise SessionClosedError(f"nothing sent on '{self.entity.name}': {reason(error)}") from error
        if self.on_message is not None:
            self.on_message()

    def undeclare(self) -> None:
        """Leave the graph, then the network."""
        self._session.withdraw(self.entity)
        self._session.publishers.discard(self._publisher)
        if self._session.is_open:
            # Not while another thread sends with it: Zenoh's objects refuse that.
            with self._lock:
                self._publisher.undeclare()  # type: ignore[no-untyped-call]


def _declare(session: zenoh.Session, entity: Entity) -> zenoh.Publisher | ext.AdvancedPublisher:
    qos = entity.qos
    reliability = zenoh.Reliability.RELIABLE if qos.is_reliable else zenoh.Reliability.BEST_EFFORT
    keeps_all = qos.is_reliable and qos.history == KEEP_ALL
    congestion = zenoh.CongestionControl.BLOCK if keeps_all else zenoh.CongestionControl.DROP
    if not qos.is_transient_local:
        return session.declare_publisher(entity.data_key, congestion_control=congestion, reliability=reliability)
    detection = None
    if qos.is_reliable:
        detection = ext.MissDetectionConfig(heartbeat=None, sporadic_heartbeat=_HEARTBEAT_S)
    return ext.declare_advanced_publisher(
        session,
        entity.data_key,
        cache=ext.CacheConfig(qos.depth),
        sample_miss_detection=detection,
        publisher_detection=True,
        congestion_control=congestion,
        reliability=reliability,
    )
