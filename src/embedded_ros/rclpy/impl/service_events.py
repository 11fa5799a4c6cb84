"""What a service or client tells about its calls, on `<service>/_service_event`."""

from __future__ import annotations

from typing import Any

from service_msgs.msg import ServiceEventInfo

from embedded_ros.wire.qos import Qos
from rclpy.clock import Clock
from rclpy.impl.endpoints import ClientHandle, PublisherHandle, ServiceHandle
from rclpy.impl.handle import Handle
from rclpy.qos import QoSProfile
from rclpy.service_introspection import ServiceIntrospectionState

_SUFFIX = "/_service_event"


class ServiceEvents(Handle):
    """Publisher of one end's events; with their messages where `has_contents`."""

    def __init__(
        self, end: ClientHandle | ServiceHandle, srv_type: type[Any], clock: Clock, qos: Qos, *, has_contents: bool
    ) -> None:
        super().__init__()
        self._clock = clock
        self._has_contents = has_contents
        self._event_type = srv_type.Event
        self._publisher = PublisherHandle(end.node, srv_type.Event, end.name + _SUFFIX, qos)

    def request(self, client_gid: bytes, sequence: int, message: Any, *, was_sent: bool) -> None:
        """Tell of a request, on the client's side (`was_sent`) or on the server's."""
        kind = ServiceEventInfo.REQUEST_SENT if was_sent else ServiceEventInfo.REQUEST_RECEIVED
        self._publish(kind, client_gid, sequence, request=message)

    def response(self, client_gid: bytes, sequence: int, message: Any, *, was_sent: bool) -> None:
        """Tell of a response, on the server's side (`was_sent`) or on the client's."""
        kind = ServiceEventInfo.RESPONSE_SENT if was_sent else ServiceEventInfo.RESPONSE_RECEIVED
        self._publish(kind, client_gid, sequence, response=message)

    def _publish(self, kind: int, client_gid: bytes, sequence: int, **contents: Any) -> None:
        info = ServiceEventInfo(
            event_type=kind, stamp=self._clock.now().to_msg(), client_gid=list(client_gid), sequence_number=sequence
        )
        messages = {field: [message] for field, message in contents.items()} if self._has_contents else {}
        self._publisher.publish(self._event_type(info=info, **messages))

    def _destroy(self) -> None:
        self._publisher.destroy_when_not_in_use()


def configure_introspection(
    end: ClientHandle | ServiceHandle,
    srv_type: type[Any],
    clock: Clock,
    qos_profile: QoSProfile,
    state: ServiceIntrospectionState,
) -> None:
    """Put that end's events into the state; OFF withdraws their publisher."""
    if end.events is not None:
        end.events.destroy_when_not_in_use()
        end.events = None
    if state is not ServiceIntrospectionState.OFF:
        has_contents = state is ServiceIntrospectionState.CONTENTS
        qos = qos_profile.get_c_qos_profile()
        end.events = ServiceEvents(end, srv_type, clock, qos, has_contents=has_contents)
