"""Service servers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from rclpy.callback_groups import CallbackGroup
from rclpy.clock import Clock
from rclpy.impl.endpoints import RequestId, ServiceHandle, ServiceInfo
from rclpy.qos import QoSProfile
from rclpy.service_introspection import ServiceIntrospectionState

SrvType = TypeVar("SrvType")
SrvTypeRequest = TypeVar("SrvTypeRequest")
SrvTypeResponse = TypeVar("SrvTypeResponse")


class Service:
    """Made by `Node.create_service`."""

    def __init__(
        self,
        service_impl: ServiceHandle,
        srv_type: type[Any],
        srv_name: str,
        callback: Callable[[Any, Any], Any],
        callback_group: CallbackGroup,
        qos_profile: QoSProfile,
    ) -> None:
        self.__service = service_impl
        self.srv_type = srv_type
        self.srv_name = srv_name
        self.callback = callback
        self.callback_group = callback_group
        self._executor_event = False
        self._is_patient = False
        self.qos_profile = qos_profile
        service_impl.on_ready(partial(service_impl.node.waker, id(self)))

    def send_response(self, response: Any, header: ServiceInfo | RequestId) -> None:
        """Answer the request of that header. Raises TypeError for another type of response."""
        if not isinstance(response, self.srv_type.Response):
            raise TypeError(
                f"service '{self.srv_name}': the callback must return a {self.srv_type.__name__}.Response, "
                f"not {type(response).__name__}"
            )
        with self.handle:
            request_id = header.request_id if isinstance(header, ServiceInfo) else header
            self.__service.send_response(request_id, response)

    def configure_introspection(
        self, clock: Clock, service_event_qos_profile: QoSProfile, introspection_state: ServiceIntrospectionState
    ) -> None:
        """Publish what is taken and sent on `<service>/_service_event`: not at all, without or with its content."""
        from rclpy.impl.service_events import configure_introspection

        with self.handle:
            configure_introspection(
                self.__service, self.srv_type, clock, service_event_qos_profile, introspection_state
            )

    @property
    def handle(self) -> ServiceHandle:
        return self.__service

    @property
    def service_name(self) -> str:
        """The resolved name."""
        with self.handle:
            return self.__service.name

    def destroy(self) -> None:
        self.__service.destroy_when_not_in_use()
