from pathlib import Path
from typing import Any

import pytest
from rcl_interfaces.msg import (
    FloatingPointRange,
    IntegerRange,
    ParameterDescriptor,
    ParameterEvent,
    SetParametersResult,
)
from rcl_interfaces.srv import DescribeParameters, GetParameters, ListParameters, SetParameters

from rclpy.context import Context
from rclpy.exceptions import (
    InvalidParameterTypeException,
    InvalidParameterValueException,
    ParameterAlreadyDeclaredException,
    ParameterImmutableException,
    ParameterNotDeclaredException,
    ParameterUninitializedException,
)
from rclpy.executors import SingleThreadedExecutor
from rclpy.impl.errors import RCLError
from rclpy.node import Node
from rclpy.parameter import Parameter, parameter_value_to_python

from .conftest import Spin

FILE = """
/**:
  ros__parameters:
    everywhere: 1
    nested: {deep: {value: [1.0, 2.0]}}
/ns/tester:
  ros__parameters: {mine: yes, quoted: "yes", names: [a, b]}
/*/tester:
  ros__parameters: {one_level: 2.5}
other:
  ros__parameters: {mine: no}
"""


def test_a_declared_parameter_has_its_default(node: Node) -> None:
    assert node.declare_parameter("speed", 0.2).value == 0.2
    assert node.get_parameter("speed").type_ is Parameter.Type.DOUBLE
    with pytest.raises(ParameterAlreadyDeclaredException):
        node.declare_parameter("speed", 0.2)


def test_an_undeclared_parameter_is_unknown(node: Node) -> None:
    for access in (node.get_parameter, node.undeclare_parameter, node.describe_parameter):
        with pytest.raises(ParameterNotDeclaredException, match="speed"):
            access("speed")
    with pytest.raises(ParameterNotDeclaredException, match="speed"):
        node.set_parameters([Parameter("speed", value=1.0)])


def test_a_type_without_a_value_is_uninitialized(node: Node) -> None:
    node.declare_parameter("map", Parameter.Type.STRING)
    with pytest.raises(ParameterUninitializedException):
        node.get_parameter("map")
    node.set_parameters([Parameter("map", value="maze")])
    assert node.get_parameter("map").value == "maze"


def test_the_type_is_static_unless_declared_dynamic(node: Node) -> None:
    node.declare_parameter("fixed", 1)
    node.declare_parameter("free", None, ParameterDescriptor(dynamic_typing=True))
    assert not node.set_parameters([Parameter("fixed", value="one")])[0].successful
    assert node.set_parameters([Parameter("free", value="one")])[0].successful
    assert node.set_parameters([Parameter("free", value=1)])[0].successful


RANGES = {
    "integer": ({"integer_range": [IntegerRange(from_value=0, to_value=10, step=5)]}, 5, [0, 10], [1, 11, -5]),
    "double": (
        {"floating_point_range": [FloatingPointRange(from_value=0.0, to_value=1.0, step=0.25)]},
        0.5,
        [0.0, 0.75, 1.0],
        [0.3, 1.25, -0.25],
    ),
}


@pytest.mark.parametrize(("fields", "default", "good", "bad"), RANGES.values(), ids=RANGES)
def test_ranges_and_steps_hold(node: Node, fields: Any, default: Any, good: list[Any], bad: list[Any]) -> None:
    node.declare_parameter("value", default, ParameterDescriptor(**fields))
    assert all(node.set_parameters([Parameter("value", value=value)])[0].successful for value in good)
    assert not any(node.set_parameters([Parameter("value", value=value)])[0].successful for value in bad)
    with pytest.raises(InvalidParameterValueException):
        node.declare_parameter("other", bad[0], ParameterDescriptor(**fields))


def test_a_read_only_parameter_stays(node: Node) -> None:
    node.declare_parameter("asset", "turtlebot-01", ParameterDescriptor(read_only=True))
    result = node.set_parameters([Parameter("asset", value="other")])[0]
    assert (result.successful, result.reason) == (False, "Trying to set a read-only parameter: asset.")
    with pytest.raises(ParameterImmutableException):
        node.undeclare_parameter("asset")


def test_an_atomic_set_is_all_or_nothing(node: Node) -> None:
    node.declare_parameters("", [("a", 1), ("b", 1)])
    assert not node.set_parameters_atomically([Parameter("a", value=2), Parameter("b", value="two")]).successful
    assert node.get_parameter("a").value == 1


def test_callbacks_come_before_during_and_after(node: Node) -> None:
    node.declare_parameter("speed", 1)
    seen: list[tuple[str, int]] = []

    def pre(parameters: list[Parameter]) -> list[Parameter]:
        return [Parameter("speed", value=parameters[0].value + 1)]

    def on_set(parameters: list[Parameter]) -> SetParametersResult:
        seen.append(("on", node.get_parameter("speed").value))
        return SetParametersResult(successful=parameters[0].value < 10, reason="too fast")

    node.add_pre_set_parameters_callback(pre)
    node.add_on_set_parameters_callback(on_set)
    node.add_post_set_parameters_callback(lambda _: seen.append(("post", node.get_parameter("speed").value)))
    assert node.set_parameters([Parameter("speed", value=4)])[0].successful
    refused = node.set_parameters([Parameter("speed", value=9)])[0]
    assert (refused.successful, refused.reason) == (False, "too fast")
    assert seen == [("on", 1), ("post", 5), ("on", 5)]


