"""RecorderNode: subscriptions, diagnostics and the worker around the core's pipeline; no decisions."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from diagnostic_msgs.msg import DiagnosticArray

from rclpy.clock import Clock
from rclpy.clock_type import ClockType
from rclpy.event_handler import SubscriptionEventCallbacks, UnsupportedEventTypeError
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rosidl_runtime_py.utilities import get_message
from twin_node.declare import declare
from twin_node.diagnostics import OK, WARN, diagnostics
from twin_node.logs import LogRoute

from . import params
from .core.definitions import Definition, Definitions, default_prefixes
from .core.errors import DefinitionError
from .core.pipeline import open_pipeline
from .core.topics import Qos, TopicSpec
from .core.worker import Worker

if TYPE_CHECKING:
    from rclpy.event_handler import QoSMessageLostInfo

_RELIABILITY = {"reliable": ReliabilityPolicy.RELIABLE, "best_effort": ReliabilityPolicy.BEST_EFFORT}
_DURABILITY = {"volatile": DurabilityPolicy.VOLATILE, "transient_local": DurabilityPolicy.TRANSIENT_LOCAL}


class RecorderNode(Node):
    """ROS shell of the pipeline. Raises RecorderError or TwinError from the constructor for a wrong configuration."""

    def __init__(self) -> None:
        super().__init__("twin_recorder")
        self._logs = LogRoute(self.get_logger(), "twin_recorder", "twin_lakehouse")
        self.config = params.parse(declare(self, params.PARAMETERS))
        recorder = self.config.recorder
        known = Definitions(default_prefixes())
        self._pipeline = open_pipeline(recorder, lake=self.config.lake, now_ns=self._now_ns)
        begin = partial(self._pipeline.begin, recorder.asset_id, recorder.job_id, self.config.environment)
        for topic in recorder.topics.named:
            self._pipeline.register(topic, self._definition(known, topic))
        self._worker = Worker(self._pipeline, begin)
        recorded = [topic for topic in recorder.topics.named if self._subscribe(topic)]
        self._diagnostics = self.create_publisher(DiagnosticArray, "/diagnostics", 10)
        # Steady: health is told in real time, also while a simulation is paused.
        self.create_timer(1.0, self._on_health, clock=Clock(clock_type=ClockType.STEADY_TIME))
        self._worker.start()
        self.get_logger().info(
            f"recording asset={recorder.asset_id} job={recorder.job_id} topics={len(recorded)} lake={self.config.lake}"
        )
        if self.config.is_new_job:
            self.get_logger().info(f"no job_id was given: this recording is job {recorder.job_id}")

    def destroy_node(self) -> None:
        """Also commits what is left, for at most `shutdown.timeout`; the rest waits for the next start."""
        left = self._worker.finish(self.config.timeout_s)
        if left:
            self.get_logger().warning(
                f"segments={left} are not in the lake: they wait in {self.config.recorder.spool} for the next start"
            )
        self._logs.close()
        super().destroy_node()

    def _subscribe(self, topic: TopicSpec) -> bool:
        """Subscribe raw; False where the message's package isn't installed."""
        try:
            message_class = get_message(topic.type_name)
        except (ModuleNotFoundError, AttributeError, ValueError) as error:
            self.get_logger().warning(
                f"{topic.name} is not recorded: no message class {topic.type_name} ({error}); source its workspace, or"
                " take the entry out of the topic table"
            )
            return False
        subscribe = partial(
            self.create_subscription,
            message_class,
            topic.name,
            self._capture_of(topic.name),
            _qos(topic.qos or Qos()),
            raw=True,
        )
        try:
            subscribe(event_callbacks=SubscriptionEventCallbacks(message_lost=partial(self._on_lost, topic.name)))
        except UnsupportedEventTypeError:
            subscribe()  # this middleware doesn't know what it lost
        return True

    def _capture_of(self, name: str) -> Callable[[bytes], None]:
        """The callback of a topic: rclpy wants a function whose only argument is the message."""

        def capture(cdr: bytes) -> None:
            self._pipeline.capture(name, cdr)

        return capture

    def _definition(self, known: Definitions, topic: TopicSpec) -> Definition | None:
        """The topic's definition; without it messages are kept, but make no rows."""
        try:
            return known.find(topic.type_name)
        except DefinitionError as error:
            self.get_logger().warning(f"{topic.name} makes no rows: {error}")
            return None

    def _on_lost(self, name: str, info: QoSMessageLostInfo) -> None:
        self._pipeline.lost(name, info.total_count_change)

    def _on_health(self) -> None:
        """Counters as diagnostics, once a second."""
        counts = self._pipeline.counts()
        lost = sum(topic.lost + topic.dropped for topic in counts.values())
        problem = self._pipeline.problem
        values = [("job_id", self.config.recorder.job_id), ("segments_waiting", str(self._pipeline.waiting))]
        for name, topic in counts.items():
            if topic.messages or topic.lost or topic.dropped:
                text = f"messages={topic.messages} lost={topic.lost} dropped={topic.dropped}"
                values.append((name, f"{text} max_gap_ms={topic.max_gap_ns / 1e6:.0f}"))
        level = WARN if problem or lost else OK
        text = problem or (f"{lost} messages lost" if lost else "recording")
        stamp, asset_id = self.get_clock().now().to_msg(), self.config.recorder.asset_id
        self._diagnostics.publish(
            diagnostics("twin_recorder: recording", level, text, values, stamp, hardware_id=asset_id)
        )

    def _now_ns(self) -> int:
        """Log time: the node's clock, so that a bag of a simulation is in simulated time.

        Until the first /clock message that is 0, which no reader of a log expects; wall time is the nearest thing.
        """
        return int(self.get_clock().now().nanoseconds) or time.time_ns()


def _qos(qos: Qos) -> QoSProfile:
    """The subscription's QoS as the table says."""
    return QoSProfile(
        depth=qos.depth,
        reliability=_RELIABILITY[qos.reliability],
        durability=_DURABILITY[qos.durability],
    )
