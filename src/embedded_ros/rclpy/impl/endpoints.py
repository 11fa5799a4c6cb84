"""Handles of the four kinds of endpoints: messages in and out of the wire."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from embedded_ros.rosidl import CdrError, dds_type_name, deserialize, serialize, type_hash
from embedded_ros.wire.liveliness import Entity, EntityKind
from embedded_ros.wire.publisher import WirePublisher
from embedded_ros.wire.qos import Qos
from embedded_ros.wire.service import Request, WireClient, WireService
from embedded_ros.wire.subscription import Received, WireSubscription
from rclpy.impl.errors import InvalidHandle, RCLError
from rclpy.impl.handle import Handle
from rclpy.impl.rcutils_logger import RcutilsLogger

if TYPE_CHECKING:
    from rclpy.impl.node_handle import NodeHandle


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
        self.entity: Entity = node.context.session.new_endpoint(
            node.entity, kind, name, dds_type=dds_type_name(interface), type_hash=type_hash(interface), qos=qos
        )

    def get_topic_name(self) -> str:
        return self.name

    def get_logger_name(self) -> str:
        return self.node.logger_name()

    def _check_context(self) -> None:
        if not self.node.context.ok():
            raise RCLError(f"{self.entity.kind.name.lower()} on '{self.name}': its context is shut down")

    def decode(self, interface: type[Any], payload: bytes) -> Any | None:
        """The message, or None where the bytes are none: a foreign peer's garbage is logged, and the node goes on."""
        try:
            return deserialize(interface, payload)
        except CdrError as error:
            RcutilsLogger(self.get_logger_name()).error(f"ignored bytes that came on '{self.name}': {error}")
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
        self._wire.put(data)

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

    def is_ready(self) -> bool:
        return self._wire.is_ready

    def take(self) -> Received | None:
        if self._is_doomed:
            raise InvalidHandle(f"subscription on '{self.name}' is destroyed")
        return self._wire.take()

    def take_message(self, msg_type: type[Any], raw: bool) -> tuple[Any, dict[str, int]] | None:
        """The oldest message (bytes where `raw`) and its info, or None."""
        received = self.take()
        if received is None:
            return None
        message = received.payload if raw else self.decode(msg_type, received.payload)
        return None if message is None else (message, message_info(received))

    def on_lost(self, callback: Callable[[int], None] | None) -> None:
        """Have `callback(count)` called, on a Zenoh thread, when a publisher's numbers show a gap."""
        self._wire.on_lost = callback

    def on_ready(self, callback: Callable[[], None]) -> None:
        """Have `callback()` called, on a Zenoh thread, after each sample, in place of the former one."""
        self._wire.on_ready = callback

    def get_publisher_count(self) -> int:
        return self.node.context.session.graph.count(EntityKind.PUBLISHER, self.name)

    def _destroy(self) -> None:
        self._wire.undeclare()


def message_info(received: Received) -> dict[str, int]:
    """What a callback with two arguments is given; times in ns since the Unix epoch."""
    return {
        "source_timestamp": received.attachment.source_time_ns,
        "received_timestamp": received.received_time_ns,
        "publication_sequence_number": received.attachment.sequence,
        "reception_sequence_number": 0,
    }


class ServiceHandle(EndpointHandle):
    def __init__(
        self, node: NodeHandle, srv_type: type[Any], name: str, qos: Qos, on_ready: Callable[[], None]
    ) -> None:
        super().__init__(node, EntityKind.SERVICE, name, srv_type, qos)
        self._srv_type = srv_type
        self._wire = WireService(node.context.session, self.entity, on_ready)

    def is_ready(self) -> bool:
        return self._wire.is_ready

    def take_request(self) -> tuple[Any, ServiceInfo] | None:
        request = self._wire.take()
        if request is None:
            return None
        message = self.decode(self._srv_type.Request, request.payload)
        if message is None:
            self._wire.refuse(request.attachment.gid, request.attachment.sequence)
            return None
        return message, _info(request)

    def send_response(self, request_id: RequestId, response: Any) -> None:
        """Raises RCLError where the request is unknown or answered, or the context is shut down."""
        self._check_context()
        if not self._wire.reply(request_id.writer_guid, request_id.sequence_number, serialize(response)):
            raise RCLError(f"service '{self.name}': no open request {request_id.sequence_number}; answered already?")

    def _destroy(self) -> None:
        self._wire.undeclare()


class ClientHandle(EndpointHandle):
    def __init__(
        self, node: NodeHandle, srv_type: type[Any], name: str, qos: Qos, on_ready: Callable[[], None]
    ) -> None:
        super().__init__(node, EntityKind.CLIENT, name, srv_type, qos)
        self._srv_type = srv_type
        self._wire = WireClient(node.context.session, self.entity, on_ready)

    def is_ready(self) -> bool:
        return self._wire.is_ready

    def send_request(self, request: Any) -> int:
        self._check_context()
        return self._wire.send(serialize(request))

    def take_response(self) -> tuple[ServiceInfo, Any] | None:
        response = self._wire.take()
        if response is None:
            return None
        message = self.decode(self._srv_type.Response, response.payload)
        return None if message is None else (_info(response), message)

    def service_server_is_available(self) -> bool:
        return self._wire.server_is_available()

    def _destroy(self) -> None:
        self._wire.undeclare()
