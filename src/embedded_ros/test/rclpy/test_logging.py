from typing import Any

import pytest
from rcl_interfaces.msg import Log
from rcl_interfaces.srv import SetLoggerLevels

from rclpy.clock import Clock
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.impl import log_output
from rclpy.logging import LoggingSeverity, get_logger, get_logger_effective_level, set_logger_level
from rclpy.node import Node

from .conftest import Spin


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RCUTILS_CONSOLE_OUTPUT_FORMAT", "{severity} {name}: {message}")
    monkeypatch.delenv("RCUTILS_COLORIZED_OUTPUT", raising=False)
    log_output.reset()


def test_messages_below_the_level_are_silent(capsys: pytest.CaptureFixture[str]) -> None:
    logger = get_logger("quiet")
    assert not logger.debug("no")
    assert logger.warning("yes")
    set_logger_level("quiet", LoggingSeverity.ERROR)
    assert not logger.get_child("child").warning("no")
    assert capsys.readouterr().err == "WARN quiet: yes\n"
    assert get_logger_effective_level("quiet.child") is LoggingSeverity.ERROR


def test_the_format_and_the_stream_can_be_chosen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RCUTILS_CONSOLE_OUTPUT_FORMAT", "[{function_name}:{line_number}] {message} {unknown}\\n--")
    monkeypatch.setenv("RCUTILS_LOGGING_USE_STDOUT", "1")
    monkeypatch.setenv("RCUTILS_COLORIZED_OUTPUT", "1")
    get_logger("here").error("ouch")
    out = capsys.readouterr().out
    assert out.startswith("\033[31m[test_the_format_and_the_stream_can_be_chosen:")
    assert out.endswith("] ouch {unknown}\n--\033[0m\n")


class ManualClock(Clock):
    seconds = 100.0

    def now(self) -> Any:
        from rclpy.time import Time

        return Time(seconds=self.seconds)


def test_each_line_is_throttled_by_its_clock() -> None:
    logger, clock, spoken = get_logger("throttle"), ManualClock(), []
    for seconds in (100.0, 100.5, 101.0, 101.5, 3.0):
        clock.seconds = seconds
        spoken.append(logger.info("tick", throttle_duration_sec=1.0, throttle_time_source_type=clock))
    assert spoken == [True, False, True, False, True]


def test_once_and_skip_first_hold_for_each_line() -> None:
    logger = get_logger("filters")
    assert [logger.info("a", once=True) for _ in range(3)] == [True, False, False]
    assert [logger.info("b", skip_first=True) for _ in range(3)] == [False, True, True]
    assert [logger.info("c", skip_first=True, once=True) for _ in range(3)] == [False, True, False]


def test_a_line_must_not_change_what_it_asks_for() -> None:
    logger = get_logger("steady")
    severities = iter((LoggingSeverity.INFO, LoggingSeverity.WARN))
    with pytest.raises(ValueError, match="severity cannot be changed"):
        _ = [logger.log("x", severity) for severity in severities]
    with pytest.raises(TypeError, match="often"):
        logger.info("x", often=True)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="throttle_duration_sec"):
        logger.info("x", throttle_time_source_type=Clock())


def test_a_nodes_messages_are_published(node: Node, spin: Spin) -> None:
    logs: list[Log] = []
    node.create_subscription(Log, "/rosout", logs.append, 10)
    node.get_logger().get_child("part").error("ouch")
    get_logger("someone_else").error("not ours")
    node.get_logger().info("fine")
    spin(lambda: len(logs) == 2)
    assert [(log.name, log.msg, log.level) for log in logs] == [
        ("tester.part", "ouch", Log.ERROR[0] if isinstance(Log.ERROR, bytes) else Log.ERROR),
        ("tester", "fine", Log.INFO[0] if isinstance(Log.INFO, bytes) else Log.INFO),
    ]
    assert (logs[0].function, logs[0].file) == ("test_a_nodes_messages_are_published", __file__)


def test_levels_come_from_the_command_line(own_router: str) -> None:
    context = Context()
    context.init(["program", "--ros-args", "--log-level", "warn", "--log-level", "a.b:=debug"], domain_id=77)
    assert get_logger("other").get_effective_level() is LoggingSeverity.WARN
    assert get_logger("a.b.c").get_effective_level() is LoggingSeverity.DEBUG
    context.shutdown()


def test_levels_can_be_set_by_service(context: Context) -> None:
    node = Node("served", context=context, enable_logger_service=True)
    executor = SingleThreadedExecutor(context=context)
    executor.add_node(node)
    client = node.create_client(SetLoggerLevels, "/served/set_logger_levels")
    assert client.wait_for_service(20)
    request = SetLoggerLevels.Request()
    request.levels = [type_level("served", 40)]
    future = client.call_async(request)
    executor.spin_until_future_complete(future, timeout_sec=20)
    assert future.result().results[0].successful
    assert node.get_logger().get_effective_level() is LoggingSeverity.ERROR
    node.destroy_node()


def type_level(name: str, level: int) -> Any:
    from rcl_interfaces.msg import LoggerLevel

    return LoggerLevel(name=name, level=level)


def test_two_nodes_of_one_name_share_rosout_and_are_warned_of(
    node: Node, context: Context, spin: Spin, capsys: pytest.CaptureFixture[str]
) -> None:
    received: list[str] = []
    node.create_subscription(Log, "/rosout", lambda record: received.append(record.name), 10)
    twins = [Node("twin", context=context) for _ in range(2)]
    assert "two nodes of this process are named '/twin'" in capsys.readouterr().err
    for twin in twins:
        twin.get_logger().info("hello")
    node.get_logger().info("end")
    spin(lambda: "tester" in received and received.count("twin") >= 2)
    assert received.count("twin") == 2
    for twin in twins:
        twin.destroy_node()
