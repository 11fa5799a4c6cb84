"""NavigatorNode: topics, timer and commander around the core's MissionRunner; no decisions."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from geometry_msgs.msg import PoseWithCovarianceStamped
from nav_msgs.msg import Odometry
from sensor_msgs.msg import Image
from twin_interfaces.msg import BehaviorTree, NavigationTrial, TwinEvent
from vision_msgs.msg import Detection2DArray

from nav2_simple_commander.robot_navigator import BasicNavigator
from rclpy.clock import Clock
from rclpy.clock_type import ClockType
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy, qos_profile_sensor_data
from rclpy.task import Future
from twin_navigator import messages, params
from twin_navigator.commander import CANCEL_TIMEOUT_S, STOP_TIMEOUT_S, CommanderNavigator
from twin_navigator.core.behaviours import Search
from twin_navigator.core.detector import detect, to_rgb
from twin_navigator.core.errors import ImageError
from twin_navigator.core.events import Event, describe
from twin_navigator.core.locations import Pose, choose_route, load_locations
from twin_navigator.core.mission import Mission, Trial
from twin_navigator.core.sightings import Sightings
from twin_navigator.core.tree import MissionRunner, TreeState, tree_state
from twin_node.declare import declare

# A recorder that starts late must still get what happened before it.
_LATCHED_100 = QoSProfile(
    depth=100, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL
)
_LATCHED_1 = QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL)


class NavigatorNode(Node):
    """ROS shell of a search mission; `done` gets the Summary once it is over and the robot was told to stop.

    Raises ConfigError, LocationsFileError or UnknownLocationError from the constructor.
    """

    def __init__(self, open_commander: Callable[[], BasicNavigator]) -> None:
        super().__init__("twin_navigator")
        config = params.parse(declare(self, params.PARAMETERS))
        self._config = config.search
        self._map_frame = config.map_frame
        locations = load_locations(Path(self._config.locations_file))
        route = choose_route(locations, self._config.route, self._config.locations_file)
        self.done = Future()
        self._events = self.create_publisher(TwinEvent, "/twin/events", _LATCHED_100)
        self._trials = self.create_publisher(NavigationTrial, "/twin/navigation_trials", _LATCHED_100)
        self._tree = self.create_publisher(BehaviorTree, "~/tree", _LATCHED_1)
        self._detections = self.create_publisher(Detection2DArray, "detections", 10)
        self._commander = open_commander()
        self._navigator = CommanderNavigator(self._commander, self.get_clock(), self._map_frame)
        self._sightings = Sightings(self._config.target, self._config.sighting)
        self._mission = Mission(
            target=self._config.target,
            route=route,
            now_ns=self._now_ns,
            emit=self._publish_event,
            record=self._publish_trial,
        )
        self._runner = MissionRunner(
            Search(
                config=self._config,
                mission=self._mission,
                navigator=self._navigator,
                sightings=self._sightings,
                now_ns=self._now_ns,
                wall_ns=time.monotonic_ns,
            )
        )
        self._shown: TreeState | None = None
        self._stop_reason = ""
        self._stop_deadline_s: float | None = None
        self.create_subscription(Image, "camera/color/image_raw", self._on_image, qos_profile_sensor_data)
        self.create_subscription(Odometry, "odom", self._on_odometry, 10)
        self.create_subscription(PoseWithCovarianceStamped, "amcl_pose", self._on_pose, _LATCHED_1)
        # Real time: the tree must tick, and so see its deadlines, when the simulated clock stands still.
        self.create_timer(1.0 / self._config.tick_rate_hz, self._on_tick, clock=Clock(clock_type=ClockType.STEADY_TIME))

    def request_stop(self, reason: str) -> None:
        """Ends the mission at the next tick; may be called from a signal handler."""
        self._stop_reason = reason

    def destroy_node(self) -> None:
        """Also ends the commander and its thread."""
        self._navigator.close(STOP_TIMEOUT_S)
        self._commander.destroy_node()
        super().destroy_node()

    def _now_ns(self) -> int:
        return int(self.get_clock().now().nanoseconds)

    def _on_tick(self) -> None:
        if self._stop_reason:
            self._runner.interrupt(self._stop_reason)
        self._runner.tick()
        self._publish_tree()
        if self._runner.summary is not None and not self.done.done() and self._is_stopped():
            self.done.set_result(self._runner.summary)

    def _is_stopped(self) -> bool:
        """Whether the robot was told to stop, or the navigation server had its time to hear it."""
        if self._stop_deadline_s is None:
            # Who stops the node often stops the navigation server too, and then no answer comes.
            timeout_s = STOP_TIMEOUT_S if self._stop_reason else CANCEL_TIMEOUT_S
            self._stop_deadline_s = time.monotonic() + timeout_s
        return self._navigator.is_idle() or time.monotonic() > self._stop_deadline_s

    def _on_image(self, image: Image) -> None:
        try:
            rgb = to_rgb(image.data, width=image.width, height=image.height, step=image.step, encoding=image.encoding)
        except ImageError as error:
            self.get_logger().error(str(error), throttle_duration_sec=10.0)
            return
        detections = detect(rgb, self._config.detector)
        if detections:
            self._detections.publish(messages.detections_message(detections, image.header))
        stamp = image.header.stamp
        self._sightings.on_frame(stamp.sec * 1_000_000_000 + stamp.nanosec, detections)

    def _on_odometry(self, odometry: Odometry) -> None:
        position = odometry.pose.pose.position
        self._mission.on_odometry(position.x, position.y)

    def _on_pose(self, estimate: PoseWithCovarianceStamped) -> None:
        pose = estimate.pose.pose
        turn = pose.orientation
        self._mission.pose_map = Pose.from_quaternion(
            pose.position.x, pose.position.y, (turn.x, turn.y, turn.z, turn.w)
        )

    def _publish_event(self, event: Event) -> None:
        message = messages.event_message(event, asset_id=self._config.asset_id, job_id=self._config.job_id)
        self._events.publish(message)
        line = describe(event)
        if line is not None:
            self.get_logger().info(line)

    def _publish_trial(self, trial: Trial) -> None:
        ids = {"asset_id": self._config.asset_id, "job_id": self._config.job_id}
        self._trials.publish(messages.trial_message(trial, frame_id=self._map_frame, **ids))

    def _publish_tree(self) -> None:
        state = tree_state(self._runner.root)
        if state != self._shown:
            self._shown = state
            self._tree.publish(messages.tree_message(state, self._now_ns()))
