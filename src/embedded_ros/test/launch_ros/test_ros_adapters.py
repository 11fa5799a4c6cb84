"""The launch's own node, and the timers that it drives."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rosgraph_msgs.msg import Clock

import rclpy
from launch import LaunchContext
from launch.actions import DeclareLaunchArgument, LogInfo, OpaqueFunction, Shutdown
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import ROSTimer, SetUseSimTime
from launch_ros.ros_adapters import ROSAdapter, get_ros_adapter, get_ros_node
from launch_testing_ros import MessagePump
from rclpy.context import Context
from rclpy.node import Node

Launched = Callable[..., int]

pytestmark = pytest.mark.usefixtures("own_router")


@pytest.fixture
def fast_clock() -> Iterator[None]:
    """/clock runs 10,000 times as fast as time does."""
    context = Context()
    rclpy.init(args=[], context=context)
    node = Node("simulator", context=context)
    publisher = node.create_publisher(Clock, "/clock", 10)
    clock = Clock()

    def tick() -> None:
        clock.clock.sec += 100
        publisher.publish(clock)

    node.create_timer(0.01, tick)
    pump = MessagePump(node, context=context)
    pump.start()
    yield
    pump.stop()
    node.destroy_node()
    context.try_shutdown()


def test_an_adapter_spins_a_node_between_start_and_shutdown() -> None:
    adapter = ROSAdapter(argv=["--ros-args", "-r", "__ns:=/launcher"], autostart=False)
    with pytest.raises(RuntimeError, match="not running"):
        adapter.shutdown()
    adapter.start()
    with pytest.raises(RuntimeError, match="already running"):
        adapter.start()
    node: Any = adapter.ros_node
    fired = threading.Event()
    node.create_timer(0.01, fired.set)
    assert fired.wait(20.0)
    assert node.get_namespace() == "/launcher"
    adapter.shutdown()
    assert not [thread for thread in threading.enumerate() if thread.name == "launch_ros"]


def test_a_launch_has_one_node_and_takes_it_along(launched: Launched) -> None:
    seen: list[Any] = []
    look = OpaqueFunction(function=lambda context: seen.append((get_ros_node(context), get_ros_adapter(context))))
    assert launched(look, look) == 0
    (node, adapter), again = seen
    assert (node, adapter) == again
    assert not adapter.ros_context.ok()


def test_a_timer_fires_after_its_period_of_ros_time(
    launched: Launched, fast_clock: None, capfd: pytest.CaptureFixture[str]
) -> None:
    # An hour would be much longer than the test may take, were it not for the clock.
    period = DeclareLaunchArgument("period", default_value="3600.0")
    timer = ROSTimer(period=LaunchConfiguration("period"), actions=[LogInfo(msg="an hour is over")])
    assert launched(SetUseSimTime(True), period, timer) == 0
    assert "an hour is over" in capfd.readouterr().out


def test_shutdown_cancels_timers(launched: Launched, capfd: pytest.CaptureFixture[str]) -> None:
    late = ROSTimer(period=3600.0, actions=[LogInfo(msg="too late")])
    assert launched(late, ROSTimer(period=0.1, actions=[Shutdown()])) == 0
    assert "too late" not in capfd.readouterr().out


def test_sim_time_can_be_switched_off_again(launched: Launched) -> None:
    values: list[bool] = []

    def look(context: LaunchContext) -> None:
        values.append(get_ros_node(context).get_parameter("use_sim_time").value)

    action = OpaqueFunction(function=look)
    assert (
        launched(SetUseSimTime(True), action, SetUseSimTime(LaunchConfiguration("sim", default="false")), action) == 0
    )
    assert values == [True, False]
