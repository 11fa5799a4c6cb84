"""Parameters for a node that is loaded by a service, instead of being started with a command line."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ..parameter_descriptions import Parameter as ParameterDescription
from .evaluate_parameters import evaluate_parameter_dict
from .normalize_parameters import normalize_parameter_dict

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext
    from rclpy.parameter import Parameter

    from ..parameters_type import EvaluatedParameters, EvaluatedParameterValue

_KEY = "ros__parameters"
_ANY_NODE = "**"


def to_parameters_list(
    context: LaunchContext, node_name: str, namespace: str | None, evaluated_parameters: EvaluatedParameters
) -> list[Parameter]:
    """All that evaluate_parameters() gave, in its order; of files, what is for any node and what is for this one."""
    from rclpy.parameter import Parameter

    full_name = "/".join(part for part in ((namespace or "").strip("/"), node_name.lstrip("/")) if part)
    return [
        Parameter(name, _type_of(name, value), value)
        for element in evaluated_parameters
        for name, value in _evaluated(context, element, full_name).items()
    ]


def _type_of(name: str, value: EvaluatedParameterValue) -> Parameter.Type:
    from rclpy.parameter import Parameter

    for type_ in Parameter.Type:
        if type_.check(value):
            return type_
    raise RuntimeError(f"invalid value of parameter {name}: {value!r}; give a bool, int, float, str or a list of one")


def _evaluated(context: LaunchContext, element: Any, full_name: str) -> dict[str, EvaluatedParameterValue]:
    if isinstance(element, Path):
        return evaluate_parameter_dict(context, normalize_parameter_dict(_of_file(element, full_name)))
    if isinstance(element, ParameterDescription):
        return dict([element.evaluate(context)])
    if isinstance(element, dict):
        return element
    raise RuntimeError(f"invalid evaluated parameters {element!r}: give what evaluate_parameters() gives")


def _of_file(path: Path, full_name: str) -> dict[Any, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    by_node = dict(_by_node(content, ()))
    if not by_node:
        # No node is named anywhere: everything is for whoever reads the file.
        return dict(content)
    if not full_name:
        warnings.warn("node name not provided to launch; parameter files will not apply", UserWarning, stacklevel=2)
    return {**by_node.get(_ANY_NODE, {}), **by_node.get(full_name, {})}


def _by_node(content: dict[str, Any], namespaces: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Full names of nodes, without leading slash, and their parameters."""
    for key, value in content.items():
        if key == _KEY:
            yield "/".join(namespaces), value
        elif isinstance(value, dict):
            yield from _by_node(value, (*namespaces, key.lstrip("/")))
