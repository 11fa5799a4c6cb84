"""Service clients."""

from __future__ import annotations

import threading
from typing import Any, TypeVar

from rclpy.callback_groups import CallbackGroup
from rclpy.clock import Clock
from rclpy.context import Context
from rclpy.impl.context_wait import wait_while_ok
from rclpy.impl.endpoints import ClientHandle
from rclpy.impl.graph_wait import wait_for_graph
from rclpy.qos import QoSProfile
from rclpy.service_introspection import ServiceIntrospectionState
from rclpy.task import Future

SrvType = TypeVar("SrvType")
SrvTypeRequest = TypeVar("SrvTypeRequest")
SrvTypeResponse = TypeVar("SrvTypeResponse")


class Client:
    """Made by `Node.create_client`."""

    def __init__(
        self,
        context: Context,
        client_impl: ClientHandle,
        srv_type: type[Any],
        srv_name: str,
        qos_profile: QoSProfile,
        callback_group: CallbackGroup,
    ) -> None:
        self.context = context
        self.__client = client_impl
        self.srv_type = srv_type
        self.srv_name = srv_name
        self.qos_profile = qos_profile
        self._pending_requests: dict[int, Future] = {}
        self.callback_group = callback_group
        self._executor_event = False
        self._lock = threading.Lock()

    def call(self, request: Any, timeout_sec: float | None = None) -> Any:
        """The response, or None at the time-out. Another thread must spin the node meanwhile.

        Raises ExternalShutdownException where the context is shut down before there is a response.
        """
        event = threading.Event()
        future = self.call_async(request)
        future.add_done_callback(lambda _: event.set())
        if not future.done() and not wait_while_ok(event, self.context, timeout_sec):
            self.remove_pending_request(future)
            if not self.context.ok():
                from rclpy.executors import ExternalShutdownException

                raise ExternalShutdownException
        return future.result()

    def call_async(self, request: Any) -> Future:
        """The future of the response. Raises TypeError for another type of request."""
        if not isinstance(request, self.srv_type.Request):
            raise TypeError(
                f"client of '{self.srv_name}' sends {self.srv_type.__name__}.Request, not {type(request).__name__}"
            )
        future = Future()
        # Held until the future is known: a response may be there before send_request returns.
        with self._lock:
            with self.handle:
                sequence = self.__client.send_request(request)
            self._pending_requests[sequence] = future
        future.add_done_callback(self.remove_pending_request)
        return future

    def get_pending_request(self, sequence_number: int) -> Future:
        """Raises KeyError where nobody waits for that number."""
        with self._lock:
            return self._pending_requests[sequence_number]

    def remove_pending_request(self, future: Future) -> None:
        """Wait for its response no longer."""
        with self._lock:
            for sequence, pending in self._pending_requests.items():
                if pending is future:
                    del self._pending_requests[sequence]
                    return

    def service_is_ready(self) -> bool:
        with self.handle:
            return self.__client.service_server_is_available()

    def wait_for_service(self, timeout_sec: float | None = None) -> bool:
        """True as soon as a server is in the graph; False at the time-out or at shutdown."""
        with self.handle:
            return wait_for_graph(self.context, self.__client.service_server_is_available, timeout_sec)

    def configure_introspection(
        self, clock: Clock, service_event_qos_profile: QoSProfile, introspection_state: ServiceIntrospectionState
    ) -> None:
        """Publish what is sent and received on `<service>/_service_event`: not at all, without or with its content."""
        from rclpy.impl.service_events import configure_introspection

        with self.handle:
            configure_introspection(self.__client, self.srv_type, clock, service_event_qos_profile, introspection_state)

    @property
    def handle(self) -> ClientHandle:
        return self.__client

    @property
    def service_name(self) -> str:
        """The resolved name."""
        with self.handle:
            return self.__client.name

    def destroy(self) -> None:
        self.__client.destroy_when_not_in_use()
