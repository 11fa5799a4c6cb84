"""Handles of the four kinds of endpoints: messages in and out of the wire."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from embedded_ros.rosidl import CdrError, dds_type_name, deserialize, serialize, type_hash
from embedded_ros.wire.errors import SessionClosedError
from embedded_ros.wire.liveliness import Entity, EntityKind
from embedded_ros.wire.publisher import WirePublisher
from embedded_ros.wire.qos import Qos
from embedded_ros.wire.service import Request, WireClient, WireService
from embedded_ros.wire.subscription import Received, WireSubscription, attachment_of
from rclpy.impl.errors import InvalidHandle, RCLError
from rclpy.impl.handle import Handle
from rclpy.impl.rcutils_logger import RcutilsLogger

if TYPE_CHECKING:
    from rclpy.impl.node_handle import NodeHandle
    from rclpy.impl.service_events import ServiceEvents


_GARBAGE_PERIOD_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestId:
    """Which request of which client."""

    writer_guid: bytes
    sequence_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceInfo:
    """Header of a request or response; times in ns since the Unix epoch."""

    request_id: RequestId
    source_timestamp: int
    received_timestamp: int


def _info(request: Request) -> ServiceInfo:
    found = request.attachment
    return ServiceInfo(
        request_id=RequestId(writer_guid=found.gid, sequence_number=found.sequence),
        source_timestamp=found.source_time_ns,
        received_timestamp=request.received_time_ns,
    )


class EndpointHandle(Handle):
    """Base: an endpoint of a node, on one resolved name."""

    def __init__(self, node: NodeHandle, kind: EntityKind, name: str, interface: type[Any], qos: Qos) -> None:
        super().__init__()
        self.node = node
        self.name = name
        self._logger = RcutilsLogger(self.get_logger_name())
        self.entity: Entity = node.context.session.new_endpoint(
            node.entity, kind, name, dds_type=dds_type_name(interface), type_hash=type_hash(interface), qos=qos
        )

    def get_topic_name(self) -> str:
        return self.name

    def get_logger_name(self) -> str:
        return self.node.logger_name()

    def _check_context(self) -> None:
        if not self.node.context.ok():
            raise RCLError(f"{self.entity.kind.name.lower()} on '{self.name}': {self.node.context.end}")

    def decode(self, interface: type[Any], payload: bytes) -> Any | None:
        """The message, or None where the bytes are none: a foreign peer's garbage is logged, and the node goes on."""
        try:
            return deserialize(interface, payload)
        except CdrError as error:
            text = f"ignored bytes that came on '{self.name}': {error}"
            self._logger.error(text, throttle_duration_sec=_GARBAGE_PERIOD_S)
            return None


class PublisherHandle(EndpointHandle):
    def __init__(self, node: NodeHandle, msg_type: type[Any], topic: str, qos: Qos) -> None:
        super().__init__(node, EntityKind.PUBLISHER, topic, msg_type, qos)
        self._wire = WirePublisher(node.context.session, self.entity)

    def publish(self, msg: Any) -> None:
        self.publish_raw(serialize(msg))

    def publish_raw(self, data: bytes) -> None:
        if self._is_doomed:
            raise InvalidHandle(f"publisher on '{self.name}' is destroyed")
        self._check_context()
        try:
            self._wire.put(data)
        except SessionClosedError as error:
            raise RCLError(f"publisher on '{self.name}': {self.node.context.end}") from error

    def on_message(self, callback: Callable[[], None]) -> None:
        """Have `callback()` called after each message that is published."""
        self._wire.on_message = callback

    def get_subscription_count(self) -> int:
        return self.node.context.session.graph.count(EntityKind.SUBSCRIPTION, self.name)

    def _destroy(self) -> None:
        self._wire.undeclare()


