"""The six services through which others read and set a node's parameters."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from rcl_interfaces.msg import SetParametersResult
from rcl_interfaces.srv import (
    DescribeParameters,
    GetParameters,
    GetParameterTypes,
    ListParameters,
    SetParameters,
    SetParametersAtomically,
)

from rclpy.exceptions import ParameterNotDeclaredException, ParameterUninitializedException
from rclpy.parameter import Parameter
from rclpy.qos import qos_profile_parameters
from rclpy.validate_topic_name import TOPIC_SEPARATOR_STRING

if TYPE_CHECKING:
    from rclpy.node import Node


class ParameterService:
    """Serves `~/describe_parameters`, `~/get_parameters`, … as long as the node lives."""

    def __init__(self, node: Node) -> None:
        self._node_weak_ref = weakref.ref(node)
        services = {
            "describe_parameters": (DescribeParameters, self._describe_parameters_callback),
            "get_parameters": (GetParameters, self._get_parameters_callback),
            "get_parameter_types": (GetParameterTypes, self._get_parameter_types_callback),
            "list_parameters": (ListParameters, self._list_parameters_callback),
            "set_parameters": (SetParameters, self._set_parameters_callback),
            "set_parameters_atomically": (SetParametersAtomically, self._set_parameters_atomically_callback),
        }
        for name, (srv_type, callback) in services.items():
            full_name = TOPIC_SEPARATOR_STRING.join((node.get_name(), name))
            node.create_service(srv_type, full_name, callback, qos_profile=qos_profile_parameters)

    def _describe_parameters_callback(self, request: Any, response: Any) -> Any:
        node = self._get_node()
        for name in request.names:
            try:
                response.descriptors.append(node.describe_parameter(name))
            except ParameterNotDeclaredException:
                response.descriptors = []
                return response
        return response

    def _get_parameters_callback(self, request: Any, response: Any) -> Any:
        node = self._get_node()
        for name in request.names:
            try:
                response.values.append(node.get_parameter(name).get_parameter_value())
            except (ParameterNotDeclaredException, ParameterUninitializedException):
                response.values = []
                return response
        return response

    def _get_parameter_types_callback(self, request: Any, response: Any) -> Any:
        node = self._get_node()
        types = []
        for name in request.names:
            try:
                type_ = node.get_parameter_type(name)
            except ParameterNotDeclaredException:
                response.types = []
                return response
            types.append(type_.value if isinstance(type_, Parameter.Type) else type_)
        response.types = types
        return response

    def _list_parameters_callback(self, request: Any, response: Any) -> Any:
        node = self._get_node()
        try:
            response.result = node.list_parameters(list(request.prefixes), request.depth)
        except (TypeError, ValueError) as error:
            node.get_logger().warning(f"Failed to list parameters: {error}")
        return response

    def _set_parameters_callback(self, request: Any, response: Any) -> Any:
        node = self._get_node()
        for message in request.parameters:
            parameter = Parameter.from_parameter_msg(message)
            try:
                result = node.set_parameters_atomically([parameter])
            except ParameterNotDeclaredException as error:
                result = SetParametersResult(successful=False, reason=str(error))
            response.results.append(result)
        return response

    def _set_parameters_atomically_callback(self, request: Any, response: Any) -> Any:
        node = self._get_node()
        try:
            response.result = node.set_parameters_atomically(
                [Parameter.from_parameter_msg(message) for message in request.parameters]
            )
        except ParameterNotDeclaredException as error:
            response.result = SetParametersResult(successful=False, reason=str(error))
        return response

    def _get_node(self) -> Node:
        node = self._node_weak_ref()
        if node is None:
            raise ReferenceError("Expected valid node weak reference")
        return node
