import threading
from typing import Any

import pytest
from builtin_interfaces.msg import Time as TimeMsg
from rosgraph_msgs.msg import Clock as ClockMsg

from rclpy.clock import Clock, ClockChange, JumpThreshold, ROSClock, TimeJump
from rclpy.clock_type import ClockType
from rclpy.context import Context
from rclpy.duration import Duration, Infinite
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.publisher import Publisher
from rclpy.time import Time

from .conftest import Spin

S = 1_000_000_000


def test_times_and_durations_calculate() -> None:
    time = Time(seconds=5, nanoseconds=7)
    assert time + Duration(seconds=1.5) == Time(nanoseconds=6_500_000_007)
    assert time - Duration(seconds=5) == Time(nanoseconds=7)
    assert Time(seconds=1) - Time(seconds=3) == Duration(seconds=-2)
    assert time.seconds_nanoseconds() == (5, 7)
    assert Duration(seconds=1) > Duration(nanoseconds=1) >= Duration(nanoseconds=1)
    assert str(Infinite) == "Infinite"


def test_impossible_times_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        Time(seconds=-1)
    with pytest.raises(ValueError, match="negative time"):
        Time(seconds=1) - Duration(seconds=2)
    with pytest.raises(OverflowError):
        Time(seconds=1) + Infinite
    with pytest.raises(TypeError, match="different clock types"):
        assert Time(clock_type=ClockType.ROS_TIME) < Time(clock_type=ClockType.STEADY_TIME)


def test_messages_convert_both_ways() -> None:
    msg = TimeMsg(sec=3, nanosec=4)
    assert Time.from_msg(msg) == Time(seconds=3, nanoseconds=4, clock_type=ClockType.ROS_TIME)
    assert Time.from_msg(msg).to_msg() == msg
    assert Duration.from_msg(Duration(nanoseconds=-1).to_msg()) == Duration(nanoseconds=-1)
    with pytest.raises(TypeError):
        Time.from_msg(Duration().to_msg())


def test_each_clock_tells_its_own_time() -> None:
    for clock_type in (ClockType.SYSTEM_TIME, ClockType.STEADY_TIME, ClockType.ROS_TIME):
        clock = Clock(clock_type=clock_type)
        first, second = clock.now(), clock.now()
        assert first.clock_type is clock_type
        assert second >= first
    assert isinstance(Clock(clock_type=ClockType.ROS_TIME), ROSClock)