class SubscriptionHandle(EndpointHandle):
    def __init__(
        self, node: NodeHandle, msg_type: type[Any], topic: str, qos: Qos, on_ready: Callable[[], None]
    ) -> None:
        super().__init__(node, EntityKind.SUBSCRIPTION, topic, msg_type, qos)
        self._wire = WireSubscription(node.context.session, self.entity, on_ready)
        self._received = itertools.count()
        # The wire's own, for these two are called for every message. A destroyed subscription has nothing to take.
        self.is_ready: Callable[[], int] = self._wire.count_ready
        self.take: Callable[[], Received | None] = self._wire.take

    def take_message(self, msg_type: type[Any], raw: bool) -> tuple[Any, dict[str, int]] | None:
        """The oldest message (bytes where `raw`) and its info, or None."""
        received = self.take()
        if received is None:
            return None
        message = received[0] if raw else self.decode(msg_type, received[0])
        return None if message is None else (message, self.message_info(received))

    def message_info(self, received: Received) -> dict[str, int]:
        """What a callback with two arguments is given; times in ns since the Unix epoch, reception counted from 0."""
        _, origin, received_time_ns = received
        found = attachment_of(origin)
        return {
            "source_timestamp": found.source_time_ns,
            "received_timestamp": received_time_ns,
            "publication_sequence_number": found.sequence,
            "reception_sequence_number": next(self._received),
        }

    def on_lost(self, callback: Callable[[int], None] | None) -> None:
        """Have `callback(count)` called, on a Zenoh thread, when a publisher's numbers show a gap."""
        self._wire.on_lost = callback

    def on_message(self, callback: Callable[[], None]) -> None:
        """Have `callback()` called, on a Zenoh thread, as each message comes."""
        self._wire.on_message = callback

    def on_ready(self, callback: Callable[[], None]) -> None:
        """Have `callback()` called, on a Zenoh thread, when there is a message again, in place of the former one."""
        self._wire.on_ready = callback

    def on_filling(self, callback: Callable[[], None]) -> None:
        """Have `callback()` called, on a Zenoh thread, when the queue is half full."""
        self._wire.on_filling = callback

    def get_publisher_count(self) -> int:
        return self.node.context.session.graph.count(EntityKind.PUBLISHER, self.name)

    def _destroy(self) -> None:
        self._wire.undeclare()


class ServiceHandle(EndpointHandle):
    events: ServiceEvents | None = None

    def __init__(
        self, node: NodeHandle, srv_type: type[Any], name: str, qos: Qos, on_ready: Callable[[], None]
    ) -> None:
        super().__init__(node, EntityKind.SERVICE, name, srv_type, qos)
        self._wire = WireService(node.context.session, self.entity, on_ready)

    def is_ready(self) -> bool:
        return self._wire.is_ready

    def on_ready(self, callback: Callable[[], None]) -> None:
        """Have `callback()` called, on a Zenoh thread, after each request, in place of the former one."""
        self._wire.on_ready = callback

    def service_take_request(self, request_type: type[Any]) -> tuple[Any, ServiceInfo] | tuple[None, None]:
        """The oldest request and its header, or two times None."""
        request = self._wire.take()
        if request is None:
            return None, None
        message = self.decode(request_type, request.payload)
        if message is None:
            self._wire.refuse(request.attachment.gid, request.attachment.sequence)
            return None, None
        if self.events is not None:
            self.events.request(request.attachment.gid, request.attachment.sequence, message, was_sent=False)
        return message, _info(request)

    def send_response(self, request_id: RequestId, response: Any) -> None:
        """Raises RCLError where the request is unknown or answered, or the context is shut down."""
        self._check_context()
        if not self._wire.reply(request_id.writer_guid, request_id.sequence_number, serialize(response)):
            raise RCLError(f"service '{self.name}': no open request {request_id.sequence_number}; answered already?")
        if self.events is not None:
            self.events.response(request_id.writer_guid, request_id.sequence_number, response, was_sent=True)

    def _destroy(self) -> None:
        if self.events is not None:
            self.events.destroy_when_not_in_use()
        self._wire.undeclare()


class ClientHandle(EndpointHandle):
    events: ServiceEvents | None = None

    def __init__(
        self, node: NodeHandle, srv_type: type[Any], name: str, qos: Qos, on_ready: Callable[[], None]
    ) -> None:
        super().__init__(node, EntityKind.CLIENT, name, srv_type, qos)
        self._wire = WireClient(node.context.session, self.entity, on_ready)

    def is_ready(self) -> bool:
        return self._wire.is_ready

    def send_request(self, request: Any) -> int:
        self._check_context()
        try:
            sequence = self._wire.send(serialize(request))
        except SessionClosedError as error:
            raise RCLError(f"client of '{self.name}': {self.node.context.end}") from error
        if self.events is not None:
            self.events.request(self.entity.gid, sequence, request, was_sent=True)
        return sequence

    def take_response(self, response_type: type[Any]) -> tuple[ServiceInfo, Any] | tuple[None, None]:
        """The header of the oldest response and the response, or two times None."""
        response = self._wire.take()
        if response is None:
            return None, None
        message = self.decode(response_type, response.payload)
        if message is None:
            return None, None
        if self.events is not None:
            self.events.response(self.entity.gid, response.attachment.sequence, message, was_sent=False)
        return _info(response), message

    def service_server_is_available(self) -> bool:
        return self._wire.server_is_available()

    def _destroy(self) -> None:
        if self.events is not None:
            self.events.destroy_when_not_in_use()
        self._wire.undeclare()
