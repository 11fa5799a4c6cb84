"""Receiving side of a topic: a bounded queue of samples that the network thread fills."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import zenoh
from zenoh import ext
from zenoh.handlers import Callback

from embedded_ros.wire import attachment
from embedded_ros.wire.direct import direct
from embedded_ros.wire.errors import InvalidAttachmentError
from embedded_ros.wire.liveliness import Entity
from embedded_ros.wire.session import WireSession

_NO_ATTACHMENT = attachment.Attachment(0, 0, bytes(16))
_DELETE = zenoh.SampleKind.DELETE
# Larger payloads are copied out of Zenoh's buffers only when they are taken: what falls out of the queue costs nothing.
_SMALL_BYTES = 16_384

Origin = bytes | attachment.Attachment
"""A message's attachment: bytes as they came (empty where it has none), or read already; see `attachment_of`."""

Received = tuple[bytes, Origin, int]
"""A message's serialized payload, its attachment, and when it arrived (ns since the Unix epoch)."""


class WireSubscription:
    """Declares the subscriber and its token.

    `on_ready` is called on a Zenoh thread when there is something to take again: once a burst, not once a message;
    `on_filling` whenever the queue gets half full.
    """

    def __init__(self, session: WireSession, entity: Entity, on_ready: Callable[[], None]) -> None:
        self.entity = entity
        self.on_lost: Callable[[int], None] | None = None
        self.on_message: Callable[[], None] | None = None
        self.on_filling: Callable[[], None] | None = None
        self._session = session
        self.on_ready = on_ready
        depth = entity.qos.queue_depth
        # The oldest sample falls out by itself: KEEP_LAST at the receiver.
        self._queue: deque[tuple[bytes | zenoh.ZBytes, Origin, int]] = deque(maxlen=depth)
        self._half = 0 if depth is None else depth // 2
        self._arrival = threading.Lock()
        self.count_ready: Callable[[], int] = self._queue.__len__
        self._last_sequences: dict[bytes, int] = {}
        self._subscriber = _declare(session.zenoh, entity, direct(self._on_sample))
        session.add_queue(entity)
        session.announce(entity)

    def _on_sample(self, sample: zenoh.Sample) -> None:
        received_time_ns = time.time_ns()
        payload = sample.payload
        size = len(payload)
        # A plain Zenoh peer may delete; ROS has no such message.
        if not size and sample.kind == _DELETE:
            return
        found = sample.attachment
        origin: Origin = b"" if found is None else found.to_bytes()
        if self.on_lost is not None:
            origin = attachment_of(origin)
            self._check_sequence(origin, self.on_lost)
        if self.on_message is not None:
            self.on_message()
        # Two links, or a link and a publisher of this process, may deliver at once: only one is the first.
        with self._arrival:
            # A sample that is kept keeps Zenoh's whole receive buffer, and a new one of 64 kB is made for the next.
            self._queue.append((payload.to_bytes() if size <= _SMALL_BYTES else payload, origin, received_time_ns))
            count = len(self._queue)
        # Whoever finds more than one in the queue looks again before it sleeps.
        if count == 1:
            self.on_ready()
        elif count == self._half and self.on_filling is not None:
            self.on_filling()

    def _check_sequence(self, found: attachment.Attachment, on_lost: Callable[[int], None]) -> None:
        last = self._last_sequences.get(found.gid)
        self._last_sequences[found.gid] = found.sequence
        if last is not None and abs(found.sequence - last) > 1:
            on_lost(abs(found.sequence - last) - 1)

    def take(self) -> Received | None:
        """The oldest message, or None where the queue is empty; thread-safe."""
        try:
            payload, origin, received_time_ns = self._queue.popleft()
        except IndexError:
            return None
        return payload if isinstance(payload, bytes) else payload.to_bytes(), origin, received_time_ns

    def undeclare(self) -> None:
        """Leave the graph, then the network; what is queued is lost."""
        self._session.withdraw(self.entity)
        if self._session.is_open:
            self._subscriber.undeclare()
        self._queue.clear()


def attachment_of(origin: Origin) -> attachment.Attachment:
    """The sender's; zeros where it sent none, or none that can be read."""
    if isinstance(origin, attachment.Attachment):
        return origin
    # A plain Zenoh peer may send none: its data is as good as any, only its origin is unknown.
    if not origin:
        return _NO_ATTACHMENT
    try:
        return attachment.unpack(origin)
    except InvalidAttachmentError:
        return _NO_ATTACHMENT


def _declare(session: zenoh.Session, entity: Entity, handler: Callback[zenoh.Sample]) -> Any:
    if not entity.qos.is_transient_local:
        return session.declare_subscriber(entity.data_key, handler)
    recovery = ext.RecoveryConfig(periodic_queries=None, heartbeat=True) if entity.qos.is_reliable else None
    return ext.declare_advanced_subscriber(
        session,
        entity.data_key,
        handler,
        history=ext.HistoryConfig(detect_late_publishers=True, max_samples=entity.qos.queue_depth),
        recovery=recovery,
        subscriber_detection=True,
    )
