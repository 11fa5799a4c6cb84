"""Receiving side of a topic: a bounded queue of samples that the network thread fills."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import zenoh
from zenoh import ext
from zenoh.handlers import Callback

from embedded_ros.wire import attachment
from embedded_ros.wire.direct import direct
from embedded_ros.wire.errors import InvalidAttachmentError
from embedded_ros.wire.liveliness import Entity
from embedded_ros.wire.session import WireSession

_NO_GID = bytes(16)


class Received(NamedTuple):
    """A message as it came: serialized payload, the sender's attachment, and when it arrived (ns since epoch)."""

    payload: bytes
    attachment: attachment.Attachment
    received_time_ns: int


class WireSubscription:
    """Declares the subscriber and its token. `on_ready` is called on a Zenoh thread after each sample."""

    def __init__(self, session: WireSession, entity: Entity, on_ready: Callable[[], None]) -> None:
        self.entity = entity
        self.on_lost: Callable[[int], None] | None = None
        self._session = session
        self.on_ready = on_ready
        # The oldest sample falls out by itself: KEEP_LAST at the receiver.
        self._queue: deque[tuple[zenoh.Sample, int]] = deque(maxlen=entity.qos.queue_depth)
        self._last_sequences: dict[bytes, int] = {}
        self._subscriber = _declare(session.zenoh, entity, direct(self._on_sample))
        session.announce(entity)

    def _on_sample(self, sample: zenoh.Sample) -> None:
        if sample.kind == zenoh.SampleKind.DELETE:
            # Of a plain Zenoh peer; ROS has no such message.
            return
        if self.on_lost is not None:
            self._check_sequence(sample, self.on_lost)
        self._queue.append((sample, time.time_ns()))
        self.on_ready()

    def _check_sequence(self, sample: zenoh.Sample, on_lost: Callable[[int], None]) -> None:
        found = _attachment_of(sample)
        last = self._last_sequences.get(found.gid)
        self._last_sequences[found.gid] = found.sequence
        if last is not None and abs(found.sequence - last) > 1:
            on_lost(abs(found.sequence - last) - 1)

    @property
    def is_ready(self) -> bool:
        """True where `take` has something to take."""
        return bool(self._queue)

    def take(self) -> Received | None:
        """The oldest sample, or None where the queue is empty; thread-safe."""
        try:
            sample, received_time_ns = self._queue.popleft()
        except IndexError:
            return None
        return Received(sample.payload.to_bytes(), _attachment_of(sample), received_time_ns)

    def undeclare(self) -> None:
        """Leave the graph, then the network; what is queued is lost."""
        self._session.withdraw(self.entity)
        if self._session.is_open:
            self._subscriber.undeclare()
        self._queue.clear()


def _attachment_of(sample: zenoh.Sample) -> attachment.Attachment:
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
