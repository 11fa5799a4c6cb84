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

_NO_GID = bytes(16)
_DELETE = zenoh.SampleKind.DELETE


Received = tuple[bytes, zenoh.Sample, int]
"""A message's serialized payload, its sample, and when it arrived (ns since the Unix epoch)."""


class WireSubscription:
    """Declares the subscriber and its token.

    `on_ready` is called on a Zenoh thread when there is something to take again: once a burst, not once a message.
    """

    def __init__(self, session: WireSession, entity: Entity, on_ready: Callable[[], None]) -> None:
        self.entity = entity
        self.on_lost: Callable[[int], None] | None = None
        self.on_message: Callable[[], None] | None = None
        self._session = session
        self.on_ready = on_ready
        # The oldest sample falls out by itself: KEEP_LAST at the receiver.
        self._queue: deque[tuple[zenoh.Sample, int]] = deque(maxlen=entity.qos.queue_depth)
        self._arrival = threading.Lock()
        self.count_ready: Callable[[], int] = self._queue.__len__
        self._last_sequences: dict[bytes, int] = {}
        self._subscriber = _declare(session.zenoh, entity, direct(self._on_sample))
        session.announce(entity)

    def _on_sample(self, sample: zenoh.Sample) -> None:
        if self.on_lost is not None:
            self._check_sequence(sample, self.on_lost)
        if self.on_message is not None:
            self.on_message()
        # Two links, or a link and a publisher of this process, may deliver at once: only one is the first.
        with self._arrival:
            self._queue.append((sample, time.time_ns()))
            is_first = len(self._queue) == 1
        # Whoever finds more than one in the queue looks again before it sleeps.
        if is_first:
            self.on_ready()

    def _check_sequence(self, sample: zenoh.Sample, on_lost: Callable[[int], None]) -> None:
        found = attachment_of(sample)
        last = self._last_sequences.get(found.gid)
        self._last_sequences[found.gid] = found.sequence
        if last is not None and abs(found.sequence - last) > 1:
            on_lost(abs(found.sequence - last) - 1)

    def take(self) -> Received | None:
        """The oldest message, or None where the queue is empty; thread-safe."""
        while True:
            try:
                sample, received_time_ns = self._queue.popleft()
            except IndexError:
                return None
            payload = sample.payload.to_bytes()
            # A plain Zenoh peer may delete; ROS has no such message.
            if payload or sample.kind != _DELETE:
                return payload, sample, received_time_ns

    def undeclare(self) -> None:
        """Leave the graph, then the network; what is queued is lost."""
        self._session.withdraw(self.entity)
        if self._session.is_open:
            self._subscriber.undeclare()
        self._queue.clear()


def attachment_of(sample: zenoh.Sample) -> attachment.Attachment:
    """The sender's; zeros where it sent none."""
    # A plain Zenoh peer may send none: its data is as good as any, only its origin is unknown.
    if sample.attachment is None:
        return attachment.Attachment(0, 0, _NO_GID)
    try:
        return attachment.unpack(sample.attachment.to_bytes())
    except InvalidAttachmentError:
        return attachment.Attachment(0, 0, _NO_GID)


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
