"""A table of parameters becomes a node's."""

from __future__ import annotations

from collections.abc import Iterable

from rcl_interfaces.msg import ParameterDescriptor

from rclpy.node import Node
from twin_node.parameters import Parameter


def declare(node: Node, parameters: Iterable[Parameter]) -> dict[str, object]:
    """Declare all of them, read once at the start; gives what was set, unchecked: `Values` checks."""
    return {parameter.name: _declare(node, parameter) for parameter in parameters}


def _declare(node: Node, parameter: Parameter) -> object:
    # Dynamic typing and no range: `rates.camera:=2` is a number too, and what is wrong gets our own sentence.
    descriptor = ParameterDescriptor(description=parameter.text, read_only=True, dynamic_typing=True)
    default = list(parameter.default) if isinstance(parameter.default, tuple) else parameter.default
    value: object = node.declare_parameter(parameter.name, default, descriptor).value
    return value
