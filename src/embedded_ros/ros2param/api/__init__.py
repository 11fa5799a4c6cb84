"""Calls of another node's parameter services. All raise Ros2CliError where the node has none, or does not answer."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ros2cli.errors import Ros2CliError
from ros2cli.helpers import complete_with
from ros2cli.node.direct import DirectNode
from ros2cli.node.strategy import NodeStrategy
from ros2cli.node.strategy import add_arguments as add_strategy_node_arguments
from ros2node.api import add_node_name, get_absolute_node_name, wait_for_node

if TYPE_CHECKING:
    from rclpy.parameter_client import AsyncParameterClient
    from rclpy.task import Future

_SERVICES_TIMEOUT_S = 5.0


def get_value(*, parameter_value: Any) -> Any:
    """The Python value of a message; None, and a line that says so, for an unknown type."""
    from rclpy.parameter import parameter_value_to_python

    try:
        return parameter_value_to_python(parameter_value)
    except RuntimeError as error:
        print(f"Runtime error {error} raised")
        return None


def load_parameter_file(*, node: Any, node_name: str, parameter_file: str, use_wildcard: bool) -> None:
    """Set what the file holds, and say how each went: what `dump` wrote has parameters that are read-only."""
    from rclpy.parameter import parameter_dict_from_yaml_file

    client = _client(node, node_name)
    parameters = parameter_dict_from_yaml_file(parameter_file, use_wildcard)
    response = _response(node, node_name, client.set_parameters(list(parameters.values())))
    for name, result in zip(parameters, response.results, strict=True):
        reason = f": {result.reason}" if result.reason else ""
        if result.successful:
            print(f"Set parameter {name} successful{reason}")
        else:
            print(f"Set parameter {name} failed{reason}", file=sys.stderr)


def call_describe_parameters(*, node: Any, node_name: str, parameter_names: Sequence[str] | None = None) -> Any:
    """The response of DescribeParameters."""
    return _response(node, node_name, _client(node, node_name).describe_parameters(list(parameter_names or ())))


def call_get_parameters(*, node: Any, node_name: str, parameter_names: Sequence[str]) -> Any:
    """The response of GetParameters."""
    return _response(node, node_name, _client(node, node_name).get_parameters(list(parameter_names)))


def call_set_parameters(*, node: Any, node_name: str, parameters: Sequence[Any]) -> Any:
    """The response of SetParameters."""
    return _response(node, node_name, _client(node, node_name).set_parameters(parameters))


def call_list_parameters(*, node: Any, node_name: str, prefixes: Sequence[str] | None = None) -> Future | None:
    """The future of ListParameters, done; None where the node has no parameter services."""
    import rclpy
    from rclpy.parameter_client import AsyncParameterClient

    client = AsyncParameterClient(_rclpy_node(node), node_name)
    if not client.wait_for_services(timeout_sec=_SERVICES_TIMEOUT_S):
        return None
    future = client.list_parameters(prefixes=list(prefixes or ()))
    rclpy.spin_until_future_complete(_rclpy_node(node), future)
    return future


def get_parameter_type_string(parameter_type: int) -> str:
    """A ParameterType as text: 'double array'."""
    from rclpy.parameter import Parameter

    name = Parameter.Type(parameter_type).name.lower().replace("_", " ")
    return name.replace("bool", "boolean")


def _rclpy_node(node: Any) -> Any:
    return node.node if isinstance(node, DirectNode) else node


def _client(node: Any, node_name: str) -> AsyncParameterClient:
    from rclpy.parameter_client import AsyncParameterClient

    client = AsyncParameterClient(_rclpy_node(node), node_name)
    if not client.wait_for_services(timeout_sec=_SERVICES_TIMEOUT_S):
        raise Ros2CliError(f"Wait for service timed out waiting for parameter services for node {node_name}")
    return client


def _response(node: Any, node_name: str, future: Future) -> Any:
    import rclpy

    rclpy.spin_until_future_complete(_rclpy_node(node), future)
    response = future.result()
    if response is None:
        raise Ros2CliError(f"Exception while calling service of node {node_name}: {future.exception()}")
    return response


class ParameterNameCompleter:
    """Completes names of parameters of the node in the argument node_name."""

    def __call__(self, prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
        with DirectNode(parsed_args) as node:
            future = call_list_parameters(node=node, node_name=parsed_args.node_name)
            return [] if future is None else list(future.result().result.names)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of verbs that are about one node, which they wait for."""
    add_strategy_node_arguments(parser)
    add_node_name(parser)
    parser.add_argument(
        "--timeout", metavar="N", type=int, default=1, help="wait N s for the node (default: %(default)s)"
    )


def add_parameter_name(parser: argparse.ArgumentParser, name: str = "parameter_name", **kwargs: Any) -> None:
    """The argument for one parameter, or several."""
    complete_with(parser.add_argument(name, help="name of a parameter", **kwargs), ParameterNameCompleter())


@contextmanager
def node_for(args: argparse.Namespace) -> Iterator[tuple[NodeStrategy, str]]:
    """A node, and the absolute name of the one that `add_arguments` is about, which is in the graph."""
    name = get_absolute_node_name(args.node_name) or "/"
    with NodeStrategy(args) as node:
        if not wait_for_node(node, name, args.include_hidden_nodes, args.timeout):
            raise Ros2CliError("Node not found")
        yield node, name