def test_changes_are_told_on_parameter_events(node: Node, spin: Spin) -> None:
    events: list[ParameterEvent] = []
    node.create_subscription(ParameterEvent, "/parameter_events", events.append, 10)
    node.declare_parameter("speed", 1, ParameterDescriptor(dynamic_typing=True))
    node.set_parameters([Parameter("speed", value=2)])
    node.set_parameters([Parameter("speed")])
    spin(lambda: len(events) == 3)
    names = ("new_parameters", "changed_parameters", "deleted_parameters")
    assert [[len(getattr(event, name)) for name in names] for event in events] == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert {event.node for event in events} == {"/tester"}


def test_undeclared_parameters_may_be_allowed(context: Context) -> None:
    node = Node("free", context=context, allow_undeclared_parameters=True)
    assert node.get_parameter("any").value is None
    assert node.set_parameters([Parameter("any", value=1)])[0].successful
    assert node.get_parameter("any").value == 1
    node.destroy_node()


def test_names_are_listed_by_prefix_and_depth(node: Node) -> None:
    node.declare_parameters("a", [("x", 1), ("b.y", 2), ("b.c.z", 3)])
    assert node.list_parameters(["a"], 0).names == ["a.x", "a.b.y", "a.b.c.z"]
    assert node.list_parameters(["a"], 1).names == ["a.x"]
    assert node.list_parameters(["a.b"], 0).prefixes == ["a.b", "a.b.c"]
    assert node.get_parameters_by_prefix("a.b").keys() == {"y", "c.z"}


def make(own_router: str, args: list[str], **kwargs: Any) -> dict[str, Any]:
    """Values of a node whose process was started with these arguments."""
    context = Context()
    context.init(["program", "--ros-args", *args], domain_id=77)
    options = {"automatically_declare_parameters_from_overrides": True, "namespace": "/ns", **kwargs}
    node = Node("tester", context=context, **options)
    values = {name: parameter.value for name, parameter in node._parameters.items()}
    node.destroy_node()
    context.shutdown()
    return values


def test_a_parameter_file_reaches_nodes_by_pattern(own_router: str, tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(FILE)
    values = make(own_router, ["--params-file", str(path)])
    assert values["everywhere"] == 1
    assert values["nested.deep.value"] == [1.0, 2.0]
    assert (values["mine"], values["quoted"], values["names"]) == (True, "yes", ["a", "b"])
    assert values["one_level"] == 2.5


def test_what_stands_later_on_the_command_line_wins(own_router: str, tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(FILE)
    assert make(own_router, ["--params-file", str(path), "-p", "everywhere:=2"])["everywhere"] == 2
    assert make(own_router, ["-p", "everywhere:=2", "--params-file", str(path)])["everywhere"] == 1
    assert make(own_router, ["-p", "other:x:=1", "-p", "tester:x:=2"], namespace="/")["x"] == 2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-0x10", -16),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("true", True),
        ("off", False),
        ("maze", "maze"),
        ("'1'", "1"),
        ("http://host:80/x", "http://host:80/x"),
        ("[1, 2]", [1, 2]),
        ("[a, b]", ["a", "b"]),
    ],
)
def test_values_are_typed_by_their_text(own_router: str, text: str, value: Any) -> None:
    given = make(own_router, ["-p", f"x:={text}"])["x"]
    assert (type(given), given) == (type(value), value)


def test_a_default_gives_way_to_the_command_line(own_router: str) -> None:
    context = Context()
    context.init(["program", "--ros-args", "-p", "speed:=0.5", "-p", "name:=3"], domain_id=77)
    node = Node("tester", context=context)
    assert node.declare_parameter("speed", 0.1).value == 0.5
    assert node.declare_parameter("kept", 0.1, ignore_override=True).value == 0.1
    with pytest.raises(InvalidParameterTypeException, match="name"):
        node.declare_parameter("name", "robot")
    node.destroy_node()
    context.shutdown()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: [1, x]\n", "must hold names"),
        ("/**:\n  ros__parameters: {a: [1, x]}\n", "one type"),
        ("a: [\n", "not YAML: [^\n]* line 2, column 1$"),
        ("a: caf\xe9\n", "not YAML: [^\n]*UTF-8"),
    ],
)
def test_a_parameter_file_that_cannot_be_read_is_named(
    own_router: str, tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(RCLError, match=f"params.yaml.*{message}"):
        make(own_router, ["--params-file", str(path)])


def test_others_read_and_set_by_services(context: Context, node: Node, executor: SingleThreadedExecutor) -> None:
    node.declare_parameter("speed", 0.5, ParameterDescriptor(description="m/s"))

    def call(srv_type: Any, name: str, **fields: Any) -> Any:
        client = node.create_client(srv_type, f"/tester/{name}")
        assert client.wait_for_service(20)
        future = client.call_async(srv_type.Request(**fields))
        executor.spin_until_future_complete(future, timeout_sec=20)
        return future.result()

    values = call(GetParameters, "get_parameters", names=["speed"]).values
    assert parameter_value_to_python(values[0]) == 0.5
    assert call(DescribeParameters, "describe_parameters", names=["speed"]).descriptors[0].description == "m/s"
    assert "speed" in call(ListParameters, "list_parameters").result.names
    message = Parameter("speed", value=0.7).to_parameter_msg()
    assert call(SetParameters, "set_parameters", parameters=[message]).results[0].successful
    assert node.get_parameter("speed").value == 0.7