def test_jump_callbacks_hear_what_passes_their_threshold() -> None:
    clock, jumps = ROSClock(), []

    def after(jump: TimeJump) -> None:
        jumps.append((jump.clock_change, jump.delta.nanoseconds // S, clock.now().nanoseconds // S))

    threshold = JumpThreshold(min_forward=Duration(seconds=2), min_backward=Duration(seconds=-2))
    with clock.create_jump_callback(threshold, post_callback=after):
        clock.set_ros_time_override(Time(seconds=10, clock_type=ClockType.ROS_TIME))
        clock._set_ros_time_is_active(True)
        for seconds in (11, 15, 14, 4):
            clock.set_ros_time_override(Time(seconds=seconds, clock_type=ClockType.ROS_TIME))
    clock.set_ros_time_override(Time(seconds=50, clock_type=ClockType.ROS_TIME))
    assert jumps == [
        (ClockChange.ROS_TIME_ACTIVATED, 0, 10),
        (ClockChange.ROS_TIME_NO_CHANGE, 4, 15),
        (ClockChange.ROS_TIME_NO_CHANGE, -10, 4),
    ]


@pytest.fixture
def clock_publisher(node: Node, spin: Spin) -> Publisher:
    """A publisher of /clock for `node`, which is in simulated time from now on."""
    assert node.set_parameters([Parameter("use_sim_time", value=True)])[0].successful
    return node.create_publisher(ClockMsg, "/clock", 10)


def tell(publisher: Publisher, node: Node, spin: Spin, seconds: float) -> None:
    time = Time(seconds=seconds, clock_type=ClockType.ROS_TIME)
    publisher.publish(ClockMsg(clock=time.to_msg()))
    spin(lambda: node.get_clock().now() == time)


def test_a_node_in_simulated_time_follows_clock(node: Node, spin: Spin, clock_publisher: Publisher) -> None:
    assert node.get_clock().now().nanoseconds == 0
    tell(clock_publisher, node, spin, 100.0)
    tell(clock_publisher, node, spin, 101.5)
    node.set_parameters([Parameter("use_sim_time", value=False)])
    assert node.get_clock().now() > Time(seconds=10**9, clock_type=ClockType.ROS_TIME)


def test_use_sim_time_must_be_a_bool(node: Node) -> None:
    assert not node.set_parameters([Parameter("use_sim_time", value=1)])[0].successful


def test_timers_run_in_simulated_time(
    node: Node, spin: Spin, executor: SingleThreadedExecutor, clock_publisher: Publisher
) -> None:
    tell(clock_publisher, node, spin, 100.0)
    calls: list[int] = []
    node.create_timer(1.0, lambda: calls.append(node.get_clock().now().nanoseconds // S))
    executor.spin_once(timeout_sec=0.05)
    assert calls == []
    for seconds in (100.5, 101.0, 101.5, 104.0):
        tell(clock_publisher, node, spin, seconds)
        executor.spin_once(timeout_sec=0.05)
    assert calls == [101, 104]


def test_a_timer_survives_a_jump_back(
    node: Node, spin: Spin, executor: SingleThreadedExecutor, clock_publisher: Publisher
) -> None:
    tell(clock_publisher, node, spin, 100.0)
    calls: list[int] = []
    timer = node.create_timer(1.0, lambda: calls.append(node.get_clock().now().nanoseconds // S))
    for seconds in (10.0, 10.9, 11.0):
        tell(clock_publisher, node, spin, seconds)
        executor.spin_once(timeout_sec=0.05)
    assert calls == [11]
    assert timer.time_until_next_call() == S


def test_sleep_ends_with_simulated_time(context: Context) -> None:
    clock, results = ROSClock(), []
    clock._set_ros_time_is_active(True)
    sleeper = threading.Thread(target=lambda: results.append(clock.sleep_for(Duration(seconds=5), context)))
    sleeper.start()
    for seconds in range(6000):
        clock.set_ros_time_override(Time(seconds=seconds, clock_type=ClockType.ROS_TIME))
        sleeper.join(0.005)
        if not sleeper.is_alive():
            break
    assert results == [True]


def test_sleep_ends_at_shutdown(context: Context) -> None:
    threading.Timer(0.05, context.shutdown).start()
    assert not Clock().sleep_for(Duration(seconds=30), context)


def test_sleep_takes_its_clocks_time(context: Context) -> None:
    clock = Clock(clock_type=ClockType.STEADY_TIME)
    start = clock.now()
    assert clock.sleep_for(Duration(seconds=0.02), context)
    assert clock.now() - start >= Duration(seconds=0.02)
    with pytest.raises(ValueError, match="clock type"):
        clock.sleep_until(Time(), context)


def test_a_timer_can_be_cancelled_and_reset(node: Node, spin: Spin, executor: SingleThreadedExecutor) -> None:
    calls: list[Any] = []
    timer = node.create_timer(0.01, lambda: calls.append(1))
    spin(lambda: calls)
    timer.cancel()
    assert timer.is_canceled()
    assert timer.time_until_next_call() is None
    count = len(calls)
    executor.spin_once(timeout_sec=0.05)
    assert len(calls) == count
    timer.reset()
    spin(lambda: len(calls) > count)


def test_a_timer_may_start_later(node: Node, spin: Spin) -> None:
    calls: list[Any] = []
    timer = node.create_timer(0.001, lambda: calls.append(1), autostart=False)
    assert timer.is_canceled()
    timer.reset()
    spin(lambda: calls)


def test_a_rate_ticks_while_another_thread_spins(node: Node, context: Context) -> None:
    executor = SingleThreadedExecutor(context=context)
    executor.add_node(node)
    spinner = threading.Thread(target=executor.spin)
    spinner.start()
    rate, clock = node.create_rate(100), Clock(clock_type=ClockType.STEADY_TIME)
    start = clock.now()
    for _ in range(5):
        rate.sleep()
    assert clock.now() - start > Duration(seconds=0.03)
    executor.shutdown()
    spinner.join(20)
    assert node.destroy_rate(rate)
