"""The service `~/get_type_description`: definitions of the interfaces that a node uses."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from rcl_interfaces.msg import ParameterDescriptor, ParameterType

from rclpy.parameter import Parameter
from rclpy.validate_topic_name import TOPIC_SEPARATOR_STRING

if TYPE_CHECKING:
    from rclpy.node import Node
    from rclpy.service import Service

START_TYPE_DESCRIPTION_SERVICE_PARAM = "start_type_description_service"


class TypeDescriptionService:
    """Declares the parameter that switches the service, on by default, and starts it."""

    def __init__(self, node: Node) -> None:
        self._node = weakref.ref(node)
        self.service_name = TOPIC_SEPARATOR_STRING.join((node.get_name(), "get_type_description"))
        self._service: Service | None = None
        self.enabled = self._is_wanted(node)
        if self.enabled:
            from type_description_interfaces.srv import GetTypeDescription

            self._service = node.create_service(GetTypeDescription, "~/get_type_description", self._on_request)

    def _is_wanted(self, node: Node) -> bool:
        if not node.has_parameter(START_TYPE_DESCRIPTION_SERVICE_PARAM):
            descriptor = ParameterDescriptor(
                name=START_TYPE_DESCRIPTION_SERVICE_PARAM,
                type=ParameterType.PARAMETER_BOOL,
                description="Whether the node serves ~/get_type_description.",
                read_only=True,
            )
            node.declare_parameter(START_TYPE_DESCRIPTION_SERVICE_PARAM, True, descriptor)
        wanted = node.get_parameter(START_TYPE_DESCRIPTION_SERVICE_PARAM)
        if wanted.type_ is not Parameter.Type.BOOL:
            node.get_logger().error(
                f"parameter '{START_TYPE_DESCRIPTION_SERVICE_PARAM}' must be a bool, not {wanted.type_.name}"
            )
            return False
        return bool(wanted.value)

    def destroy(self) -> None:
        """Serve no longer."""
        node = self._node()
        if node is not None and self._service is not None:
            node.destroy_service(self._service)
            self._service = None

    def _on_request(self, request: Any, response: Any) -> Any:
        node = self._node()
        if node is None:
            raise ReferenceError(f"the node of '{self.service_name}' is gone")
        interface = node.handle.interface_in_use(request.type_hash)
        if interface is None:
            response.failure_reason = f"this node uses no type with the hash '{request.type_hash}'"
            return response
        from rclpy.impl.type_descriptions import type_description, type_sources

        response.type_description = type_description(interface)
        if request.include_type_sources:
            response.type_sources = type_sources(response.type_description)
        response.successful = True
        return response
