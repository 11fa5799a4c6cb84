from pathlib import Path
from typing import Any

import pytest
from rcl_interfaces.msg import ParameterEvent

from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.parameter import Parameter, parameter_value_to_python
from rclpy.parameter_client import AsyncParameterClient
from rclpy.parameter_event_handler import ParameterEventHandler

from .conftest import Spin


@pytest.fixture
def client(node: Node) -> AsyncParameterClient:
    node.declare_parameters("", [("speed", 1.0), ("map.name", "maze")])
    client = AsyncParameterClient(node, "/tester")
    assert client.wait_for_services(timeout_sec=20)
    return client


def test_a_client_reads_and_sets(client: AsyncParameterClient, executor: SingleThreadedExecutor) -> None:
    def result(future: Any) -> Any:
        executor.spin_until_future_complete(future, timeout_sec=20)
        return future.result()

    assert result(client.set_parameters([Parameter("speed", value=2.0)])).results[0].successful
    values = result(client.get_parameters(["speed", "map.name"])).values
    assert [parameter_value_to_python(value) for value in values] == [2.0, "maze"]
    assert result(client.list_parameters(["map"])).result.names == ["map.name"]
    assert list(result(client.get_parameter_types(["speed"])).types) == [Parameter.Type.DOUBLE.value]
    assert not result(client.delete_parameters(["speed"])).results[0].successful
    unknown = result(client.set_parameters_atomically([Parameter("nobody", value=1)])).result
    assert (unknown.successful, "nobody" in unknown.reason) == (False, True)


def test_a_client_sends_a_file(
    client: AsyncParameterClient, executor: SingleThreadedExecutor, node: Node, tmp_path: Path
) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("/tester:\n  ros__parameters: {speed: 3.5, map: {name: warehouse}}\n")
    future = client.load_parameter_file(str(path))
    executor.spin_until_future_complete(future, timeout_sec=20)
    assert [node.get_parameter(name).value for name in ("speed", "map.name")] == [3.5, "warehouse"]


def test_handlers_hear_of_one_parameter_or_of_all(node: Node, spin: Spin) -> None:
    handler = ParameterEventHandler(node)
    heard: list[float] = []
    events: list[ParameterEvent] = []
    handle = handler.add_parameter_callback("speed", "", lambda parameter: heard.append(parameter.value.double_value))
    handler.add_parameter_event_callback(events.append)
    node.declare_parameters("", [("speed", 1.0), ("other", 1.0)])
    spin(lambda: len(events) == 2)
    handler.remove_parameter_callback(handle)
    node.set_parameters([Parameter("speed", value=2.0)])
    spin(lambda: len(events) == 3)
    assert heard == [1.0]
    with pytest.raises(RuntimeError, match="doesn't exist"):
        handler.remove_parameter_callback(handle)
