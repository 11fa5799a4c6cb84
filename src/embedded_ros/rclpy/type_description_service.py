"""The parameter that goes with `~/get_type_description`; the service itself is not in the embedded underlay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rcl_interfaces.msg import ParameterDescriptor

from rclpy.parameter import Parameter

if TYPE_CHECKING:
    from rclpy.node import Node

START_TYPE_DESCRIPTION_SERVICE_PARAM = "start_type_description_service"


class TypeDescriptionService:
    """Declares the parameter, false by default: a tool that asks sees that nothing is served."""

    def __init__(self, node: Node) -> None:
        self.enabled = False
        if node.has_parameter(START_TYPE_DESCRIPTION_SERVICE_PARAM):
            return
        descriptor = ParameterDescriptor(
            name=START_TYPE_DESCRIPTION_SERVICE_PARAM,
            description="Start the ~/get_type_description service for this node (not in the embedded underlay).",
            read_only=True,
        )
        wanted = node.declare_parameter(START_TYPE_DESCRIPTION_SERVICE_PARAM, False, descriptor)
        if wanted.type_ is Parameter.Type.BOOL and wanted.value:
            node.get_logger().warning(
                f"{START_TYPE_DESCRIPTION_SERVICE_PARAM}: ~/get_type_description is not in the embedded underlay"
            )

    def destroy(self) -> None:
        """Nothing was started."""
